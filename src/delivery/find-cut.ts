import { noStructure, readLine, type Structure } from './line-structure.ts';
import type { TextUnit } from './outbox.ts';
import { longestPiece, textLength } from './text-length.ts';

/** Where a part ends. */
export type Cut = {
  readonly end: number;
  /** What is open there. */
  readonly structure: Structure;
  /** The cut is certain once so much of the text is known. */
  readonly knownFrom: number;
};

/**
 * How much of a part may stay empty for a cut at each kind of border: a share of it, at least so many characters, at most another
 * share. The first border that is good enough ends the part, so that nothing that was shown in it ever has to move into the
 * next one; a text that almost fills a part may therefore end in a short one.
 */
const mayStayEmpty = {
  paragraph: { share: 0.15, characters: 120, most: 0.5 },
  line: { share: 0.1, characters: 100, most: 0.45 },
  structuredLine: { share: 0.07, characters: 80, most: 0.4 },
  sentence: { share: 0.05, characters: 60, most: 0.35 },
  word: { share: 0.02, characters: 48, most: 0.3 },
} as const;

type Border = keyof typeof mayStayEmpty;

/** How long a part of this budget has to be for a cut at such a border. */
function longEnough(border: Border, budget: number): number {
  const { share, characters, most } = mayStayEmpty[border];
  return budget - Math.min(most * budget, Math.max(share * budget, characters));
}

/** How far behind a hard cut a character that is made of several code points is looked for. */
const graphemeReach = 64;

/**
 * The end of the part that begins at `start` with `structure` open and may be `budget` long in the platform's unit; null when
 * all the rest fits. Depends only on the text up to `knownFrom`.
 */
export function findCut(text: string, start: number, structure: Structure, budget: number, unit: TextUnit): Cut | null {
  const hardEnd = longestPiece(text, start, budget, unit);
  let open = structure;
  let position = start;
  let used = 0;
  while (position < hardEnd) {
    const lineBreak = text.indexOf('\n', position);
    const isWhole = lineBreak !== -1 && lineBreak < hardEnd;
    const lineEnd = isWhole ? lineBreak : hardEnd;
    const line = text.slice(position, lineEnd);
    const lineLength = textLength(line, unit);
    if (used + lineLength > longEnough('sentence', budget)) {
      const end = findWordBorder(text, position, lineEnd, open, budget, used, unit);
      if (end !== null) return { end, structure: open.type === 'fence' ? open : noStructure, knownFrom: end };
    }
    if (!isWhole) break;
    const before = open;
    open = readLine(before, line);
    used += lineLength + 1;
    position = lineBreak + 1;
    if (used >= longEnough(borderAfter(before, open, line), budget))
      return { end: position, structure: open, knownFrom: position };
  }
  if (hardEnd === text.length) return null;
  const end = graphemeBorder(text, start, hardEnd);
  return { end, structure: open.type === 'fence' ? open : noStructure, knownFrom: hardEnd + graphemeReach };
}

/** What kind of border is behind this line. */
function borderAfter(before: Structure, after: Structure, line: string): Border {
  if (after.type === 'none') return line.trim() === '' ? 'paragraph' : 'line';
  // Between the header of a table and its rows, or just inside a fence, is a poor place.
  return before.type === after.type && after.type !== 'table-header' ? 'structuredLine' : 'word';
}

const sentenceEnd = /[.!?…]["'”’)\]]*$/;

/** Whether a sentence of this line ends just before `index`. */
export function endsSentence(text: string, index: number, lineStart = 0): boolean {
  return sentenceEnd.test(text.slice(Math.max(lineStart, index - 3), index));
}

/** The first place in the line, behind a space or a sentence, at which the part is full enough; null when there is none. */
function findWordBorder(
  text: string,
  lineStart: number,
  lineEnd: number,
  open: Structure,
  budget: number,
  usedBefore: number,
  unit: TextUnit,
): number | null {
  const isProse = open.type !== 'fence' && open.type !== 'table';
  const from = longEnough(isProse ? 'sentence' : 'word', budget);
  let index = longestPiece(text, lineStart, Math.max(0, Math.ceil(from) - usedBefore), unit);
  let used = usedBefore + textLength(text.slice(lineStart, index), unit);
  while (index < lineEnd) {
    const next = index + (isPair(text, index) ? 2 : 1);
    const character = text.slice(index, next);
    used += textLength(character, unit);
    index = next;
    const isSpace = character === ' ' || character === '\t';
    if (isSpace && used >= longEnough('word', budget)) return index;
    if (!isProse || used < longEnough('sentence', budget)) continue;
    if (isSpace && endsSentence(text, index - 1, lineStart)) return index;
    if ('。！？'.includes(character)) return index;
  }
  return null;
}

function isPair(text: string, index: number): boolean {
  return (text.codePointAt(index) ?? 0) > 0xffff;
}

/** The last border between two characters as people count them, at or before `end`. */
export function graphemeBorder(text: string, start: number, end: number): number {
  const from = Math.max(start, end - graphemeReach);
  const near = text.slice(from, end + graphemeReach);
  const segments = [...new Intl.Segmenter().segment(near)].map((segment) => from + segment.index);
  const border = segments.findLast((index) => index <= end && index > from);
  return border === undefined || border <= start ? end : border;
}
