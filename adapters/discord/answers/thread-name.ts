/** Discord takes no longer ones. */
const longestName = 100;

// People, roles, channels, commands and times as Discord writes them, and calls for everybody.
const mentions = /<(?:@[!&]?|#|t:|id:)[^<>\s]{1,64}>|@(?:everyone|here)\b/g;
const commands = /<\/([^:<>]{1,64}):\d{1,20}>/g;
const emojis = /<a?(:\w{1,32}:)\d{1,20}>/g;
const links = /\[([^[\]]*)\]\([^()\s]*\)/g;
// Marks that Discord makes something of, where they cannot be part of a word: `snake_case` and `C#` stay.
const lineMarks = /^[ \t]*(?:-#|#{1,3}|>{1,3}|[-*])[ \t]+/gm;
const inlineMarks = /```\w*|`|~~|\|\||(?<![\p{L}\p{N}])[*_]+(?=\S)|(?<=\S)[*_]+(?![\p{L}\p{N}])/gu;
// Everything that shows nothing, but for the joiner inside of emojis.
const invisible = /(?!\u200d)[\p{Cc}\p{Cf}]/gu;

function clean(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(mentions, ' ')
    .replaceAll(commands, '/$1')
    .replaceAll(emojis, '$1')
    .replaceAll(links, '$1')
    .replaceAll(lineMarks, '')
    .replaceAll(inlineMarks, '')
    .replaceAll(/\s+/g, ' ')
    .replaceAll(invisible, '')
    .trim();
}

/** Cut at the end of a word where there is one in the second half, never inside a character. */
function cut(text: string): string {
  if (text.length <= longestName) return text;
  const start = text.slice(0, longestName - 1);
  const whole = start.isWellFormed() ? start : start.slice(0, -1);
  const end = text[whole.length] === ' ' ? whole.length : whole.lastIndexOf(' ');
  return `${(end > longestName / 2 ? whole.slice(0, end) : whole).trimEnd()}…`;
}

/** The name of the thread for a question: its words without mentions and Markdown, at most a hundred characters, never empty. */
export function toThreadName(question: string, personName: string): string {
  const words = clean(question);
  if (/[\p{L}\p{N}\p{S}]/u.test(words)) return cut(words);
  const name = clean(personName);
  return name === '' ? 'Picture' : cut(`Picture from ${name}`);
}
