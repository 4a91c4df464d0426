import type { ImageRef } from '../turn/image-ref.ts';
import type { OriginalPicture } from './prepare-image.ts';

/** A picture's bytes. `posted`: the picture as it was posted, where these bytes are a smaller copy of it; else null. */
export type DownloadedImage = { readonly bytes: Uint8Array; readonly posted: OriginalPicture | null };

/**
 * PORT: fetches a picture's bytes from the platform it was posted on. Rejects with a `Failure` of an `ImageFailureCode`:
 * `image-too-large` as soon as more than `maxBytes` have come, `image-gone` when it is no longer there, `image-no-access` when the
 * bot may not have it.
 */
export type ImageSource = (image: ImageRef, maxBytes: number, signal: AbortSignal) => Promise<DownloadedImage>;
