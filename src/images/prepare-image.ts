/** What the model wants of a picture. */
export type PictureLimits = {
  /** Longest side in pixels. */
  readonly longEdge: number;
};

/** What is worth telling about a picture although it can be used. */
export type PictureRemark = 'first-frame' | 'tiny' | 'blurry';

/**
 * The facts of a picture's file as it was received. They travel to whichever API is configured, so they are these and no
 * others: no name, no camera notes.
 */
export type OriginalPicture = {
  readonly format: 'JPEG' | 'PNG' | 'WebP' | 'GIF';
  /** Pixels as the picture is seen, after its EXIF orientation is applied. */
  readonly width: number;
  readonly height: number;
  readonly sizeBytes: number;
  /** 1 for a still picture. */
  readonly frames: number;
};

/** A picture made fit: upright, without metadata, one frame, small enough. */
export type PreparedImage = {
  readonly bytes: Uint8Array;
  readonly mimeType: 'image/jpeg' | 'image/webp';
  /** With the dot: `.jpg` or `.webp`. */
  readonly extension: '.jpg' | '.webp';
  readonly width: number;
  readonly height: number;
  readonly remarks: readonly PictureRemark[];
  /** What it was made of. */
  readonly original: OriginalPicture;
};

/**
 * PORT: makes a picture fit for a model. JPEG, PNG, WebP and GIF, up to 50 megapixels; anything else, and anything that
 * cannot be decoded, rejects with a `Failure` of an `ImageFailureCode` whose facts name the format found.
 */
export type PrepareImage = (bytes: Uint8Array, limits: PictureLimits, signal: AbortSignal) => Promise<PreparedImage>;

/** The normal form that every vendor takes without loss (longest side at which Claude's standard tier does not resize). */
export const normalPicture = { longEdge: 1_568 } as const satisfies PictureLimits;
