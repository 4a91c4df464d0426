import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import type { ConversationStore, StoredConversation } from '../../src/engine/conversation-store.ts';
import { migrate } from '../../src/lib/migrate.ts';
import { parseValue } from '../../src/lib/parse-json.ts';

const steps = [
  `CREATE TABLE api_conversations (
    owner_id TEXT NOT NULL,
    id TEXT NOT NULL,
    title TEXT NOT NULL,
    type TEXT NOT NULL,
    model TEXT NOT NULL,
    created_at_ms INTEGER NOT NULL,
    used_at_ms INTEGER NOT NULL,
    PRIMARY KEY (owner_id, id)
  ) STRICT;
  CREATE INDEX api_conversations_by_use ON api_conversations (used_at_ms);
  CREATE INDEX api_conversations_by_owner ON api_conversations (owner_id, created_at_ms)`,
];

const rowSchema = z
  .object({
    owner_id: z.string(),
    id: z.string(),
    title: z.string(),
    type: z.string(),
    model: z.string(),
    created_at_ms: z.int(),
    used_at_ms: z.int(),
  })
  .transform(
    (row): StoredConversation => ({
      ownerId: row.owner_id,
      id: row.id,
      title: row.title,
      type: row.type,
      model: row.model,
      createdAtMs: row.created_at_ms,
      usedAtMs: row.used_at_ms,
    }),
  );

/** Conversations as a table. */
export function createSqliteConversationStore(database: DatabaseSync): ConversationStore {
  migrate(database, 'api-conversations', steps);
  const insert = database.prepare('INSERT INTO api_conversations VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING');
  const find = database.prepare('SELECT * FROM api_conversations WHERE owner_id = ? AND id = ?');
  const list = database.prepare(
    'SELECT * FROM api_conversations WHERE owner_id = ? ORDER BY created_at_ms DESC, rowid DESC LIMIT ?',
  );
  const touch = database.prepare('UPDATE api_conversations SET used_at_ms = ? WHERE owner_id = ? AND id = ?');
  const remove = database.prepare('DELETE FROM api_conversations WHERE owner_id = ? AND id = ?');
  const removeUnused = database.prepare('DELETE FROM api_conversations WHERE used_at_ms < ?');

  return {
    async insert({ ownerId, id, title, type, model, createdAtMs, usedAtMs }) {
      insert.run(ownerId, id, title, type, model, createdAtMs, usedAtMs);
    },
    async find(ownerId, id) {
      const row = find.get(ownerId, id);
      return row === undefined ? null : toConversation(row);
    },
    list: async (ownerId, limit) => list.all(ownerId, limit).map(toConversation),
    async touch(ownerId, id, usedAtMs) {
      touch.run(usedAtMs, ownerId, id);
    },
    remove: async (ownerId, id) => remove.run(ownerId, id).changes > 0,
    removeUnusedSince: async (usedBeforeMs) => Number(removeUnused.run(usedBeforeMs).changes),
  };
}

/** The columns are checked by the table itself (STRICT): a row that does not fit is a damaged database. */
function toConversation(row: unknown): StoredConversation {
  const parsed = parseValue(row, rowSchema);
  if (!parsed.ok) throw new Error(`A stored conversation does not fit its schema: ${parsed.reason}`);
  return parsed.value;
}
