import { retry } from '../../../src/answer/retry.ts';
import type { ImageFailureCode } from '../../../src/images/image-failure.ts';
import type { DownloadedImage, ImageSource } from '../../../src/images/image-source.ts';
import type { Clock } from '../../../src/lib/clock.ts';
import { createDeadline } from '../../../src/lib/deadline.ts';
import { Failure } from '../../../src/lib/errors.ts';
import type { ImageRef } from '../../../src/turn/image-ref.ts';
import { type PictureLocator, readExpiryMs, readPictureLocator } from './picture-links.ts';
import type { RefreshPictureLinks } from './refresh-picture-links.ts';
import { findSmallerCopy, type SmallerCopy } from './smaller-copy.ts';

/**
 * Fetches bytes from Discord's own hosts and no other. Rejects with a `Failure`: `fetch-too-large`, `fetch-gone`, any other status
 * as the fact `status`, and whatever else with a code of its own; or with the signal's reason.
 */
export type DownloadFromDiscord = (url: URL, maxBytes: number, signal: AbortSignal) => Promise<Uint8Array>;

/** What the source takes. */
export type ImageSourceParts = {
  readonly download: DownloadFromDiscord;
  readonly refresh: RefreshPictureLinks;
  readonly clock: Clock;
};

/** As many as are decoded: a picture with more is refused without its bytes. */
const maxPixels = 50_000_000;
/** A link that ends so soon is not begun with. */
const expiresSoonMs = 10_000;
/** Past this the proxy is not waited for, so that the picture itself can still be fetched. */
const copyLimitMs = 6_000;
/** A moment's trouble of the CDN is not worth a question without its picture. */
const waits = { baseMs: 500, maxMs: 5_000 } as const;
const furtherAttempts = 2;

/** Pictures from Discord: links made fresh where they have expired, large pictures as smaller copies. */
export function createDiscordImageSource({ download, refresh, clock }: ImageSourceParts): ImageSource {
  const rules = {
    retriesFor: (failure: Failure) => (failure.retryable ? furtherAttempts : 0),
    waits,
    clock,
    random: () => 1,
  };
  const downloadPatiently: DownloadFromDiscord = (url, maxBytes, signal) =>
    retry(() => download(url, maxBytes, signal), rules, signal);

  /** `isOnlyWay`: the picture itself is too large to be fetched. */
  const downloadCopy = async (
    copy: SmallerCopy,
    isOnlyWay: boolean,
    maxBytes: number,
    signal: AbortSignal,
  ): Promise<DownloadedImage> => {
    const deadline = createDeadline(clock, copyLimitMs, signal, copyTooSlow);
    const downloadIt = isOnlyWay ? downloadPatiently : download;
    try {
      return { bytes: await downloadIt(copy.url, maxBytes, deadline.signal), posted: copy.posted };
    } finally {
      deadline.cancel();
    }
  };

  const downloadWhole = async ({ links, home }: PictureLocator, maxBytes: number, signal: AbortSignal) => {
    // What an embed shows lies on anybody's server; Discord's copy is asked for instead.
    const address = home.type === 'embed' ? links.proxyUrl : links.url;
    const url = address === null ? null : URL.parse(address);
    if (url === null) throw noAddress();
    return { bytes: await downloadPatiently(url, maxBytes, signal), posted: null };
  };

  const fetchPicture = async (
    locator: PictureLocator,
    { sizeBytes }: ImageRef,
    maxBytes: number,
    signal: AbortSignal,
    isRenewed: boolean,
  ): Promise<DownloadedImage> => {
    const copy = findSmallerCopy(locator.links, sizeBytes, maxBytes);
    const isTooLarge = sizeBytes !== null && sizeBytes > maxBytes;
    if (copy === null) {
      if (isTooLarge) throw tooLarge(sizeBytes, maxBytes);
      return downloadWhole(locator, maxBytes, signal);
    }
    try {
      return await downloadCopy(copy, isTooLarge, maxBytes, signal);
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof Failure)) throw error;
      // A fresh link may get the copy; where it does not there is none.
      if (isTooLarge && isLinkRefused(error) && !isRenewed) throw error;
      if (isTooLarge) throw tooLarge(sizeBytes, maxBytes);
      return downloadWhole(locator, maxBytes, signal);
    }
  };

  const renew = async (locator: PictureLocator, signal: AbortSignal): Promise<PictureLocator> => {
    const renewed = await refresh(locator, signal);
    if (renewed === null) throw gone();
    refuseTooManyPixels(renewed);
    return renewed;
  };

  const fetchFresh = async (locator: PictureLocator, image: ImageRef, maxBytes: number, signal: AbortSignal) => {
    if (isExpiring(locator, clock.now())) {
      return fetchPicture(await renew(locator, signal), image, maxBytes, signal, true);
    }
    try {
      return await fetchPicture(locator, image, maxBytes, signal, false);
    } catch (error) {
      signal.throwIfAborted();
      if (!isLinkRefused(error)) throw error;
      return fetchPicture(await renew(locator, signal), image, maxBytes, signal, true);
    }
  };

  return async function downloadImage(image, maxBytes, signal) {
    signal.throwIfAborted();
    const locator = readPictureLocator(image.locator);
    if (locator === null) throw noAddress();
    if (image.sizeBytes === 0) throw new Failure<ImageFailureCode>('image-empty', 'The picture has no bytes.');
    refuseTooManyPixels(locator);
    try {
      return await fetchFresh(locator, image, maxBytes, signal);
    } catch (error) {
      signal.throwIfAborted();
      throw toImageFailure(error, image.sizeBytes, maxBytes);
    }
  };
}

