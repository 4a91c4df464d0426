/** The names behind the ids in a text. Null where a name is not known. */
export type NamesInText = {
  person(id: string): string | null;
  role(id: string): string | null;
  channel(id: string): string | null;
};

// In code a mention is written about, not called.
const code = /(```[\s\S]*?```|`[^`\n]+`)/;

function outsideCode(text: string, change: (piece: string) => string): string {
  return text
    .split(code)
    .map((piece, index) => (index % 2 === 1 ? piece : change(piece)))
    .join('');
}

/** Whether the text calls the person of that id. */
export function mentionsPerson(text: string, id: string): boolean {
  const pieces = text.split(code).filter((_, index) => index % 2 === 0);
  return pieces.some((piece) => piece.includes(`<@${id}>`) || piece.includes(`<@!${id}>`));
}

/** Whom the text begins by calling: a person's id, `role` for a role; null when it begins with anything else. */
export function firstCalled(text: string): string | null {
  const match = /^\s*<@(?:!?(\d+)|&\d+)>/.exec(text);
  if (match === null) return null;
  return match[1] ?? 'role';
}

/** A mention together with the comma or colon behind it; before the end of a sentence with the one in front of it. */
function withoutMention(text: string, id: string): string {
  const mention = `<@!?${id}>`;
  return text
    .replace(new RegExp(`,? ?${mention}(?= ?[?.!])`, 'g'), '')
    .replace(new RegExp(` ?${mention}[,:]? ?`, 'g'), ' ');
}

function toDate(seconds: string): string {
  const date = new Date(Number(seconds) * 1_000);
  return Number.isNaN(date.getTime()) ? seconds : `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

function withNames(text: string, names: NamesInText): string {
  return text
    .replace(/<@!?(\d{1,20})>/g, (_, id: string) => `@${names.person(id) ?? 'somebody'}`)
    .replace(/<@&(\d{1,20})>/g, (_, id: string) => `@${names.role(id) ?? 'role'}`)
    .replace(/<#(\d{1,20})>/g, (_, id: string) => `#${names.channel(id) ?? 'channel'}`)
    .replace(/<a?:(\w{1,40}):\d{1,20}>/g, ':$1:')
    .replace(/<t:(-?\d{1,14})(?::[a-zA-Z])?>/g, (_, seconds: string) => toDate(seconds))
    .replace(/<\/([^:>]{1,100}):\d{1,20}>/g, '/$1');
}

/** The text as a person reads it: without the call of the bot, with names for ids. Code stays as it is. */
export function readableText(text: string, botId: string, names: NamesInText): string {
  const readable = outsideCode(text, (piece) => withNames(withoutMention(piece, botId), names));
  return readable
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
    .trim();
}
