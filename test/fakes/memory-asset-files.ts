import { ApiFailure } from '../../src/engine/api-failure.ts';
import type { AssetFiles } from '../../src/engine/asset-files.ts';

/** Files in memory, with a look behind the port. */
export type MemoryAssetFiles = AssetFiles & {
  /** Every file by name; one under way has the suffix `.part`. */
  readonly files: Map<string, Uint8Array>;
  /** The sizes of the chunks of all writes, in the order they came. */
  readonly chunkBytes: number[];
  /** From now on there is room for so many bytes in all. */
  setRoom(bytes: number): void;
};

/** Keeps the port's promises but outlives nothing. */
export function createMemoryAssetFiles(): MemoryAssetFiles {
  const files = new Map<string, Uint8Array>();
  const chunkBytes: number[] = [];
  let room = Number.POSITIVE_INFINITY;

  async function collect(name: string, content: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<Uint8Array> {
    let whole: Uint8Array = new Uint8Array();
    for await (const chunk of content) {
      signal.throwIfAborted();
      if (whole.byteLength + chunk.byteLength > room) throw new ApiFailure('OVERLOADED', 'There is no room left.');
      chunkBytes.push(chunk.byteLength);
      whole = Buffer.concat([whole, chunk]);
      files.set(`${name}.part`, whole);
    }
    signal.throwIfAborted();
    return whole;
  }

  return {
    files,
    chunkBytes,
    setRoom: (bytes) => {
      room = bytes;
    },
    async write(name, content, signal) {
      try {
        files.set(name, await collect(name, content, signal));
      } finally {
        files.delete(`${name}.part`);
      }
    },
    async read(name, signal) {
      signal.throwIfAborted();
      return files.get(name)?.slice() ?? null;
    },
    async remove(name) {
      files.delete(name);
    },
    async *list(signal) {
      for (const name of [...files.keys()]) {
        signal.throwIfAborted();
        yield name;
      }
    },
  };
}
