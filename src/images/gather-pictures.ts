import { createHash, webcrypto } from 'node:crypto';
import type { Clock } from '../lib/clock.ts';
import { createDeadline } from '../lib/deadline.ts';
import { Failure } from '../lib/errors.ts';
import { createGate } from '../lib/gate.ts';
import type { Metrics } from '../lib/metrics.ts';
import type { ImageRef } from '../turn/image-ref.ts';
import type { ImageFailureCode } from './image-failure.ts';
import type { DownloadedImage, ImageSource } from './image-source.ts';
import { normalPicture, type OriginalPicture, type PictureRemark, type PrepareImage } from './prepare-image.ts';
import { uploadFileName } from './upload-file-name.ts';

/** A picture that the Chat with Image API has: its id on the platform, the hash of its bytes as received, its asset key. */
export type KnownPicture = {
  readonly imageId: string;
  readonly sha256: string;
  readonly key: string;
  readonly name: string;
};

/** What to gather, and for whom. */
export type PicturesWanted = {
  /** In the order in which people count them. */
  readonly images: readonly ImageRef[];
  /** What the conversation has uploaded before. */
  readonly known: readonly KnownPicture[];
  readonly maxPictures: number;
  /** Tells watchers of the API's calls whose they are. */
  readonly conversationKey: string;
  readonly download: ImageSource;
};

/** A picture that the question goes without. Its failure has an `ImageFailureCode`, or the code of the upload's failure. */
export type LeftOutPicture = { readonly name: string; readonly failure: Failure };

/** What came of the pictures. */
export type GatheredPictures = {
  /** Asset keys, in the pictures' order. */
  readonly keys: readonly string[];
  /** To be remembered, so that the same pictures are neither fetched nor uploaded again. */
  readonly uploads: readonly KnownPicture[];
  readonly leftOut: readonly LeftOutPicture[];
  readonly remarks: readonly { readonly name: string; readonly remark: PictureRemark }[];
};

/** Makes asset keys of pictures. One that fails is left out while the others go on; only an abort or a defect rejects. */
export type GatherPictures = (wanted: PicturesWanted, signal: AbortSignal) => Promise<GatheredPictures>;

/** Uploads a prepared picture and gives its asset key. */
export type UploadPicture = (
  picture: {
    readonly conversationKey: string;
    readonly bytes: Uint8Array;
    readonly mimeType: string;
    readonly fileName: string;
    readonly original: OriginalPicture;
  },
  signal: AbortSignal,
) => Promise<string>;

/** What gathering takes. */
export type GatheringTools = {
  readonly prepare: PrepareImage;
  readonly upload: UploadPicture;
  readonly clock: Clock;
  readonly metrics: Metrics;
};

const downloadLimitMs = 15_000;
const maxDownloadBytes = 20 * 1_024 * 1_024;
/** In the whole program: each holds up to 20 MB. */
const picturesAtOnce = 3;
const picturesWaiting = 256;
const hashedAtOnceBytes = 1_048_576;

type Gathered =
  | {
      readonly type: 'used';
      readonly picture: KnownPicture;
      readonly isNew: boolean;
      readonly remarks: readonly PictureRemark[];
    }
  | ({ readonly type: 'left-out' } & LeftOutPicture);

type Uploaded = { readonly key: string; readonly remarks: readonly PictureRemark[] };

