import type { DatabaseSync } from 'node:sqlite';
import { migrate } from '../../src/lib/migrate.ts';
import { mostAttempts } from '../../src/turn/turn-queue.ts';

/** A turn that is not done, as the scheduler needs it. `sequence` is the order of arrival. */
type OpenRow = { readonly sequence: number; readonly conversation: string };

/** A turn as it was taken: its JSON and what was saved of its progress. */
export type ClaimedRow = { readonly turn: string; readonly progress: string | null; readonly attempt: number };

type NewRow = { readonly id: string; readonly conversation: string; readonly turn: string; readonly nowMs: number };

/** The table of turns. Every method is one durable transaction or a read; errors are SQLite's own. */
export type TurnRows = {
  /** The row's sequence, or why nothing was stored. */
  insert(row: NewRow): number | 'duplicate' | 'full';
  /** Everything that has still to be handed out, what was started before first. */
  open(): readonly OpenRow[];
  /** Counts one more attempt. Undefined when the row is settled already. */
  claim(sequence: number, nowMs: number): ClaimedRow | undefined;
  /** False when the row is settled already. */
  save(sequence: number, progress: string): boolean;
  /** Keeps only id, state and time, and sweeps a few rows whose time is over. */
  settle(sequence: number, state: 'done' | 'failed', nowMs: number): void;
  /** Takes the texts of turns that failed for good and were running at a crash: they are not handed out again. */
  forgetFailed(): void;
};

/** How long the id of a settled turn is remembered: platforms repeat a delivery after minutes, a day leaves room for outages. */
const rememberedMs = 24 * 3_600_000;
/** Rows taken away with each settled one: more than one, so that the table shrinks back after a busy day. */
const sweptAtOnce = 8;

// `started` is a turn that was handed out and is not done. The text goes, with the conversation, when a turn is settled.
const steps = [
  `CREATE TABLE turns (
     sequence INTEGER PRIMARY KEY,
     id TEXT NOT NULL UNIQUE,
     state TEXT NOT NULL CHECK (state IN ('waiting', 'started', 'done', 'failed')),
     changed_at_ms INTEGER NOT NULL,
     attempts INTEGER NOT NULL DEFAULT 0,
     conversation TEXT,
     turn TEXT,
     progress TEXT
   ) STRICT;
   CREATE INDEX turns_waiting ON turns (conversation) WHERE state = 'waiting';
   CREATE INDEX turns_open ON turns (state, sequence) WHERE state IN ('waiting', 'started');
   CREATE INDEX turns_settled ON turns (changed_at_ms) WHERE state IN ('done', 'failed');`,
];

const forgotten = 'conversation = NULL, turn = NULL, progress = NULL';

function transact(database: DatabaseSync, write: () => void): void {
  database.exec('BEGIN IMMEDIATE');
  try {
    write();
    database.exec('COMMIT');
  } catch (error) {
    // A full disk may have rolled it back already: then there is no transaction to end.
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

/** Makes the table where it is missing and prepares its statements once. */
export function createTurnRows(database: DatabaseSync, bounds: { perConversation: number; total: number }): TurnRows {
  migrate(database, 'turns', steps);
  const insert = database.prepare(
    `INSERT INTO turns (id, state, changed_at_ms, conversation, turn)
     SELECT :id, 'waiting', :nowMs, :conversation, :turn
     WHERE (SELECT count(*) FROM turns WHERE state = 'waiting' AND conversation = :conversation) < :perConversation
       AND (SELECT count(*) FROM turns WHERE state IN ('waiting', 'started')) < :total
     ON CONFLICT (id) DO NOTHING`,
  );
  const known = database.prepare('SELECT 1 FROM turns WHERE id = ?');
  const open = database.prepare(
    `SELECT sequence, conversation FROM turns WHERE state IN ('waiting', 'started')
     ORDER BY state = 'waiting', sequence`,
  );
  const claim = database.prepare(
    `UPDATE turns SET attempts = attempts + 1, changed_at_ms = :nowMs,
       state = CASE WHEN attempts < ${mostAttempts} THEN 'started' ELSE 'failed' END
     WHERE sequence = :sequence AND state IN ('waiting', 'started')
     RETURNING turn, progress, attempts`,
  );
  const save = database.prepare('UPDATE turns SET progress = ? WHERE sequence = ? AND turn IS NOT NULL');
  const settle = database.prepare(`UPDATE turns SET state = ?, changed_at_ms = ?, ${forgotten} WHERE sequence = ?`);
  const sweep = database.prepare(
    `DELETE FROM turns WHERE sequence IN (
       SELECT sequence FROM turns WHERE state IN ('done', 'failed') AND changed_at_ms < ?
       ORDER BY changed_at_ms LIMIT ${sweptAtOnce})`,
  );
  const forgetFailed = database.prepare(`UPDATE turns SET ${forgotten} WHERE state = 'failed' AND turn IS NOT NULL`);

  return {
    insert(row) {
      const result = insert.run({ ...row, ...bounds });
      if (result.changes === 1) return Number(result.lastInsertRowid);
      return known.get(row.id) === undefined ? 'full' : 'duplicate';
    },
    open: () =>
      open.all().map((row) => ({ sequence: Number(row['sequence']), conversation: String(row['conversation']) })),
    claim(sequence, nowMs) {
      const row = claim.get({ sequence, nowMs });
      if (row === undefined) return undefined;
      const progress = row['progress'];
      return {
        turn: String(row['turn']),
        progress: typeof progress === 'string' ? progress : null,
        attempt: Number(row['attempts']),
      };
    },
    save: (sequence, progress) => save.run(progress, sequence).changes === 1,
    settle: (sequence, state, nowMs) =>
      transact(database, () => {
        settle.run(state, nowMs, sequence);
        sweep.run(nowMs - rememberedMs);
      }),
    forgetFailed: () => {
      forgetFailed.run();
    },
  };
}
