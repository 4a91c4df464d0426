import { z } from 'zod';
import { Failure } from '../../src/lib/errors.ts';
import { parseJson } from '../../src/lib/parse-json.ts';
import type { Store } from '../../src/memory/store.ts';

/** A store that keeps JSON in memory. After `fail`, every call rejects as a broken database would. */
export type MemoryStore = Store & { fail(): void };

const inOrder = (left: string, right: string) => (left < right ? -1 : left > right ? 1 : 0);

/** Keeps the port's promises but outlives nothing. */
export function createMemoryStore(): MemoryStore {
  const texts = new Map<string, { readonly text: string; readonly untilMs: number }>();
  let failing = false;
  const check = (): void => {
    if (failing)
      throw new Failure('store-failed', 'The database could not do that: it is broken.', { retryable: true });
  };
  const keep = (key: string, value: unknown, untilMs: number): void => {
    check();
    if (value === undefined) throw new Failure('store-failed', 'undefined is not a value; delete the key instead');
    texts.set(key, { text: JSON.stringify(value), untilMs });
  };
  const read = (key: string): unknown => {
    const kept = texts.get(key);
    if (kept === undefined || kept.untilMs < Date.now()) return undefined;
    const parsed = parseJson(kept.text, z.unknown());
    return parsed.ok ? parsed.value : undefined;
  };
  return {
    async get(key) {
      check();
      return read(key);
    },
    set: async (key, value) => keep(key, value, Number.POSITIVE_INFINITY),
    setFor: async (key, value, keepForMs) => keep(key, value, Date.now() + keepForMs),
    async delete(key) {
      check();
      texts.delete(key);
    },
    async list(prefix, after, limit) {
      check();
      const keys = [...texts.keys()].filter((key) => key.startsWith(prefix) && (after === null || key > after));
      const page = keys.sort(inOrder).slice(0, limit);
      const entries = page.flatMap((key) => {
        const value = read(key);
        return value === undefined ? [] : [{ key, value }];
      });
      return { entries, next: keys.length > limit ? (page.at(-1) ?? null) : null };
    },
    fail: () => {
      failing = true;
    },
  };
}
