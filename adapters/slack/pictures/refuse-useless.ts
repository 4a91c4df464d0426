import type { ImageFailureCode } from '../../../src/images/image-failure.ts';
import { Failure } from '../../../src/lib/errors.ts';
import type { PreviewPicture, SlackFile } from './picture-locator.ts';
import { noAddress, pictureClosed, pictureGone } from './to-image-failure.ts';

/** As many as are decoded: a picture with more is refused without its bytes. */
const maxPixels = 50_000_000;

/** Throws an `image-too-many-pixels` for a picture that is said to have more of them than are decoded. */
export function refuseTooManyPixels({ width, height }: Pick<PreviewPicture, 'width' | 'height'>): void {
  if (width === null || height === null || width * height <= maxPixels) return;
  const facts = { width, height, maxMegapixels: maxPixels / 1e6 };
  const sentence = `The picture has ${width} × ${height} pixels.`;
  throw new Failure<ImageFailureCode>('image-too-many-pixels', sentence, { facts });
}

/** Throws a `Failure` of an `ImageFailureCode` for a file that is known to be of no use, so that nothing of it is fetched. */
export function refuseUseless(file: SlackFile): void {
  if (file.state === 'gone') throw pictureGone();
  if (file.state === 'closed') throw pictureClosed();
  // Its address is whatever whoever shared it wrote there: nothing is fetched from it, least of all with the token.
  if (file.state === 'elsewhere') throw noAddress('The picture lies in another service; Slack has a link alone.');
  if (file.otherKind !== null) {
    const facts = { format: file.otherKind };
    throw new Failure<ImageFailureCode>('image-type-unsupported', `The file is ${file.otherKind}.`, { facts });
  }
  if (file.sizeBytes === 0) throw new Failure<ImageFailureCode>('image-empty', 'The picture has no bytes.');
  refuseTooManyPixels(file);
}
