import { z } from 'zod';

/** The largest width of a PNG (https://www.w3.org/TR/png-3/#4Concepts.FormatTypes, four-byte integers of 31 bits); more than any other figure here. */
const most = 2_147_483_647;

const atLeastOne = z.int().min(1).max(most);

/**
 * What a picture was before its sender made it smaller for the upload: the optional field `original` of `POST /api/assets`.
 * The dimensions are in pixels, upright.
 */
export const originalPictureSchema = z
  .strictObject({
    format: z.enum(['JPEG', 'PNG', 'WebP', 'GIF']),
    width: atLeastOne,
    height: atLeastOne,
    sizeBytes: atLeastOne,
    /** 1 for a still picture. */
    frames: atLeastOne,
  })
  .readonly();

export type OriginalPicture = z.infer<typeof originalPictureSchema>;
