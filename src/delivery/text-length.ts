import type { TextUnit } from './outbox.ts';

/** The length of a text as the platform counts it. */
export function textLength(text: string, unit: TextUnit): number {
  return unit === 'utf16' ? text.length : Buffer.byteLength(text, 'utf8');
}

/**
 * The end of the longest piece of `text` from `start` that is at most `max` long in the platform's unit and cuts no
 * character in two. Looks at no more than `max` characters.
 */
export function longestPiece(text: string, start: number, max: number, unit: TextUnit): number {
  if (unit === 'utf16') {
    const end = Math.min(text.length, start + Math.max(0, max));
    return end < text.length && isLowSurrogate(text, end) && isHighSurrogate(text, end - 1) ? end - 1 : end;
  }
  let bytes = 0;
  let end = start;
  while (end < text.length) {
    const codePoint = text.codePointAt(end) ?? 0;
    bytes += codePoint < 0x80 ? 1 : codePoint < 0x800 ? 2 : codePoint < 0x1_0000 ? 3 : 4;
    if (bytes > max) break;
    end += codePoint > 0xffff ? 2 : 1;
  }
  return end;
}

function isHighSurrogate(text: string, index: number): boolean {
  const unit = text.charCodeAt(index);
  return unit >= 0xd800 && unit <= 0xdbff;
}

function isLowSurrogate(text: string, index: number): boolean {
  const unit = text.charCodeAt(index);
  return unit >= 0xdc00 && unit <= 0xdfff;
}
