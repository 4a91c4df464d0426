import type { OriginalPicture } from '../../../src/images/prepare-image.ts';
import type { SlackFile } from './picture-locator.ts';

/** A small copy that Slack has made, and the picture that it is one of. */
export type SmallerCopy = { readonly url: string; readonly posted: OriginalPicture };

/**
 * From here on the whole picture is not worth its bytes. Below, what is lost counts for more: Slack's largest copy has 1,024 pixels
 * on its longer side, two thirds of what models take without making it smaller.
 */
const largeFromBytes = 8 * 1_024 * 1_024;
/** The longer side of a copy that is good enough where the picture itself can be had too. */
const goodEdge = 960;

const formats: ReadonlyMap<string, OriginalPicture['format']> = new Map([
  ['image/jpeg', 'JPEG'],
  ['image/jpg', 'JPEG'],
  ['image/png', 'PNG'],
  ['image/webp', 'WebP'],
  ['image/gif', 'GIF'],
]);

/** Slack may give the sides as the camera saw them; its copies are upright. */
function toUpright(width: number, height: number, copy: NonNullable<SlackFile['copy']>) {
  const isTurned = copy.width !== null && copy.height !== null && copy.width > copy.height !== width > height;
  const isSquare = copy.width === copy.height || width === height;
  return isTurned && !isSquare ? { width: height, height: width } : { width, height };
}

/**
 * The copy that stands in for a picture that is larger than anybody needs, or than is taken at all; null where the picture itself
 * is the better choice, or where too little is known of it. A GIF is fetched as it is while it can be: only its own bytes tell
 * that it moves.
 */
export function findSmallerCopy(file: SlackFile, maxBytes: number): SmallerCopy | null {
  const { copy, sizeBytes, width, height } = file;
  const format = formats.get(file.mimeType?.toLowerCase() ?? '');
  if (copy === null || sizeBytes === null || width === null || height === null || format === undefined) return null;
  const edge = Math.max(copy.width ?? 0, copy.height ?? 0);
  const isGood = edge >= Math.min(goodEdge, Math.max(width, height));
  const isWanted = format !== 'GIF' && sizeBytes > largeFromBytes && isGood;
  if (sizeBytes <= maxBytes && !isWanted) return null;
  return { url: copy.url, posted: { format, ...toUpright(width, height, copy), sizeBytes, frames: 1 } };
}
