/** Which of Slack's two notations a text is in: its own markup, or standard Markdown. */
export type Notation = 'mrkdwn' | 'markdown';

const callPattern = /<(?:!(?:channel|here|everyone|group|subteam\^[A-Z0-9]+)|@[UW][A-Z0-9]+)(?:\|[^>]*)?>/g;

/** Code in Markdown is shown as it stands; in Slack's own markup calls and links form inside code as well. */
function outsideCode(text: string, notation: Notation): string {
  if (notation === 'mrkdwn') return text;
  return text
    .replaceAll(/^(`{3,}|~{3,})[\s\S]*?(?:^\1|$(?![\s\S]))/gm, ' ')
    .replaceAll(/(`+)(?!`)[\s\S]*?[^`]\1(?!`)/g, ' ');
}

/** Everybody whom a text would call. */
export function callsIn(text: string, notation: Notation): readonly string[] {
  return outsideCode(text, notation).match(callPattern) ?? [];
}

/** Links whose words are not their address. */
export function maskedLinks(text: string, notation: Notation): readonly string[] {
  const plain = outsideCode(text, notation);
  const own = [...plain.matchAll(/<((?:https?|mailto|tel):[^|>]+)\|([^>]*)>/gi)];
  const standard =
    notation === 'mrkdwn' ? [] : [...plain.matchAll(/(?<!\\)\[([^\]\n]*)\]\(\s*<?((?:https?|mailto):[^)\s>]+)/gi)];
  return [
    ...own.filter(([, address, words]) => !isSame(address, words)).map(([whole]) => whole),
    ...standard.filter(([, words, address]) => !isSame(address, words)).map(([whole]) => whole),
  ];
}

/** Characters of Slack's own markup that stand bare, as nobody escaped the text: people would see something else. */
export function bareCharacters(text: string): readonly string[] {
  const known = /<(?:[@#!][^<>]+|(?:https?|mailto|tel):[^<>]+)>|&(?:amp|lt|gt);/gi;
  return text.replaceAll(known, '').match(/[&<].{0,20}/g) ?? [];
}

function isSame(address: string | undefined, words: string | undefined): boolean {
  const bare = (text: string | undefined) => (text ?? '').replace(/^(?:https?:\/\/|mailto:)/i, '').replace(/\/$/, '');
  return bare(address) === bare(words);
}

/** The addresses in a text. */
export function addressesIn(text: string): readonly string[] {
  return text.match(/https?:\/\/[^\s<>|)\]"']+/gi) ?? [];
}

/** The text as people read it; formatting marks stay. `nameOf` gives the name for an id. */
export function readable(text: string, nameOf: (id: string) => string): string {
  return text
    .replaceAll(/<@([UW][A-Z0-9]+)(?:\|([^>]*))?>/g, (_whole, id: string) => `@${nameOf(id)}`)
    .replaceAll(/<#([CG][A-Z0-9]+)(?:\|([^>]*))?>/g, (_whole, id: string, name?: string) => `#${name ?? id}`)
    .replaceAll(/<!(channel|here|everyone)(?:\|[^>]*)?>/g, '@$1')
    .replaceAll(/<!subteam\^([A-Z0-9]+)(?:\|([^>]*))?>/g, (_whole, id: string, name?: string) => `@${name ?? id}`)
    .replaceAll(/<((?:https?|mailto|tel):[^|>]+)\|([^>]*)>/gi, '$2')
    .replaceAll(/<((?:https?|mailto|tel):[^|>]+)>/gi, '$1')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}
