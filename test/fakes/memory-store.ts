import { z } from 'zod';
import { Failure } from '../../src/lib/errors.ts';
import { parseJson } from '../../src/lib/parse-json.ts';
import type { Store } from '../../src/memory/store.ts';

/** A store that keeps JSON in memory. After `fail`, every call rejects as a broken database would. */
export type MemoryStore = Store & { fail(): void };

/** Keeps the port's promises but outlives nothing. */
export function createMemoryStore(): MemoryStore {
  const texts = new Map<string, string>();
  let failing = false;
  const check = (): void => {
    if (failing)
      throw new Failure('store-failed', 'The database could not do that: it is broken.', { retryable: true });
  };
  return {
    async get(key) {
      check();
      const text = texts.get(key);
      if (text === undefined) return undefined;
      const parsed = parseJson(text, z.unknown());
      return parsed.ok ? parsed.value : undefined;
    },
    async set(key, value) {
      check();
      if (value === undefined) throw new Failure('store-failed', 'undefined is not a value; delete the key instead');
      texts.set(key, JSON.stringify(value));
    },
    async delete(key) {
      check();
      texts.delete(key);
    },
    fail: () => {
      failing = true;
    },
  };
}
