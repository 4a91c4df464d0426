import { mkdir, open, opendir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ApiFailure } from '../../src/engine/api-failure.ts';
import type { AssetFiles } from '../../src/engine/asset-files.ts';

/** A file carries this suffix until it is whole. */
const unfinished = '.part';

const nameForm = /^[\da-z][\da-z-]{0,127}(?:\.part)?$/;

function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

function toWriteFailure(error: unknown): unknown {
  if (errorCode(error) !== 'ENOSPC' && errorCode(error) !== 'EDQUOT') return error;
  return new ApiFailure('OVERLOADED', 'There is no room left for pictures: tell the operator that the disk is full.', {
    cause: error,
  });
}

async function* namesIn(folder: string, signal: AbortSignal): AsyncGenerator<string> {
  try {
    for await (const entry of await opendir(folder)) {
      signal.throwIfAborted();
      if (entry.isFile() && nameForm.test(entry.name)) yield entry.name;
    }
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
  }
}

/** Keeps the pictures in one folder, made when it is first needed and readable by nobody else. */
export function createDiskAssetFiles(folder: string): AssetFiles {
  /** Names come from the engine; one that could leave the folder is a defect there, and is refused here. */
  const pathOf = (name: string) => {
    if (!nameForm.test(name)) throw new TypeError('This is not a name of a picture file.');
    return join(folder, name);
  };

  async function writeWhole(path: string, content: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<void> {
    const file = await open(path, 'wx', 0o600);
    try {
      for await (const chunk of content) {
        signal.throwIfAborted();
        await file.appendFile(chunk);
      }
      signal.throwIfAborted();
      await file.datasync();
    } finally {
      await file.close();
    }
  }

  /** Makes the new name itself survive a power cut; Windows has no such call. */
  async function keepName(): Promise<void> {
    if (process.platform === 'win32') return;
    const handle = await open(folder, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  }

  return {
    async write(name, content, signal) {
      const path = pathOf(name);
      await mkdir(folder, { recursive: true, mode: 0o700 });
      try {
        await writeWhole(`${path}${unfinished}`, content, signal);
        await rename(`${path}${unfinished}`, path);
        await keepName();
      } catch (error) {
        await rm(`${path}${unfinished}`, { force: true });
        await rm(path, { force: true });
        throw toWriteFailure(error);
      }
    },

    async read(name, signal) {
      try {
        return await readFile(pathOf(name), { signal });
      } catch (error) {
        if (errorCode(error) === 'ENOENT') return null;
        throw error;
      }
    },

    remove: async (name) => rm(pathOf(name), { force: true }),

    list: (signal) => namesIn(folder, signal),
  };
}
