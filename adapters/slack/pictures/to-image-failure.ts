import type { ImageFailureCode } from '../../../src/images/image-failure.ts';
import { Failure } from '../../../src/lib/errors.ts';

/** Deleted, or never there as far as the bot is told. */
export function pictureGone(cause?: unknown): Failure<ImageFailureCode> {
  return new Failure('image-gone', 'The picture is no longer in Slack.', { cause });
}

/** There, but not for the bot. */
export function pictureClosed(cause?: unknown): Failure<ImageFailureCode> {
  return new Failure('image-no-access', 'Slack does not give the picture to the bot.', { cause });
}

/** Slack asks to sign in, or says so itself: the app lacks the right to read files. */
export function scopeMissing(needed: string, cause?: unknown): Failure<ImageFailureCode> {
  const sentence = `Slack gives no file to the bot: its token seems to lack the scope ${needed}.`;
  return new Failure('image-no-access', sentence, { facts: { needed }, cause });
}

/** Nothing to fetch, or nowhere to fetch it from. */
export function noAddress(sentence: string): Failure<ImageFailureCode> {
  return new Failure('image-download-failed', sentence);
}

/** `sizeBytes`: as announced; null where no more is known than that it was too much. */
export function pictureTooLarge(sizeBytes: number | null, maxBytes: number): Failure<ImageFailureCode> {
  const said = sizeBytes === null ? `more than ${maxBytes}` : `${sizeBytes}`;
  return new Failure('image-too-large', `The picture has ${said} bytes.`, {
    facts: { maxBytes, ...(sizeBytes === null ? {} : { sizeBytes }) },
  });
}

/** What came could not be had for the moment, or not at all. */
export function downloadFailed(failure: Failure): Failure<ImageFailureCode> {
  return new Failure('image-download-failed', `The picture did not come: ${failure.message}`, {
    retryable: failure.retryable,
    ...(failure.retryAfterMs === undefined ? {} : { retryAfterMs: failure.retryAfterMs }),
    cause: failure,
  });
}

/** Makes an image's `Failure` of one of the way to it. What is no failure is a defect and stays what it is. */
export function toImageFailure(error: unknown, announcedBytes: number | null, maxBytes: number): unknown {
  if (!(error instanceof Failure) || error.code.startsWith('image-')) return error;
  if (error.code === 'fetch-gone') return pictureGone(error);
  if (isDenied(error)) return pictureClosed(error);
  if (error.code === 'fetch-too-large') {
    // More came than was announced: the announcement is not worth repeating.
    return pictureTooLarge(announcedBytes !== null && announcedBytes > maxBytes ? announcedBytes : null, maxBytes);
  }
  return downloadFailed(error);
}

/** Whether the server answered that this is not for the bot. */
export function isDenied({ facts }: Failure): boolean {
  return facts['status'] === 401 || facts['status'] === 403;
}
