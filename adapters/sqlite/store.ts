import type { DatabaseSync } from 'node:sqlite';
import { Keyv } from 'keyv';
import type { Store } from '../../src/memory/store.ts';
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
  const keyv = new Keyv({
    store: createKeyvSqlite(database),
    // Without it Keyv 5 answers `undefined` and `false` when the database fails.
    throwOnErrors: true,
    // Keyv leaves a key alone that begins with the prefix already, so `a` and `keyv:a` would be one.
    useKeyPrefix: false,
  });
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
  };
}
