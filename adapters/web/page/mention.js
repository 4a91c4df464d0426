// A name in code is written about, not called.
const code = /(```[\s\S]*?```|`[^`\n]+`)/;

/**
 * A text in pieces, those that call the bot apart, by the same rule as on the server.
 * @param {string} text
 * @param {string} botName
 * @returns {{ text: string, isMention: boolean }[]}
 */
export function splitMentions(text, botName) {
  const mention = new RegExp(`(?<![\\p{L}\\p{N}_@.-])(@${botName})(?![\\p{L}\\p{N}_-])`, 'giu');
  return text
    .split(code)
    .flatMap((piece, index) =>
      index % 2 === 1
        ? [{ text: piece, isMention: false }]
        : piece.split(mention).map((part, at) => ({ text: part, isMention: at % 2 === 1 })),
    );
}

/**
 * Whether the bot answers a text that is written in the open.
 * @param {string} text
 * @param {string} botName
 */
export function callsBot(text, botName) {
  return splitMentions(text, botName).some(({ isMention }) => isMention) || /^\s*(?:\/[a-z]+|!m)(?=\s|$)/i.test(text);
}
