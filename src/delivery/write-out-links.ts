import { breaker } from './strip-invisible.ts';

/** The longest link text, address or code span that is waited for; what is longer is taken as it stands. */
const longestConstruct = 500;
const longestAddress = 2_048;

/** A line of prose with its links written out. */
export type WrittenOut = {
  readonly text: string;
  /** So much of the text stays as it is, whatever follows on the line. */
  readonly settled: number;
};

type Opening = { readonly piece: number; readonly isImage: boolean; readonly sourceIndex: number };
type Destination =
  | { readonly type: 'address'; readonly address: string; readonly end: number }
  | { readonly type: 'unfinished' }
  | { readonly type: 'none' };

const ordinary = /[^\\`[\]!<]+/y;
const backticks = /`+/y;
const autolink = /<([a-z][a-z0-9+.-]{1,31}:[^\s<>`|]*)(?:\|([^<>`]*))?>/iy;
const startsMarkup = /[a-z/!?@#:[<]/i;
const mayBecomeAutolink = /^<(?:[a-z][a-z0-9+.-]{0,31}(?::[^\s<>`|]*(?:\|[^<>`]*)?)?)?$/i;
const unfinishedAutolink = /<([a-z][a-z0-9+.-]{1,31}:[^\s<>`|]*)(?:\|[^<>`]*)?$/iy;

function matchAt(pattern: RegExp, line: string, index: number): RegExpExecArray | null {
  pattern.lastIndex = index;
  return pattern.exec(line);
}

/**
 * Writes `[text](address)` as `text (address)`, `![alt](address)` as `alt` and `<address>` as `address`, outside inline code.
 * With `isLast` the line may still grow: the address of a link that is not yet complete is held back.
 */
export function writeOutLinks(line: string, isLast: boolean): WrittenOut {
  const pieces: string[] = [];
  const openings: Opening[] = [];
  const closers = closingBackticks(line);
  /** Inside code that may still be closed, or cease to be: there, nothing is certain that reads differently outside. */
  let isInOpenCode = false;
  let settledPiece: number | null = null;
  let index = 0;
  const settleBefore = (piece: number) => {
    settledPiece = Math.min(settledPiece ?? piece, piece);
  };

  while (index < line.length) {
    const character = line[index];
    if (character === '\\') {
      pieces.push(line.slice(index, index + 2));
      index += 2;
    } else if (character === '`') {
      const run = matchAt(backticks, line, index)?.[0] ?? '`';
      const end = closers.get(index);
      const written = end === undefined ? run : line.slice(index, end);
      if (isLast && (end ?? line.length) === line.length && line.length - index <= longestConstruct) {
        isInOpenCode = true;
        // Its last backticks may be the first of more, and then it is no code.
        if (/[[\]<]/.test(written)) settleBefore(pieces.length);
      }
      pieces.push(written);
      index = end ?? index + run.length;
    } else if (character === '[' || (character === '!' && line[index + 1] === '[')) {
      const isImage = character === '!';
      openings.push({ piece: pieces.length, isImage, sourceIndex: index });
      pieces.push(isImage ? '![' : '[');
      index += isImage ? 2 : 1;
    } else if (character === ']') {
      const opening = openings.pop();
      const destination = toDestination(line, index, opening, pieces);
      if (opening !== undefined && isLast && index - opening.sourceIndex <= longestConstruct) {
        const mayBeLink = index + 1 === line.length || (isInOpenCode && destination.type === 'address');
        if (mayBeLink) settleBefore(opening.piece);
      }
      if (opening !== undefined && destination.type !== 'none') closeLink(pieces, opening, destination);
      else pieces.push(']');
      if (destination.type === 'unfinished' && isLast) {
        settleBefore(opening?.piece ?? pieces.length);
        break;
      }
      index = destination.type === 'address' ? destination.end : index + 1;
    } else if (character === '<') {
      const match = matchAt(autolink, line, index);
      const whole = match !== null && match[0].length <= longestConstruct ? match : null;
      const partial =
        match === null && isLast && line.length - index <= longestConstruct
          ? matchAt(unfinishedAutolink, line, index)
          : null;
      const found = whole ?? partial;
      if (
        isLast &&
        line.length - index <= longestConstruct &&
        (isInOpenCode || mayBecomeAutolink.test(line.slice(index)))
      )
        settleBefore(pieces.length);
      if (found === null) pieces.push(startsMarkup.test(line[index + 1] ?? '') ? `<${breaker}` : '<');
      else pieces.push(whole?.[2] === undefined ? (found[1] ?? '') : `${whole[2]} (${whole[1] ?? ''})`);
      index += found?.[0].length ?? 1;
    } else {
      const run = matchAt(ordinary, line, index)?.[0] ?? character ?? '';
      // It may be the first character of a picture.
      if (isLast && run === '!' && index + 1 === line.length) settleBefore(pieces.length);
      pieces.push(run);
      index += run.length;
    }
  }
  for (const opening of openings) {
    if (isLast && line.length - opening.sourceIndex <= longestConstruct) settleBefore(opening.piece);
  }
  const text = pieces.join('');
  return { text, settled: settledPiece === null ? text.length : pieces.slice(0, settledPiece).join('').length };

  function toDestination(source: string, at: number, opening: Opening | undefined, written: string[]): Destination {
    if (opening === undefined || source[at + 1] !== '(') return { type: 'none' };
    if (at - opening.sourceIndex > longestConstruct) return { type: 'none' };
    // A fence must not come to stand at the start of a line where there was none.
    if (written.slice(opening.piece).some((piece) => piece.startsWith('```'))) return { type: 'none' };
    const destination = readDestination(source, at + 2);
    return destination.type === 'unfinished' && !isLast ? { type: 'none' } : destination;
  }
}

