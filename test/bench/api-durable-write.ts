import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';

/** What one write costs on this machine until it is really on disk: each question waits for one before its model is asked. */
export function createDurableWrite() {
  const folder = mkdtempSync(join(tmpdir(), 'sightline-bench-'));
  const file = openSync(join(folder, 'written'), 'w');
  const block = Buffer.alloc(4_096);
  return {
    async time(): Promise<number> {
      const startMs = performance.now();
      writeSync(file, block);
      fdatasyncSync(file);
      return performance.now() - startMs;
    },
    close() {
      closeSync(file);
      rmSync(folder, { recursive: true });
    },
  };
}
