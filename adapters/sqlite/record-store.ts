import type { DatabaseSync } from 'node:sqlite';
import type { AnswerRecord } from '../../src/engine/answer-record.ts';
import type { RecordStore } from '../../src/engine/record-store.ts';
import type { Logger } from '../../src/lib/logger.ts';
import { migrate } from '../../src/lib/migrate.ts';
import { questionJson, stateOf, toRecord } from './record-rows.ts';

const steps = [
  `CREATE TABLE answer_records (
    position INTEGER PRIMARY KEY,
    uuid TEXT NOT NULL UNIQUE,
    owner_id TEXT NOT NULL,
    conversation_id TEXT,
    model TEXT NOT NULL,
    state TEXT NOT NULL,
    created_at_ms INTEGER NOT NULL,
    question TEXT NOT NULL,
    outcome TEXT
  ) STRICT;
  CREATE INDEX answer_records_by_conversation ON answer_records (owner_id, conversation_id, position);
  CREATE INDEX answer_records_by_age ON answer_records (created_at_ms);
  CREATE INDEX answer_records_open ON answer_records (state) WHERE state = 'open'`,
];

/** A conversation's rows; the newest first, so that LIMIT keeps them. */
const inConversation = 'FROM answer_records WHERE owner_id = ? AND conversation_id = ?';

/** Answer records as a table. A row that no longer fits reads as missing and is logged. */
export function createSqliteRecordStore(database: DatabaseSync, logger: Logger): RecordStore {
  migrate(database, 'answer-records', steps);
  const insert = database.prepare(
    `INSERT INTO answer_records (uuid, owner_id, conversation_id, model, state, created_at_ms, question, outcome)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const finish = database.prepare("UPDATE answer_records SET state = ?, outcome = ? WHERE uuid = ? AND state = 'open'");
  const finishAll = database.prepare("UPDATE answer_records SET state = ?, outcome = ? WHERE state = 'open'");
  const find = database.prepare('SELECT * FROM answer_records WHERE uuid = ? AND owner_id = ?');
  const listed = {
    all: database.prepare(`SELECT * ${inConversation} ORDER BY position DESC LIMIT ?`),
    answered: database.prepare(`SELECT * ${inConversation} AND state = 'answered' ORDER BY position DESC LIMIT ?`),
  };
  const otherModel = database.prepare(
    `SELECT model ${inConversation} AND state <> 'failed' AND model <> ? ORDER BY position DESC LIMIT 1`,
  );
  const removeConversation = database.prepare(`DELETE ${inConversation}`);
  const removeBefore = database.prepare('DELETE FROM answer_records WHERE created_at_ms < ?');

  const read = (row: unknown): AnswerRecord | null => {
    const record = toRecord(row);
    if (record.ok) return record.value;
    logger.warn({ reason: record.reason }, 'A stored answer does not fit its schema and reads as missing.');
    return null;
  };

  return {
    async insert(record) {
      const { uuid, ownerId, conversationId, keepsHistory, model, createdAtMs, outcome } = record;
      insert.run(
        uuid,
        ownerId,
        keepsHistory ? conversationId : null,
        model,
        stateOf(outcome),
        createdAtMs,
        questionJson(record),
        outcome === null ? null : JSON.stringify(outcome),
      );
    },
    async finish(uuid, outcome) {
      finish.run(stateOf(outcome), JSON.stringify(outcome), uuid);
    },
    async find(ownerId, uuid) {
      const row = find.get(uuid, ownerId);
      return row === undefined ? null : read(row);
    },
    async inConversation(ownerId, conversationId, only, limit) {
      const rows = listed[only].all(ownerId, conversationId, limit);
      return rows
        .map(read)
        .filter((record) => record !== null)
        .reverse();
    },
    async otherModel(ownerId, conversationId, model) {
      const row = otherModel.get(ownerId, conversationId, model);
      return row === undefined ? null : String(row['model']);
    },
    async removeConversation(ownerId, conversationId) {
      removeConversation.run(ownerId, conversationId);
    },
    removeBefore: async (createdBeforeMs) => Number(removeBefore.run(createdBeforeMs).changes),
    finishAll: async (outcome) => Number(finishAll.run(stateOf(outcome), JSON.stringify(outcome)).changes),
  };
}