function closeLink(pieces: string[], opening: Opening, destination: Exclude<Destination, { type: 'none' }>): void {
  pieces[opening.piece] = '';
  if (destination.type === 'unfinished') return;
  const text = pieces.slice(opening.piece).join('');
  if (opening.isImage) {
    if (text.trim() === '') pieces.push('image');
  } else if (text.trim() === '') pieces.push(destination.address);
  else if (!namesAddress(text, destination.address)) pieces.push(` (${destination.address})`);
}

/** Whether the text says the address itself, so that nothing is hidden by it. */
function namesAddress(text: string, address: string): boolean {
  const bare = (written: string) =>
    written
      .trim()
      .replace(/^(?:https?:\/\/|mailto:)/i, '')
      .replace(/\/$/, '');
  return bare(text) === bare(address);
}

const space = /[\t ]*/y;
const title = /"[^"`]*"|'[^'`]*'|\([^()`]*\)/y;
const unfinishedTitle = /(?:"[^"`]*|'[^'`]*|\([^()`]*)$/y;

/** The address of a link from just behind its opening parenthesis, with an optional title, as CommonMark writes it. */
function readDestination(line: string, start: number): Destination {
  const address = readAddress(line, matchAt(space, line, start)?.[0].length ?? 0, start);
  if (address.type !== 'address') return address;
  let end = address.end + (matchAt(space, line, address.end)?.[0].length ?? 0);
  if (end > address.end) {
    const unfinished = matchAt(unfinishedTitle, line, end)?.[0];
    if (unfinished !== undefined) return { type: unfinished.length > longestConstruct ? 'none' : 'unfinished' };
    const written = matchAt(title, line, end)?.[0];
    if (written !== undefined && (written.length > longestConstruct || written.includes(']('))) return { type: 'none' };
    end += written?.length ?? 0;
    end += matchAt(space, line, end)?.[0].length ?? 0;
  }
  if (end >= line.length) return { type: 'unfinished' };
  if (line[end] !== ')' || address.address === '') return { type: 'none' };
  return { type: 'address', address: address.address, end: end + 1 };
}

function readAddress(line: string, skipped: number, start: number): Destination {
  const first = start + skipped;
  if (line[first] === '<') return readAngleAddress(line, first + 1);
  let depth = 0;
  for (let index = first; index < line.length; index += 1) {
    const character = line[index] ?? '';
    if (index - first > longestAddress || character === '`' || character === '<') return { type: 'none' };
    if (character === ']' && line[index + 1] === '(') return { type: 'none' };
    if (character === '(') depth += 1;
    if (character === ')') depth -= 1;
    if (depth < 0 || character === ' ' || character === '\t') {
      return depth > 0 ? { type: 'none' } : { type: 'address', address: line.slice(first, index), end: index };
    }
  }
  return { type: 'unfinished' };
}

function readAngleAddress(line: string, first: number): Destination {
  for (let index = first; index < line.length; index += 1) {
    const character = line[index] ?? '';
    if (index - first > longestAddress || character === '`' || character === '<') return { type: 'none' };
    if (character === ']' && line[index + 1] === '(') return { type: 'none' };
    if (character === '>') return { type: 'address', address: line.slice(first, index), end: index + 1 };
  }
  return { type: 'unfinished' };
}

/** For each run of backticks that opens inline code: where the code ends. Only runs of equal length pair, as everywhere. */
function closingBackticks(line: string): Map<number, number> {
  const ends = new Map<number, number>();
  if (!line.includes('`')) return ends;
  const runs = [...line.matchAll(/`+/g)];
  const nextSame: (number | undefined)[] = [];
  const lastOfLength = new Map<number, number>();
  for (let at = runs.length - 1; at >= 0; at -= 1) {
    const length = runs[at]?.[0].length ?? 0;
    nextSame[at] = lastOfLength.get(length);
    lastOfLength.set(length, at);
  }
  for (const [at, run] of runs.entries()) {
    const closer = runs[nextSame[at] ?? -1];
    if (closer === undefined) continue;
    const end = closer.index + closer[0].length;
    if (end - run.index <= longestConstruct) ends.set(run.index, end);
  }
  return ends;
}
