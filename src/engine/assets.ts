import type { OriginalPicture } from '../api/original-picture.ts';
import type { Clock } from '../lib/clock.ts';
import type { Ids } from '../lib/ids.ts';
import { ApiFailure } from './api-failure.ts';
import type { AssetFiles } from './asset-files.ts';
import type { AssetIndex } from './asset-index.ts';
import { assetKey, tidyName } from './asset-key.ts';
import { measureContent, openContent } from './content-stream.ts';
import { type PictureMimeType, recognisePicture } from './picture-format.ts';

/** An uploaded picture, as the engine knows it. */
export type Asset = {
  /** `images/<UTC stamp>_<128 random bits>_<safe name>`: opaque to callers, unguessable. */
  readonly key: string;
  readonly uuid: string;
  readonly ownerId: string;
  readonly originalName: string;
  /** From the bytes, never from the name. */
  readonly mimeType: PictureMimeType;
  readonly sizeBytes: number;
  /** Of the content, in hexadecimal. */
  readonly sha256: string;
  /** What its sender made it of; null when that was not told. */
  readonly original: OriginalPicture | null;
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
};

/** The uploaded pictures. A key works only for the owner that uploaded it, until it expires. */
export type Assets = {
  /** Streams the content to disk; at a refusal (`UNSUPPORTED_FILE_TYPE`, `FILE_TOO_LARGE`, `INVALID_REQUEST` when empty) nothing is left. */
  store(
    ownerId: string,
    file: { name: string; original: OriginalPicture | null; content: AsyncIterable<Uint8Array> },
    signal: AbortSignal,
  ): Promise<Asset>;
  /** Null alike for a key that is unknown, somebody else's or expired. */
  find(ownerId: string, key: string): Asset | null;
  /** Rejects with `INVALID_IMAGE` when the file is no longer there. */
  read(asset: Asset, signal: AbortSignal): Promise<Uint8Array>;
  /** Removes what has expired, rows and files, and files that a crash left without a row. */
  sweep(signal: AbortSignal): Promise<void>;
};

/** How large a picture may be and how long it is kept. */
export type AssetLimits = { readonly maxBytes: number; readonly keepMs: number };

/** 50 MiB, the limit that clients of the hosted Asset API know, and 30 days. */
export const defaultAssetLimits = { maxBytes: 50 * 1_048_576, keepMs: 30 * 86_400_000 } as const satisfies AssetLimits;

/** A file without a row may still be coming in: only after an hour is it taken for the leftover of a crash. */
const orphanAgeMs = 3_600_000;
const sweepBatch = 100;
/** Enough to tell the accepted formats from the others, also an SVG with a long preamble. */
const headBytes = 1_024;

type AssetsParts = {
  files: AssetFiles;
  index: AssetIndex;
  clock: Clock;
  ids: Ids;
  limits: AssetLimits;
};

/** Says how large a picture may be. */
export function fileTooLarge(maxBytes: number): ApiFailure {
  return new ApiFailure(
    'FILE_TOO_LARGE',
    `The picture is larger than ${Math.floor(maxBytes / 1_048_576)} MB: send a smaller one, or save it with stronger compression.`,
    { field: 'asset', facts: { maxBytes } },
  );
}

function requirePicture(head: Uint8Array): PictureMimeType {
  if (head.byteLength === 0) {
    throw new ApiFailure('INVALID_REQUEST', 'The file is empty: send a PNG, JPEG, WebP or GIF picture.', {
      field: 'asset',
    });
  }
  const found = recognisePicture(head);
  if (found.type === 'picture') return found.mimeType;
  throw new ApiFailure(
    'UNSUPPORTED_FILE_TYPE',
    `The file is ${found.name}, which cannot be used: send a PNG, JPEG, WebP or GIF picture.`,
    { field: 'asset', facts: { format: found.name } },
  );
}

/** Files are named by us alone; the time in front tells the age of one that has lost its row. */
const fileNameOf = (asset: { createdAtMs: number; uuid: string }) => `${asset.createdAtMs}-${asset.uuid}`;

/** The time at which a file of ours was begun, or null for a file that is not ours. */
function beginOf(fileName: string): number | null {
  const match = /^(\d{1,15})-[\da-f-]{36}/.exec(fileName);
  return match === null ? null : Number(match[1]);
}

/** Keeps pictures as files, and in the index whose they are. The row is written last: without it there is no picture. */
export function createAssets({ files, index, clock, ids, limits }: AssetsParts): Assets {
  async function removeExpired(signal: AbortSignal): Promise<void> {
    for (;;) {
      const expired = index.expired(clock.now(), sweepBatch);
      for (const asset of expired) {
        signal.throwIfAborted();
        await files.remove(fileNameOf(asset));
        index.remove(asset.key);
      }
      if (expired.length < sweepBatch) return;
    }
  }

  async function removeOrphans(signal: AbortSignal): Promise<void> {
    for await (const fileName of files.list(signal)) {
      const begunAtMs = beginOf(fileName);
      if (begunAtMs === null || begunAtMs > clock.now() - orphanAgeMs) continue;
      const uuid = fileName.slice(`${begunAtMs}-`.length);
      if (!index.hasUuid(uuid)) await files.remove(fileName);
    }
  }

  /** The row comes last; if it cannot be written, the file goes. */
  async function insert(asset: Asset): Promise<Asset> {
    try {
      index.insert(asset);
      return asset;
    } catch (error) {
      await files.remove(fileNameOf(asset));
      throw error;
    }
  }

  return {
    async store(ownerId, { name, original, content }, signal) {
      const opened = await openContent(content, headBytes);
      try {
        const mimeType = requirePicture(opened.head);
        const born = { createdAtMs: clock.now(), uuid: ids.uuid() };
        const { chunks, measured } = measureContent(opened.whole, limits.maxBytes, () => fileTooLarge(limits.maxBytes));
        await files.write(fileNameOf(born), chunks, signal);
        return await insert({
          ...born,
          ...measured(),
          key: assetKey({ name, mimeType, createdAtMs: born.createdAtMs, token: ids.token() }),
          ownerId,
          originalName: tidyName(name),
          mimeType,
          original,
          expiresAtMs: born.createdAtMs + limits.keepMs,
        });
      } finally {
        await opened.end();
      }
    },

    find(ownerId, key) {
      const asset = index.find(key);
      if (asset === null || asset.ownerId !== ownerId || asset.expiresAtMs <= clock.now()) return null;
      return asset;
    },

    async read(asset, signal) {
      const bytes = await files.read(fileNameOf(asset), signal);
      if (bytes === null) {
        throw new ApiFailure('INVALID_IMAGE', 'The picture is no longer there: upload it again and send the new key.');
      }
      return bytes;
    },

    async sweep(signal) {
      await removeExpired(signal);
      await removeOrphans(signal);
    },
  };
}
