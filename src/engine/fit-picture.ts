import type { PictureSize } from './picture-tokens.ts';

/** What a vendor wants of one picture. */
export type PictureRule = {
  /** Longest side in pixels. */
  readonly longEdge: number;
  readonly maxBytes: number;
  /** False where it has to be a JPEG: what is transparent becomes white. */
  readonly allowsWebp: boolean;
};

/** A picture made fit: its first frame, upright, without metadata. */
export type FittedPicture = PictureSize & {
  readonly bytes: Uint8Array;
  readonly mimeType: 'image/jpeg' | 'image/webp';
};

/**
 * PORT: makes a picture fit for a vendor. Rejects with a `Failure` of code `image-busy` while too many pictures wait, of any other
 * code when the picture cannot be made fit.
 */
export type FitPicture = (bytes: Uint8Array, rule: PictureRule, signal: AbortSignal) => Promise<FittedPicture>;
