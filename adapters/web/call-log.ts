import type { DatabaseSync } from 'node:sqlite';
import type { ApiCall } from '../../src/answer/api-call.ts';
import { parseJson } from '../../src/lib/parse-json.ts';
import { apiCallSchema, callRowSchema } from './wire.ts';

/** A call that was made, with its place in the order of all calls. */
export type KeptCall = { readonly seq: number; readonly call: ApiCall };

/** The last calls of each conversation, kept over restarts. */
export type CallLog = {
  add(call: ApiCall): number;
  /** Oldest first. */
  of(conversationKey: string): readonly KeptCall[];
};

/** Calls kept of each conversation. */
const keptCalls = 50;

/** Keeps the calls in the database. A row that no longer fits its schema reads as missing. */
export function createCallLog(database: DatabaseSync): CallLog {
  const insert = database.prepare('INSERT INTO web_calls (conversation, call) VALUES (?, ?)');
  const forget = database.prepare(
    `DELETE FROM web_calls WHERE conversation = ?1 AND seq <= (
       SELECT seq FROM web_calls WHERE conversation = ?1 ORDER BY seq DESC LIMIT 1 OFFSET ${keptCalls})`,
  );
  const select = database.prepare('SELECT seq, call FROM web_calls WHERE conversation = ? ORDER BY seq');

  return {
    add(call) {
      const { lastInsertRowid } = insert.run(call.conversationKey, JSON.stringify(call));
      forget.run(call.conversationKey);
      return Number(lastInsertRowid);
    },
    of: (conversationKey) =>
      select.all(conversationKey).flatMap((row) => {
        const { seq, call } = callRowSchema.parse(row);
        const parsed = parseJson(call, apiCallSchema);
        return parsed.ok ? [{ seq, call: parsed.value }] : [];
      }),
  };
}