/** Gathers for every conversation; a few pictures at a time, whatever the number of questions. */
export function createPictureGatherer(tools: GatheringTools): GatherPictures {
  const gate = createGate(picturesAtOnce, picturesWaiting);

  const prepareAndUpload = async (
    { bytes, posted }: DownloadedImage,
    image: ImageRef,
    wanted: PicturesWanted,
    signal: AbortSignal,
  ): Promise<Uploaded> => {
    const prepared = await tools.prepare(bytes, normalPicture, signal);
    tools.metrics.count('pictures_prepared_total');
    const { mimeType, extension, remarks } = prepared;
    const original = posted ?? prepared.original;
    const fileName = uploadFileName(image.name, extension);
    const { conversationKey } = wanted;
    const upload = { conversationKey, bytes: prepared.bytes, mimeType, fileName, original };
    const key = await tools.upload(upload, signal);
    return { key, remarks };
  };

  /** `begun` holds this question's own uploads by hash: the same picture twice is uploaded once. */
  const fetchAndUpload = async (
    image: ImageRef,
    wanted: PicturesWanted,
    begun: Map<string, Promise<Uploaded>>,
    signal: AbortSignal,
  ): Promise<Gathered> => {
    const downloaded = await downloadInTime(wanted.download, image, tools.clock, signal);
    const sha256 = await hash(downloaded.bytes);
    const twin = wanted.known.find((each) => each.sha256 === sha256);
    if (twin !== undefined) return reuse({ ...twin, imageId: image.id, name: image.name }, true);
    const uploading = begun.get(sha256) ?? prepareAndUpload(downloaded, image, wanted, signal);
    begun.set(sha256, uploading);
    const { key, remarks } = await uploading;
    return { type: 'used', picture: { imageId: image.id, sha256, key, name: image.name }, isNew: true, remarks };
  };

  const reuse = (picture: KnownPicture, isNew: boolean): Gathered => {
    tools.metrics.count('pictures_reused_total');
    return { type: 'used', picture, isNew, remarks: [] };
  };

  const gatherOne = async (
    image: ImageRef,
    wanted: PicturesWanted,
    begun: Map<string, Promise<Uploaded>>,
    signal: AbortSignal,
  ): Promise<Gathered> => {
    const known = wanted.known.find((each) => each.imageId === image.id);
    if (known !== undefined) return reuse(known, false);
    const leave = await gate.enter(signal);
    if (leave === 'full')
      return leaveOut(image, new Failure<ImageFailureCode>('image-busy', 'Too many pictures wait.'));
    try {
      return await fetchAndUpload(image, wanted, begun, signal);
    } catch (error) {
      if (signal.aborted || !(error instanceof Failure)) throw error;
      return leaveOut(image, error);
    } finally {
      leave();
    }
  };

  return async function gatherPictures(wanted, signal) {
    const begun = new Map<string, Promise<Uploaded>>();
    const taken = wanted.images.slice(0, wanted.maxPictures);
    const settled = await Promise.allSettled(taken.map((image) => gatherOne(image, wanted, begun, signal)));
    const gathered = settled.map((each) => {
      if (each.status === 'rejected') throw each.reason;
      return each.value;
    });
    const tooMany = wanted.images.slice(wanted.maxPictures).map((image) => overLimit(image, wanted.maxPictures));
    return summarise([...gathered, ...tooMany]);
  };
}

async function downloadInTime(
  download: ImageSource,
  image: ImageRef,
  clock: Clock,
  signal: AbortSignal,
): Promise<DownloadedImage> {
  const tooSlow = () =>
    new Failure<ImageFailureCode>('image-download-failed', `Not downloaded within ${downloadLimitMs} ms.`, {
      retryable: true,
    });
  const deadline = createDeadline(clock, downloadLimitMs, signal, tooSlow);
  try {
    return await download(image, maxDownloadBytes, deadline.signal);
  } catch (error) {
    // A source may wrap the abort in an error of its own; what happened is that the time was over.
    if (deadline.signal.aborted) throw deadline.signal.reason;
    throw error;
  } finally {
    deadline.cancel();
  }
}

/** Large pictures beside the event loop, which 20 MB would hold up for 20 ms; small ones at once, which takes less than the way there. */
async function hash(bytes: Uint8Array): Promise<string> {
  if (bytes.byteLength <= hashedAtOnceBytes) return createHash('sha256').update(bytes).digest('hex');
  return Buffer.from(await webcrypto.subtle.digest('SHA-256', bytes)).toString('hex');
}

function leaveOut(image: ImageRef, failure: Failure): Gathered {
  return { type: 'left-out', name: image.name, failure };
}

function overLimit(image: ImageRef, maxPictures: number): Gathered {
  const sentence = `More than ${maxPictures} pictures for one question.`;
  return leaveOut(image, new Failure<ImageFailureCode>('image-over-limit', sentence, { facts: { maxPictures } }));
}

function summarise(gathered: readonly Gathered[]): GatheredPictures {
  const used = gathered.filter((each) => each.type === 'used');
  const leftOut = gathered.filter((each) => each.type === 'left-out');
  return {
    keys: used.map((each) => each.picture.key),
    uploads: used.filter((each) => each.isNew).map((each) => each.picture),
    leftOut: leftOut.map(({ name, failure }) => ({ name, failure })),
    remarks: used.flatMap(({ picture, remarks }) => remarks.map((remark) => ({ name: picture.name, remark }))),
  };
}
