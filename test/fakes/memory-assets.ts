import { createHash } from 'node:crypto';
import { ApiFailure } from '../../src/engine/api-failure.ts';
import type { Asset, Assets } from '../../src/engine/assets.ts';
import { recognisePicture } from '../../src/engine/picture-format.ts';
import type { Clock } from '../../src/lib/clock.ts';
import type { Ids } from '../../src/lib/ids.ts';

/** Pictures in memory, with a way to put one in without a request. */
export type MemoryAssets = Assets & {
  /** Keeps these bytes as a picture of the owner's; gives its key. */
  put(ownerId: string, bytes?: Uint8Array): Promise<string>;
};

const keepMs = 30 * 86_400_000;
const maxBytes = 50 * 1_048_576;
/** The signature of a PNG file: enough to be recognised, nobody decodes it here. */
const pngHead = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 73, 72, 68, 82]);

/** Refuses what the real one refuses: files that are no picture, empty or too large, and keys of others. */
export function createMemoryAssets(clock: Clock, ids: Ids): MemoryAssets {
  const kept = new Map<string, { asset: Asset; bytes: Uint8Array }>();

  const assets: Assets = {
    async store(ownerId, { name, original, content }, signal) {
      const chunks: Uint8Array[] = [];
      let sizeBytes = 0;
      for await (const chunk of content) {
        signal.throwIfAborted();
        sizeBytes += chunk.byteLength;
        if (sizeBytes > maxBytes) throw new ApiFailure('FILE_TOO_LARGE', 'The picture is too large.');
        chunks.push(chunk);
      }
      const bytes = Buffer.concat(chunks);
      if (bytes.byteLength === 0) throw new ApiFailure('INVALID_REQUEST', 'The file is empty.');
      const format = recognisePicture(bytes);
      if (format.type !== 'picture') throw new ApiFailure('UNSUPPORTED_FILE_TYPE', 'The file is no picture.');
      const asset: Asset = {
        key: `images/${ids.token()}_${name}`,
        uuid: ids.uuid(),
        ownerId,
        originalName: name,
        mimeType: format.mimeType,
        sizeBytes,
        sha256: createHash('sha256').update(bytes).digest('hex'),
        original,
        createdAtMs: clock.now(),
        expiresAtMs: clock.now() + keepMs,
      };
      kept.set(asset.key, { asset, bytes });
      return asset;
    },
    find(ownerId, key) {
      const asset = kept.get(key)?.asset;
      if (asset === undefined || asset.ownerId !== ownerId || asset.expiresAtMs <= clock.now()) return null;
      return asset;
    },
    async read(asset, signal) {
      signal.throwIfAborted();
      const found = kept.get(asset.key);
      if (found === undefined) throw new ApiFailure('INVALID_IMAGE', 'The picture is no longer there.');
      return found.bytes;
    },
    async sweep() {
      for (const [key, { asset }] of kept) if (asset.expiresAtMs <= clock.now()) kept.delete(key);
    },
  };

  return {
    ...assets,
    async put(ownerId, bytes = pngHead) {
      const content = (async function* () {
        yield bytes;
      })();
      const file = { name: 'photo.png', original: null, content };
      return (await assets.store(ownerId, file, new AbortController().signal)).key;
    },
  };
}
