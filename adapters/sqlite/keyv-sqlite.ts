import type { DatabaseSync } from 'node:sqlite';
import type { KeyvStoreAdapter } from 'keyv';
import { z } from 'zod';
import { migrate } from '../../src/lib/migrate.ts';
import { parseJson } from '../../src/lib/parse-json.ts';

/** Keyv's storage adapter, saying more exactly what it gives back: the text that Keyv handed it. */
export type KeyvSqlite = Omit<KeyvStoreAdapter, 'get'> & {
  get(key: string): Promise<string | undefined>;
  /** At most `limit` keys that begin with `prefix`, behind `after`, in the table's order. */
  keysFrom(prefix: string, after: string | null, limit: number): readonly string[];
};

/** Removes what nobody has read since its time was over; gives how many values that were. */
export function removeExpired(database: DatabaseSync, nowMs: number): number {
  const removed = database.prepare("DELETE FROM key_values WHERE value ->> '$.expires' < ?").run(nowMs);
  return Number(removed.changes);
}

const steps = ['CREATE TABLE key_values (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID'];

/**
 * Keyv's values in a table of the one database file; each write is durable when it resolves. A time to live is Keyv's own
 * affair (it is inside the value, and Keyv deletes what it finds expired); `removeExpired` does it for what nobody reads. Failures reject; no event is ever emitted.
 */
export function createKeyvSqlite(database: DatabaseSync): KeyvSqlite {
  migrate(database, 'key-values', steps);
  const read = database.prepare('SELECT value FROM key_values WHERE key = ?');
  const write = database.prepare(
    'INSERT INTO key_values VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
  );
  const remove = database.prepare('DELETE FROM key_values WHERE key = ?');
  // No byte of UTF-8 is 255, so that this is behind everything that begins with the prefix and before everything else.
  const list = database.prepare(
    "SELECT key FROM key_values WHERE key >= :prefix AND key < CAST(CAST(:prefix AS BLOB) || x'FF' AS TEXT) AND key > :after ORDER BY key LIMIT :limit",
  );
  const removeAll = database.prepare('DELETE FROM key_values');
  // SQLite's UTF-8 would make one key of all that differ only in a lone surrogate; the JSON of a string never does.
  const toColumn = (key: string) => JSON.stringify(key);

  const adapter: KeyvSqlite = {
    opts: { dialect: 'sqlite' },
    async get(key) {
      const value = read.get(toColumn(key))?.['value'];
      return typeof value === 'string' ? value : undefined;
    },
    async set(key, value) {
      write.run(toColumn(key), String(value));
    },
    async delete(key) {
      return remove.run(toColumn(key)).changes === 1;
    },
    keysFrom(prefix, after, limit) {
      const start = toColumn(prefix).slice(0, -1);
      const rows = list.all({ prefix: start, after: after === null ? '' : toColumn(after), limit });
      return rows.flatMap(({ key }) => {
        const parsed = parseJson(String(key), z.string());
        return parsed.ok ? [parsed.value] : [];
      });
    },
    async clear() {
      removeAll.run();
    },
    on: () => adapter,
  };
  return adapter;
}
