import type { DatabaseSync } from 'node:sqlite';
import { Keyv } from 'keyv';
import type { Store, StorePage } from '../../src/memory/store.ts';
import { createKeyvSqlite } from './keyv-sqlite.ts';
import { toStoreFailure } from './to-store-failure.ts';

async function withStoreFailure<Result>(operation: Promise<Result>): Promise<Result> {
  try {
    return await operation;
  } catch (error) {
    throw toStoreFailure(error);
  }
}

/** The store in the one database file, through Keyv. */
export function createSqliteStore(database: DatabaseSync): Store {
  const table = createKeyvSqlite(database);
  const keyv = new Keyv({
    store: table,
    // Without it Keyv 5 answers `undefined` and `false` when the database fails.
    throwOnErrors: true,
    // Keyv leaves a key alone that begins with the prefix already, so `a` and `keyv:a` would be one.
    useKeyPrefix: false,
  });
  async function readPage(prefix: string, after: string | null, limit: number): Promise<StorePage> {
    const keys = table.keysFrom(prefix, after, limit);
    const entries: { key: string; value: unknown }[] = [];
    for (const key of keys) {
      const value: unknown = await keyv.get(key);
      // Its time is over.
      if (value !== undefined) entries.push({ key, value });
    }
    return { entries, next: keys.length < limit ? null : (keys.at(-1) ?? null) };
  }

  return {
    get: (key) => withStoreFailure(keyv.get(key)),
    async set(key, value) {
      if (value === undefined) throw toStoreFailure('undefined is not a value; delete the key instead');
      await withStoreFailure(keyv.set(key, value));
    },
    async setFor(key, value, keepForMs) {
      if (value === undefined) throw toStoreFailure('undefined is not a value; delete the key instead');
      await withStoreFailure(keyv.set(key, value, keepForMs));
    },
    async delete(key) {
      await withStoreFailure(keyv.delete(key));
    },
    list: (prefix, after, limit) => withStoreFailure(readPage(prefix, after, limit)),
  };
}
