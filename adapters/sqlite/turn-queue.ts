import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../../src/lib/clock.ts';
import { errorMessage } from '../../src/lib/errors.ts';
import type { Logger } from '../../src/lib/logger.ts';
import { createLaneScheduler, type LaneScheduler } from '../../src/turn/lane-scheduler.ts';
import { parseStoredProgress, parseStoredTurn } from '../../src/turn/stored-turn.ts';
import { laneKey } from '../../src/turn/turn.ts';
import { type ClaimedTurn, mostAttempts, type TurnQueue } from '../../src/turn/turn-queue.ts';
import { toStoreFailure } from './to-store-failure.ts';
import { type ClaimedRow, createTurnRows } from './turn-rows.ts';

/** What a turn queue stands on, and its bounds. */
export type SqliteTurnQueueOptions = {
  readonly database: DatabaseSync;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Conversations answered side by side; 64 by default. */
  readonly concurrency?: number;
  /** Turns that may wait in one conversation, the running one not counted; 10 by default. */
  readonly perConversation?: number;
  /** Turns that may be undone in all, running or waiting; 1,000 by default. */
  readonly total?: number;
};

const defaults = { concurrency: 64, perConversation: 10, total: 1_000 } as const;

/** The pause between two tries of a write that the database refused. */
const retryDelayMs = 1_000;

type Handle = (claimed: ClaimedTurn) => Promise<void>;

/**
 * The turn queue in the one database file. One process works a file at a time: what it finds started belongs to a process
 * that is gone. While the database refuses writes, `accept` rejects and turns that are under way wait for it.
 */
export function createSqliteTurnQueue(options: SqliteTurnQueueOptions): TurnQueue {
  const { database, clock, logger, concurrency, perConversation, total } = { ...defaults, ...options };
  const rows = createTurnRows(database, { perConversation, total });
  let lanes: LaneScheduler<number> | null = null;

  /** A write that must not be skipped: tried until it works, or until the signal aborts and it fails once more. */
  const persist = async <Result>(write: () => Result, signal: AbortSignal): Promise<Result> => {
    for (;;) {
      try {
        return write();
      } catch (error) {
        logger.error({ reason: errorMessage(error) }, 'The turn queue could not write to its database.');
        if (signal.aborted) throw toStoreFailure(error);
        await clock.sleep(retryDelayMs, signal);
      }
    }
  };

  const saveProgress = async (sequence: number, progress: string): Promise<void> => {
    let saved: boolean;
    try {
      saved = rows.save(sequence, progress);
    } catch (error) {
      throw toStoreFailure(error);
    }
    if (!saved) throw toStoreFailure('the turn is done already');
  };

  const toClaimedTurn = (sequence: number, row: ClaimedRow): ClaimedTurn | null => {
    const turn = parseStoredTurn(row.turn);
    const progress = parseStoredProgress(row.progress);
    if (turn.ok && progress.ok) {
      return {
        turn: turn.value,
        attempt: row.attempt,
        progress: progress.value,
        save: (next) => saveProgress(sequence, JSON.stringify(next)),
      };
    }
    const reason = turn.ok ? (progress.ok ? '' : progress.reason) : turn.reason;
    logger.error({ sequence, reason }, 'A stored turn cannot be read and is given up.');
    return null;
  };

  const logRejection = (claimed: ClaimedTurn, error: unknown, signal: AbortSignal): void => {
    const facts = { turnId: claimed.turn.id, attempt: claimed.attempt, reason: errorMessage(error) };
    if (claimed.attempt > mostAttempts) logger.error(facts, 'Nobody could be told that a turn failed.');
    else if (signal.aborted) logger.info(facts, 'A turn was interrupted and goes on at the next start.');
    else logger.error(facts, 'A turn was not finished and is tried again at the next start.');
  };

  /** Whether the turn is over: it was handled, or this was the last time. */
  const isOver = async (claimed: ClaimedTurn, handle: Handle, signal: AbortSignal): Promise<boolean> => {
    const isLast = claimed.attempt > mostAttempts;
    if (isLast) logger.error({ turnId: claimed.turn.id }, 'A turn failed too often and is given up.');
    try {
      await handle(claimed);
      return true;
    } catch (error) {
      logRejection(claimed, error, signal);
      return isLast;
    }
  };

  const workOn = async (sequence: number, handle: Handle, signal: AbortSignal): Promise<void> => {
    try {
      const row = await persist(() => rows.claim(sequence, clock.now()), signal);
      if (row === undefined) return;
      const claimed = toClaimedTurn(sequence, row);
      if (claimed !== null && !(await isOver(claimed, handle, signal))) return;
      const state = claimed === null || claimed.attempt > mostAttempts ? 'failed' : 'done';
      await persist(() => rows.settle(sequence, state, clock.now()), signal);
    } catch (error) {
      // Only `persist` rejects, and only when the queue is being left: the row stays as it is for the next start.
      logger.warn({ sequence, reason: errorMessage(error) }, 'A turn could not be written down before the end.');
    }
  };

  return {
    async accept(turn) {
      const conversation = laneKey(turn);
      try {
        const row = { id: turn.id, conversation, turn: JSON.stringify(turn), nowMs: clock.now() };
        const inserted = rows.insert(row);
        if (typeof inserted === 'string') return inserted;
        lanes?.add(conversation, inserted);
        return 'accepted';
      } catch (error) {
        throw toStoreFailure(error);
      }
    },
    async work(handle, signal) {
      if (lanes !== null) throw new Error('The turn queue is being worked already.');
      const scheduler = createLaneScheduler<number>({
        concurrency,
        run: (sequence) => workOn(sequence, handle, signal),
        signal,
      });
      lanes = scheduler;
      try {
        rows.forgetFailed();
        for (const row of rows.open()) scheduler.add(row.conversation, row.sequence);
        await scheduler.ended();
      } catch (error) {
        throw toStoreFailure(error);
      } finally {
        lanes = null;
      }
    },
  };
}
