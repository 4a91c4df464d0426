// What a reader cannot see but a machine acts on: controls, bidirectional overrides and isolates, zero-width characters,
// soft hyphens, tag characters and variation selectors that carry text. Line breaks of other kinds become spaces.
const plain = /^[\t\x20-\x7e]*$/;
const otherLineBreaks = /[\r\v\f\u0085\u2028\u2029]/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is being removed
const controls = /[\0-\x08\x0e-\x1f\x7f-\x9f]/g;
const direction = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
const tags = /(\u{1f3f4}[\u{e0030}-\u{e0039}\u{e0061}-\u{e007a}]{2,6}\u{e007f})|[\u{e0000}-\u{e0fff}]/gu;
// Written as a list: in one class, some would be read as combining with their neighbours.
const zeroWidth =
  /(?:\u00ad|\u034f|[\u115f\u1160]|[\u17b4\u17b5]|[\u180b-\u180f]|\u200b|[\u2060-\u2065]|[\u206a-\u206f]|\ufeff|[\ufff9-\ufffb])+/g;
// Joiners belong between letters (Persian, Indic scripts) and between the parts of an emoji; elsewhere they only hide.
const joinerLeft = String.raw`[\p{L}\p{M}\p{Emoji_Modifier}\p{Extended_Pictographic}\u{fe0f}]`;
const joinerRight = String.raw`[\p{L}\p{Extended_Pictographic}\u2640\u2642]`;
const looseJoiners = new RegExp(String.raw`(?<!${joinerLeft})[\u200c\u200d]+|[\u200c\u200d]+(?!${joinerRight})`, 'gu');
const joinerRuns = /[\u200c\u200d]{2,}/g;

/** Breaks what would otherwise be read as a call, a link or markup, without being seen. */
export const breaker = '\u200b';

// Where this program itself puts a breaker. Kept, so that a text that was made safe once reads the same ever after.
const looseBreakers =
  /(?<=[\]])\u200b(?![(:])|(?<=@)\u200b(?!everyone|here|channel)|(?<![\]<@]|&(?:lt|#0{0,8}60|#x0{0,8}3c);)\u200b/gi;

/** One line without what cannot be seen. `isLast`: more may follow, so half a character at the end is held back. */
export function stripInvisible(line: string, isLast: boolean): string {
  if (plain.test(line)) return line;
  const ended = line.endsWith('\r') ? line.slice(0, -1) : line;
  const whole = isLast && /[\ud800-\udbff]$/.test(ended) ? ended.slice(0, -1) : ended;
  return whole
    .toWellFormed()
    .replaceAll(otherLineBreaks, ' ')
    .replaceAll(controls, '')
    .replaceAll(direction, '')
    .replaceAll(tags, '$1')
    .replaceAll(zeroWidth, (run) => (run.includes(breaker) ? breaker : ''))
    .replaceAll(looseJoiners, '')
    .replaceAll(joinerRuns, (run) => run.slice(0, 1))
    .replaceAll(looseBreakers, '');
}
