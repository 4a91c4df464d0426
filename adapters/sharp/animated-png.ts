/** The control chunk comes before the first pixels; no more than this is searched. */
const searchedBytes = 64 * 1_024;

/**
 * How many frames an animated PNG says it has, at least 1; null for a PNG that is not animated: one without an animation
 * control chunk before its first pixels (https://wiki.mozilla.org/APNG_Specification).
 */
export function countAnimatedPngFrames(bytes: Uint8Array): number | null {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, searchedBytes));
  const control = head.indexOf('acTL', 0, 'latin1');
  const firstPixels = head.indexOf('IDAT', 0, 'latin1');
  if (control === -1 || (firstPixels !== -1 && control > firstPixels)) return null;
  // Its type is followed by the count, of which a PNG uses 31 bits.
  const countAt = control + 'acTL'.length;
  return countAt + 4 > head.byteLength ? 1 : Math.max(1, head.readUInt32BE(countAt) & 0x7fffffff);
}
