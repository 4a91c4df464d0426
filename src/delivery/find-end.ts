import { endsSentence, graphemeBorder } from './find-cut.ts';
import { noStructure, readLine, type Structure } from './line-structure.ts';

/** What a message that has to end still waits for: the end of a sentence or line, of a word, or nothing. */
export type Patience = 'sentence' | 'word' | 'none';

/** Where a part ends before it is full, and what is open there. */
export type End = { readonly end: number; readonly structure: Structure };

/**
 * Where the part that begins at `start` with `structure` open can end, at `from` or behind it, no later than `limit`; null when
 * there is no place good enough yet. The end of a line is preferred. Nothing else will do in code and in tables, unless patience
 * is at its end: then `limit` itself is taken.
 */
export function findEnd(
  text: string,
  start: number,
  structure: Structure,
  from: number,
  limit: number,
  patience: Patience,
): End | null {
  let open = structure;
  let inLine: number | null = null;
  let lineStart = start;
  for (;;) {
    const lineBreak = text.indexOf('\n', lineStart);
    const isWhole = lineBreak !== -1 && lineBreak < limit;
    const lineEnd = isWhole ? lineBreak : limit;
    const before = open;
    const after = readLine(before, text.slice(lineStart, lineEnd));
    if (inLine === null && before.type === 'none' && after.type === 'none') {
      inLine = borderInLine(text, Math.max(lineStart, from), lineEnd, patience);
    }
    if (!isWhole) return toEnd(inLine, before);
    if (lineBreak >= from && isGoodBehind(before, after)) return { end: lineBreak + 1, structure: after };
    open = after;
    lineStart = lineBreak + 1;
  }

  function toEnd(border: number | null, lastOpen: Structure): End | null {
    if (border !== null) return { end: border, structure: noStructure };
    if (patience !== 'none') return null;
    const end = limit < text.length ? Math.max(from, graphemeBorder(text, start, limit)) : limit;
    return { end, structure: lastOpen.type === 'fence' || lineStart === end ? lastOpen : noStructure };
  }
}

/** Not between the header of a table and its rows, nor just inside a fence. */
function isGoodBehind(before: Structure, after: Structure): boolean {
  return after.type === 'none' || (after.type === before.type && after.type !== 'table-header');
}

/** The first end of a sentence in the line, else of a word where that will do. */
function borderInLine(text: string, from: number, lineEnd: number, patience: Patience): number | null {
  let word: number | null = null;
  for (let index = from; index < lineEnd; index += 1) {
    if (text[index] !== ' ' && text[index] !== '\t') continue;
    if (endsSentence(text, index)) return index + 1;
    word ??= index + 1;
  }
  return patience === 'sentence' ? null : word;
}
