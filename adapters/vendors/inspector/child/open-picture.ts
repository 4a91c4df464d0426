import sharp, { type Sharp } from 'sharp';

/** Sharp's own limit of 268 megapixels would allow 116 MB of memory from a file of 31 KB. */
const maxPixels = 50_000_000;

/** Leaves only the decoders of the formats that are accepted: SVG could read other files, TIFF and others are not fuzzed as well. */
export function restrictDecoders(): void {
  sharp.cache(false);
  sharp.concurrency(1);
  sharp.block({ operation: ['VipsForeignLoad'] });
  sharp.unblock({
    operation: [
      'VipsForeignLoadJpegBuffer',
      'VipsForeignLoadPngBuffer',
      'VipsForeignLoadWebpBuffer',
      'VipsForeignLoadNsgifBuffer',
    ],
  });
}

/** A file that is no picture, or a damaged one: expected, unlike every other error. */
export class UnreadablePicture extends Error {
  constructor(cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause));
    this.name = 'UnreadablePicture';
  }
}

/** Runs a step of decoding; whatever it throws means that the picture is unreadable. */
export async function decodeStep<Value>(step: Promise<Value>): Promise<Value> {
  try {
    return await step;
  } catch (error) {
    throw new UnreadablePicture(error);
  }
}

/** The first frame of a picture, upright. Throws `UnreadablePicture` for no bytes; other damage shows when it is decoded. */
export function openPicture(bytes: Uint8Array): Sharp {
  try {
    return sharp(bytes, { limitInputPixels: maxPixels, pages: 1, autoOrient: true });
  } catch (error) {
    throw new UnreadablePicture(error);
  }
}