/** An embed's link to its foreign original may be signed too; it is the proxy's that counts there. */
function isExpiring({ links, home }: PictureLocator, nowMs: number): boolean {
  const expiryMs = readExpiryMs(home.type === 'embed' ? (links.proxyUrl ?? '') : links.url);
  return expiryMs !== null && expiryMs <= nowMs + expiresSoonMs;
}

function refuseTooManyPixels({ links: { width, height } }: PictureLocator): void {
  if (width === null || height === null || width * height <= maxPixels) return;
  const facts = { width, height, maxMegapixels: maxPixels / 1e6 };
  const sentence = `The picture has ${width} × ${height} pixels.`;
  throw new Failure<ImageFailureCode>('image-too-many-pixels', sentence, { facts });
}

/** Expired, taken out, or no longer for the bot: fresh links may help once. */
function isLinkRefused(error: unknown): boolean {
  if (!(error instanceof Failure)) return false;
  return error.code === 'fetch-gone' || error.facts['status'] === 401 || error.facts['status'] === 403;
}

function gone(cause?: unknown): Failure<ImageFailureCode> {
  return new Failure('image-gone', 'The picture is no longer on Discord.', { cause });
}

function noAddress(): Failure<ImageFailureCode> {
  return new Failure('image-download-failed', 'Discord gave no address of its own for the picture.');
}

function copyTooSlow(): Failure<ImageFailureCode> {
  return new Failure('image-download-failed', `Discord made no smaller copy within ${copyLimitMs} ms.`, {
    retryable: true,
  });
}

function tooLarge(sizeBytes: number | null, maxBytes: number): Failure<ImageFailureCode> {
  const said = sizeBytes === null ? `more than ${maxBytes}` : `${sizeBytes}`;
  return new Failure('image-too-large', `The picture has ${said} bytes.`, {
    facts: { maxBytes, ...(sizeBytes === null ? {} : { sizeBytes }) },
  });
}

const imageFailures: readonly string[] = [
  'image-gone',
  'image-too-large',
  'image-too-many-pixels',
  'image-download-failed',
] satisfies ImageFailureCode[];

/** Makes an image's `Failure` of one of the way to it. What is no failure is a defect and stays what it is. */
function toImageFailure(error: unknown, sizeBytes: number | null, maxBytes: number): unknown {
  if (!(error instanceof Failure) || imageFailures.includes(error.code)) return error;
  if (isLinkRefused(error)) return gone(error);
  if (error.code === 'fetch-too-large') {
    // More came than was announced: the announcement is not worth repeating.
    return tooLarge(sizeBytes !== null && sizeBytes > maxBytes ? sizeBytes : null, maxBytes);
  }
  return new Failure<ImageFailureCode>('image-download-failed', `The picture did not come: ${error.message}`, {
    retryable: error.retryable,
    ...(error.retryAfterMs === undefined ? {} : { retryAfterMs: error.retryAfterMs }),
    cause: error,
  });
}
