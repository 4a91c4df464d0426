import type { ZodType } from 'zod';
import type { Logger } from '../lib/logger.ts';
import { parseValue } from '../lib/parse-json.ts';
import { tupleKey } from '../lib/tuple-key.ts';
import type { Store, StorePage } from './store.ts';

/** Values of one kind in the store, read back through their schema. */
export type Collection<Value> = {
  /** Undefined when there is none, or when what is stored no longer fits the schema (logged once for each key). */
  get(key: string): Promise<Value | undefined>;
  set(key: string, value: Value): Promise<void>;
  /**
   * Sets what `change` makes of the value as it is then, and gives it. Changes of one key come one after the other, so that none
   * undoes another.
   */
  update(key: string, change: (current: Value | undefined) => Value): Promise<Value>;
  delete(key: string): Promise<void>;
  /**
   * Deletes what `isMeant` says, page by page; the value is undefined where it does not fit the schema. `rest` is awaited behind
   * each page, so that others get their turn. What is set meanwhile may or may not be met.
   */
  deleteWhere(isMeant: (key: string, value: Value | undefined) => boolean, rest: () => Promise<void>): Promise<void>;
};

/** Values looked at between two rests. */
const pageSize = 100;

/** Keeps the kinds apart: equal keys of two collections never meet. With `keepForMs`, values are forgotten so long after they were set. */
export function createCollection<Value>(
  store: Store,
  name: string,
  schema: ZodType<Value>,
  logger: Logger,
  keepForMs: number | null = null,
): Collection<Value> {
  const reported = new Set<string>();
  // A key is here as long as changes of it are under way.
  const changing = new Map<string, Promise<unknown>>();
  const storeKey = (key: string) => tupleKey(name, key);
  const prefix = tupleKey(name);
  /** The other way round: behind the prefix stands the key's length. */
  const keyOf = (stored: string) => stored.slice(stored.indexOf('.', prefix.length) + 1);

  const set = (key: string, value: Value) =>
    keepForMs === null ? store.set(storeKey(key), value) : store.setFor(storeKey(key), value, keepForMs);

  const collection: Collection<Value> = {
    async get(key) {
      const raw = await store.get(storeKey(key));
      if (raw === undefined) return undefined;
      const parsed = parseValue(raw, schema);
      if (parsed.ok) return parsed.value;
      if (!reported.has(key) && reported.size < 1_000) {
        reported.add(key);
        logger.warn(
          { collection: name, reason: parsed.reason },
          'Stored data does not fit its schema and reads as missing.',
        );
      }
      return undefined;
    },
    set,
    async update(key, change) {
      const before = changing.get(key) ?? Promise.resolve();
      const mine = before.then(async () => {
        const value = change(await collection.get(key));
        await set(key, value);
        return value;
      });
      // Whoever comes next waits for the end of this one, however it ends.
      const ended = mine.then(
        () => {},
        () => {},
      );
      changing.set(key, ended);
      try {
        return await mine;
      } finally {
        if (changing.get(key) === ended) changing.delete(key);
      }
    },
    delete: (key) => store.delete(storeKey(key)),
    async deleteWhere(isMeant, rest) {
      let after: string | null = null;
      do {
        const page: StorePage = await store.list(prefix, after, pageSize);
        for (const { key: stored, value } of page.entries) {
          const parsed = parseValue(value, schema);
          if (isMeant(keyOf(stored), parsed.ok ? parsed.value : undefined)) await store.delete(stored);
        }
        after = page.next;
        await rest();
      } while (after !== null);
    },
  };
  return collection;
}
