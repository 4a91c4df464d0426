/** Where a reader stands in a text that grows. */
export type TextCursor = { block: number; offset: number };

/**
 * A text that grows by small pieces and is read from many places at once. A reader costs its cursor and nothing else, and
 * reading what is new costs as much as is new: the text is never joined again for each piece.
 */
export type TextLog = {
  /**
   * Takes what still fits into the limit, cut between characters; false when something did not. Half a surrogate pair waits
   * for its other half, so that no reader ever sees a broken character.
   */
  append(text: string): boolean;
  /** What comes after the cursor, which moves on; at most 16,384 code units at a time, empty when there is nothing new. */
  read(cursor: TextCursor): string;
  isEmpty(): boolean;
  /** The whole text. */
  text(): string;
};

/** Small enough that re-reading a block under construction is cheap, large enough that blocks are few. */
const blockLength = 1_024;

/** Bounds what a late or slow reader takes at once. */
const maxPieceLength = 16_384;

/** An empty text that holds at most `maxBytes` of UTF-8. */
export function createTextLog(maxBytes: number): TextLog {
  const blocks: string[] = [];
  let last = '';
  let sizeBytes = 0;
  let half = '';

  const seal = () => {
    // Looking at one character makes the engine join the pieces, which would otherwise all stay in memory.
    if (Number.isNaN(last.charCodeAt(0))) return;
    blocks.push(last);
    last = '';
  };

  return {
    append(piece) {
      const joined = half + piece;
      half = endsInHalfPair(joined) ? joined.slice(-1) : '';
      const text = half === '' ? joined : joined.slice(0, -1);
      const fitting = cutToBytes(text, maxBytes - sizeBytes);
      sizeBytes += Buffer.byteLength(fitting);
      last += fitting;
      if (last.length >= blockLength) seal();
      return fitting.length === text.length;
    },
    read(cursor) {
      let text = '';
      while (text.length < maxPieceLength) {
        const block = blocks[cursor.block] ?? last;
        const piece = cutBetweenCharacters(block, cursor.offset, maxPieceLength - text.length);
        text += piece;
        cursor.offset += piece.length;
        if (cursor.offset < block.length || cursor.block >= blocks.length) return text;
        cursor.block += 1;
        cursor.offset = 0;
      }
      return text;
    },
    isEmpty: () => sizeBytes === 0,
    text: () => blocks.join('') + last,
  };
}

function cutBetweenCharacters(text: string, from: number, maxLength: number): string {
  const piece = text.slice(from, from + maxLength);
  const isCut = from + piece.length < text.length;
  return isCut && piece.length > 1 && endsInHalfPair(piece) ? piece.slice(0, -1) : piece;
}

function endsInHalfPair(text: string): boolean {
  const code = text.charCodeAt(text.length - 1);
  return code >= 0xd800 && code <= 0xdbff;
}

/** The longest beginning of a text that takes no more than so many bytes of UTF-8, cut between characters. */
export function cutToBytes(text: string, maxBytes: number): string {
  // No character takes more than three bytes for each of its code units: most pieces need no counting.
  if (text.length * 3 <= maxBytes || Buffer.byteLength(text) <= maxBytes) return text;
  if (maxBytes <= 0) return '';
  const { read } = new TextEncoder().encodeInto(text, new Uint8Array(maxBytes));
  return text.slice(0, read);
}
