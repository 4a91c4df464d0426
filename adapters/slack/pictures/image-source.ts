import { type RetryRules, retry } from '../../../src/answer/retry.ts';
import type { ImageFailureCode } from '../../../src/images/image-failure.ts';
import type { DownloadedImage, ImageSource } from '../../../src/images/image-source.ts';
import type { Clock } from '../../../src/lib/clock.ts';
import { createDeadline } from '../../../src/lib/deadline.ts';
import { Failure } from '../../../src/lib/errors.ts';
import type { SlackApi } from '../api/slack-call.ts';
import type { TokenFor } from '../api/web-api.ts';
import { createAskForFile } from './ask-for-file.ts';
import { type PictureLocator, readPictureLocator, type SlackFile } from './picture-locator.ts';
import { refuseTooManyPixels, refuseUseless } from './refuse-useless.ts';
import { isSignInPage } from './sign-in-page.ts';
import { findSmallerCopy, type SmallerCopy } from './smaller-copy.ts';
import {
  isDenied,
  noAddress,
  pictureClosed,
  pictureTooLarge,
  scopeMissing,
  toImageFailure,
} from './to-image-failure.ts';

/** What came from an address. `contentType`: in lower case, without parameters; empty when there is none. */
export type Received = { readonly bytes: Uint8Array; readonly contentType: string };

/**
 * Fetches from Slack's file host and nowhere else; the token goes to exactly that host. Rejects with a `Failure`: `fetch-too-large`,
 * `fetch-gone`, any other status as the fact `status`, `image-no-access` where Slack sends the bot to sign in, and whatever else
 * with a code of its own; or with the signal's reason.
 */
export type DownloadFile = (url: URL, token: string, maxBytes: number, signal: AbortSignal) => Promise<Received>;

/** Fetches from any public address, without a token. Rejects in the same way. */
export type DownloadPreview = (url: URL, maxBytes: number, signal: AbortSignal) => Promise<Received>;

/** What the source takes. */
export type SlackImageSourceParts = {
  readonly api: SlackApi;
  readonly tokenFor: TokenFor;
  readonly downloadFile: DownloadFile;
  readonly downloadPreview: DownloadPreview;
  readonly clock: Clock;
};

/** Through which workspace a file is seen, and how much of it is taken. */
type Reach = { readonly via: string; readonly maxBytes: number };

type FileLocator = Extract<PictureLocator, { type: 'file' }>;

/** Past this the copy is not waited for, so that the picture itself can still be fetched. */
const copyLimitMs = 6_000;
/** A moment's trouble is not worth a question without its picture. */
const waits = { baseMs: 500, maxMs: 5_000 } as const;
const furtherAttempts = 2;

