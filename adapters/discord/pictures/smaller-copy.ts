import { normalPicture, type OriginalPicture } from '../../../src/images/prepare-image.ts';
import type { PictureLinks } from './picture-links.ts';

/** A copy that the media proxy makes, and the picture that it is one of. */
export type SmallerCopy = { readonly url: URL; readonly posted: OriginalPicture };

/** From here on the whole picture is not worth its bytes; below, what the proxy loses counts for more. */
const largeFromBytes = 4 * 1_024 * 1_024;
const largeFromEdge = 2 * normalPicture.longEdge;

const formats: ReadonlyMap<string, OriginalPicture['format']> = new Map([
  ['image/jpeg', 'JPEG'],
  ['image/png', 'PNG'],
  ['image/webp', 'WebP'],
  ['image/gif', 'GIF'],
]);

function toFormat(contentType: string | null): OriginalPicture['format'] | undefined {
  return formats.get(contentType?.split(';')[0]?.trim().toLowerCase() ?? '');
}

/** The address of a copy in the size that a model gets, so that it need not be made smaller a second time. */
function toCopyAddress(proxyUrl: string, width: number, height: number, format: OriginalPicture['format']): URL | null {
  const scale = Math.min(1, normalPicture.longEdge / Math.max(width, height));
  const url = URL.parse(proxyUrl);
  url?.searchParams.set('width', `${Math.max(1, Math.round(width * scale))}`);
  url?.searchParams.set('height', `${Math.max(1, Math.round(height * scale))}`);
  url?.searchParams.set('format', 'webp');
  // Small print in screenshots and drawings is the first thing to go; photographs would not get any smaller by it.
  url?.searchParams.set('quality', format === 'PNG' || format === 'GIF' ? 'lossless' : 'high');
  return url;
}

/**
 * The copy that stands in for a picture that is larger than anybody needs, or than is taken at all; null where the picture itself
 * is the better choice, or where too little is known of it. A GIF is fetched as it is while it can be: only its own bytes tell
 * that it moves.
 */
export function findSmallerCopy(links: PictureLinks, sizeBytes: number | null, maxBytes: number): SmallerCopy | null {
  const { proxyUrl, width, height } = links;
  const format = toFormat(links.contentType);
  if (proxyUrl === null || width === null || height === null || sizeBytes === null || format === undefined) return null;
  const isLarge = sizeBytes > largeFromBytes || Math.max(width, height) > largeFromEdge;
  if (format === 'GIF' ? sizeBytes <= maxBytes : !isLarge) return null;
  const url = toCopyAddress(proxyUrl, width, height, format);
  return url === null ? null : { url, posted: { format, width, height, sizeBytes, frames: 1 } };
}
