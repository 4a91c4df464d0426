import type { FittedPicture, PictureRule } from '../../src/engine/fit-picture.ts';
import type { ImageFailureCode } from '../../src/images/image-failure.ts';
import { Failure } from '../../src/lib/errors.ts';

/** Photographs of nothing but noise are the only ones that need a second try; a fourth would be smaller than a postage stamp. */
const mostTries = 4;

/**
 * Tries smaller and smaller copies until one has no more bytes than the rule allows. `encode` makes the copy with that longest side;
 * rejects as it does, or with `image-too-large`.
 */
export async function fitToBytes(
  encode: (longEdge: number) => Promise<FittedPicture>,
  { longEdge, maxBytes }: PictureRule,
): Promise<FittedPicture> {
  let edge = longEdge;
  for (let tried = 1; ; tried += 1) {
    const { bytes, mimeType, width, height } = await encode(edge);
    if (bytes.byteLength <= maxBytes) return { bytes, mimeType, width, height };
    if (tried === mostTries)
      throw new Failure<ImageFailureCode>('image-too-large', `Its smallest copy has ${bytes.byteLength} bytes.`, {
        facts: { sizeBytes: bytes.byteLength, maxBytes },
      });
    // Bytes go with the area; a little less, so that the next copy is small enough.
    edge = Math.max(1, Math.floor(Math.max(width, height) * Math.sqrt(maxBytes / bytes.byteLength) * 0.9));
  }
}