/** Pictures from Slack: files with the token of the workspace that sees them, previews with none, very large ones as smaller copies. */
export function createSlackImageSource(parts: SlackImageSourceParts): ImageSource {
  const { clock, tokenFor } = parts;
  const patient: RetryRules = {
    retriesFor: (failure) => (failure.retryable ? furtherAttempts : 0),
    waits,
    clock,
    random: () => 1,
  };
  const impatient: RetryRules = { ...patient, retriesFor: () => 0 };
  const askForFile = createAskForFile(parts.api, patient);

  /** `announcedBytes`: of what lies there; null where that is not known. */
  const fetchFrom = async (
    address: string,
    announcedBytes: number | null,
    { via, maxBytes }: Reach,
    rules: RetryRules,
    signal: AbortSignal,
  ): Promise<Uint8Array> => {
    const url = URL.parse(address);
    const token = await tokenFor(via, signal);
    if (url === null) throw noAddress('Slack gave no address for the picture.');
    if (token === null) throw pictureClosed();
    const received = await retry(() => parts.downloadFile(url, token, maxBytes, signal), rules, signal);
    if (isSignInPage(received, announcedBytes)) throw scopeMissing('files:read');
    return received.bytes;
  };

  /** `isOnlyWay`: the picture itself is too large to be fetched. */
  const fetchCopy = async (copy: SmallerCopy, isOnlyWay: boolean, reach: Reach, signal: AbortSignal) => {
    const deadline = createDeadline(clock, copyLimitMs, signal, copyTooSlow);
    try {
      const bytes = await fetchFrom(copy.url, null, reach, isOnlyWay ? patient : impatient, deadline.signal);
      return { bytes, posted: copy.posted };
    } finally {
      deadline.cancel();
    }
  };

  const fetchWhole = async ({ url, sizeBytes }: SlackFile, reach: Reach, signal: AbortSignal) => {
    if (sizeBytes !== null && sizeBytes > reach.maxBytes) throw pictureTooLarge(sizeBytes, reach.maxBytes);
    if (url === null) throw noAddress('Slack gave no address for the picture.');
    return { bytes: await fetchFrom(url, sizeBytes, reach, patient, signal), posted: null };
  };

  const fetchFile = async (file: SlackFile, reach: Reach, signal: AbortSignal): Promise<DownloadedImage> => {
    const copy = findSmallerCopy(file, reach.maxBytes);
    if (copy === null) return fetchWhole(file, reach, signal);
    const isOnlyWay = file.sizeBytes !== null && file.sizeBytes > reach.maxBytes;
    try {
      return await fetchCopy(copy, isOnlyWay, reach, signal);
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof Failure) || (isOnlyWay && isRefused(error))) throw error;
      return fetchWhole(file, reach, signal);
    }
  };

  /** Nothing of the file may be known yet, and what is known may be old: it is asked for once. */
  const fetchFresh = async ({ via, file }: FileLocator, maxBytes: number, signal: AbortSignal) => {
    const renew = async () => {
      const renewed = await askForFile(via, file.id, signal);
      refuseUseless(renewed);
      return fetchFile(renewed, { via, maxBytes }, signal);
    };
    if (file.state === 'unasked' || (file.state === 'open' && file.url === null)) return renew();
    refuseUseless(file);
    try {
      return await fetchFile(file, { via, maxBytes }, signal);
    } catch (error) {
      signal.throwIfAborted();
      if (!isRefused(error)) throw error;
      return renew().catch((renewalError: unknown) => {
        // Slack could not even be asked: then the refusal is all that is known.
        throw isUndecided(renewalError) ? error : renewalError;
      });
    }
  };

  const fetchPreview = async (address: string, maxBytes: number, signal: AbortSignal): Promise<DownloadedImage> => {
    const url = URL.parse(address);
    if (url === null) throw noAddress('The preview has no address.');
    const received = await retry(() => parts.downloadPreview(url, maxBytes, signal), patient, signal).catch(
      (error: unknown) => {
        // Whose server it is, is not known: nothing there is the bot's to be given.
        throw error instanceof Failure && isDenied(error) ? noAddress(error.message) : error;
      },
    );
    if (isSignInPage(received, null)) throw noAddress('A page came instead of the preview’s picture.');
    return { bytes: received.bytes, posted: null };
  };

  return async function downloadImage(image, maxBytes, signal) {
    signal.throwIfAborted();
    const locator = readPictureLocator(image.locator);
    if (locator === null) throw noAddress('The picture’s locator is none.');
    try {
      if (locator.type === 'file') return await fetchFresh(locator, maxBytes, signal);
      refuseTooManyPixels(locator.preview);
      return await fetchPreview(locator.preview.url, maxBytes, signal);
    } catch (error) {
      signal.throwIfAborted();
      throw toImageFailure(error, image.sizeBytes, maxBytes);
    }
  };
}

/** Deleted, moved, or not for the bot: what Slack says of the file now tells which. */
function isRefused(error: unknown): boolean {
  if (!(error instanceof Failure)) return false;
  return error.code === 'fetch-gone' || error.code === 'image-no-access' || isDenied(error);
}

function isUndecided(error: unknown): boolean {
  const code: ImageFailureCode = 'image-download-failed';
  return error instanceof Failure && error.code === code;
}

function copyTooSlow(): Failure<ImageFailureCode> {
  return new Failure('image-download-failed', `Slack sent no smaller copy within ${copyLimitMs} ms.`, {
    retryable: true,
  });
}
