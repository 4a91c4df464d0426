import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import type { ApiKeyTable } from '../../src/engine/api-key-table.ts';
import { migrate } from '../../src/lib/migrate.ts';
import { parseValue } from '../../src/lib/parse-json.ts';

const steps = [
  `CREATE TABLE api_key_pepper (only INTEGER PRIMARY KEY CHECK (only = 1), pepper TEXT NOT NULL) STRICT;
  CREATE TABLE api_keys (
    hash TEXT PRIMARY KEY,
    owner_id TEXT NOT NULL,
    created_at_ms INTEGER NOT NULL,
    retired INTEGER NOT NULL CHECK (retired IN (0, 1))
  ) STRICT, WITHOUT ROWID;
  CREATE UNIQUE INDEX api_keys_in_force ON api_keys (retired) WHERE retired = 0`,
];

const pepperSchema = z.strictObject({ pepper: z.string().min(32) });

const keySchema = z
  .strictObject({ hash: z.string(), owner_id: z.string(), created_at_ms: z.int() })
  .transform((row) => ({ hash: row.hash, ownerId: row.owner_id, createdAtMs: row.created_at_ms }));

function parseRow<Value>(row: unknown, schema: z.ZodType<Value>): Value {
  const parsed = parseValue(row, schema);
  if (!parsed.ok) throw new Error(`A stored API key does not fit its schema: ${parsed.reason}`);
  return parsed.value;
}

/** API keys as tables; the pepper lies in the same database, apart from the file that holds a key in plain. */
export function createSqliteApiKeyTable(database: DatabaseSync): ApiKeyTable {
  migrate(database, 'api-keys', steps);
  const current = database.prepare('SELECT hash, owner_id, created_at_ms FROM api_keys WHERE retired = 0');
  return {
    pepper(candidate) {
      database.prepare('INSERT INTO api_key_pepper VALUES (1, ?) ON CONFLICT (only) DO NOTHING').run(candidate);
      return parseRow(database.prepare('SELECT pepper FROM api_key_pepper').get(), pepperSchema).pepper;
    },
    current() {
      const row = current.get();
      return row === undefined ? null : parseRow(row, keySchema);
    },
    replace(key) {
      database.exec('BEGIN IMMEDIATE');
      try {
        database.exec('UPDATE api_keys SET retired = 1 WHERE retired = 0');
        database.prepare('INSERT INTO api_keys VALUES (?, ?, ?, 0)').run(key.hash, key.ownerId, key.createdAtMs);
        database.exec('COMMIT');
      } catch (error) {
        database.exec('ROLLBACK');
        throw error;
      }
    },
  };
}
