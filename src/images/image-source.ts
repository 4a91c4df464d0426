import type { ImageRef } from '../turn/image-ref.ts';

/**
 * PORT: fetches a picture's bytes from the platform it was posted on. Rejects with a `Failure` of an `ImageFailureCode`:
 * `image-too-large` as soon as more than `maxBytes` have come, `image-gone` when it is no longer there.
 */
export type ImageSource = (image: ImageRef, maxBytes: number, signal: AbortSignal) => Promise<Uint8Array>;
