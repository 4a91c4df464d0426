import { chmodSync, closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import type { KeyFile } from '../../src/engine/key-file.ts';

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

/** One key in one file of mode 0600; replaced in one step, so that it is never read half-written. */
export function createDiskKeyFile(path: string): KeyFile {
  return {
    read() {
      try {
        return readFileSync(path, 'utf8').trim() || null;
      } catch (error) {
        if (isMissing(error)) return null;
        throw error;
      }
    },
    write(key) {
      mkdirSync(dirname(path), { recursive: true });
      const file = openSync(`${path}.new`, 'w', 0o600);
      try {
        // A leftover of an earlier crash would keep its own mode.
        chmodSync(`${path}.new`, 0o600);
        writeSync(file, `${key}\n`);
        fsyncSync(file);
      } finally {
        closeSync(file);
      }
      renameSync(`${path}.new`, path);
    },
  };
}
