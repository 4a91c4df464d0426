import { keepNewest } from '../../../src/lib/keep-newest.ts';

/** Keeps what was used last, and forgets the rest. */
export type BoundedCache<Value> = {
  get(key: string): Value | undefined;
  set(key: string, value: Value): void;
  size(): number;
};

/** At most `maxEntries`; the one that was not asked for the longest goes first. */
export function createBoundedCache<Value>(maxEntries: number): BoundedCache<Value> {
  const entries = new Map<string, { readonly value: Value }>();
  const put = (key: string, entry: { readonly value: Value }) => keepNewest(entries, key, entry, maxEntries);
  return {
    get(key) {
      const entry = entries.get(key);
      if (entry !== undefined) put(key, entry);
      return entry?.value;
    },
    set: (key, value) => put(key, { value }),
    size: () => entries.size,
  };
}
