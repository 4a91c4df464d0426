import type { ZodType } from 'zod';
import type { Logger } from '../lib/logger.ts';
import { parseValue } from '../lib/parse-json.ts';
import { tupleKey } from '../lib/tuple-key.ts';
import type { Store } from './store.ts';

/** Values of one kind in the store, read back through their schema. */
export type Collection<Value> = {
  /** Undefined when there is none, or when what is stored no longer fits the schema (logged once for each key). */
  get(key: string): Promise<Value | undefined>;
  set(key: string, value: Value): Promise<void>;
  delete(key: string): Promise<void>;
};

/** Keeps the kinds apart: equal keys of two collections never meet. */
export function createCollection<Value>(
  store: Store,
  name: string,
  schema: ZodType<Value>,
  logger: Logger,
): Collection<Value> {
  const reported = new Set<string>();
  const storeKey = (key: string) => tupleKey(name, key);
  return {
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
    set: (key, value) => store.set(storeKey(key), value),
    delete: (key) => store.delete(storeKey(key)),
  };
}
