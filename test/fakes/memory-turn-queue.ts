import type { Clock } from '../../src/lib/clock.ts';
import { errorMessage, Failure } from '../../src/lib/errors.ts';
import type { Logger } from '../../src/lib/logger.ts';
import { createLaneScheduler, type LaneScheduler } from '../../src/turn/lane-scheduler.ts';
import { noProgress } from '../../src/turn/stored-turn.ts';
import { laneKey, type Turn } from '../../src/turn/turn.ts';
import { type ClaimedTurn, mostAttempts, type TurnProgress, type TurnQueue } from '../../src/turn/turn-queue.ts';

type OpenRow = { state: 'waiting' | 'started'; turn: Turn; progress: TurnProgress; attempts: number };
type SettledRow = { state: 'settled'; atMs: number };

/** What would be on disk: the rows by turn id, in order of arrival. A `structuredClone` of it is what a crash leaves. */
export type MemoryTurnRows = Map<string, OpenRow | SettledRow>;

/** As for the real queues, with the same defaults. */
export type MemoryTurnQueueOptions = {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly rows?: MemoryTurnRows;
  readonly concurrency?: number;
  readonly perConversation?: number;
  readonly total?: number;
};

const rememberedMs = 24 * 3_600_000;

/** A turn queue that keeps the port's promises but outlives nothing. */
export function createMemoryTurnQueue(options: MemoryTurnQueueOptions): TurnQueue {
  const { clock, logger, concurrency = 64, perConversation = 10, total = 1_000 } = options;
  const rows: MemoryTurnRows = options.rows ?? new Map();
  let lanes: LaneScheduler<string> | null = null;

  const openRows = (): OpenRow[] => [...rows.values()].filter((row) => row.state !== 'settled');

  const isFull = (conversation: string): boolean => {
    const open = openRows();
    const waiting = open.filter((row) => row.state === 'waiting' && laneKey(row.turn) === conversation);
    return open.length >= total || waiting.length >= perConversation;
  };

  const settle = (id: string): void => {
    rows.set(id, { state: 'settled', atMs: clock.now() });
    for (const [known, row] of rows) {
      if (row.state === 'settled' && row.atMs < clock.now() - rememberedMs) rows.delete(known);
    }
  };

  const toClaimedTurn = (row: OpenRow): ClaimedTurn => {
    const claimed = structuredClone({ turn: row.turn, attempt: row.attempts, progress: row.progress });
    return {
      ...claimed,
      async save(progress) {
        if (rows.get(row.turn.id) !== row) throw new Failure('store-failed', 'The turn is done already.');
        row.progress = structuredClone(progress);
      },
    };
  };

  const workOn = async (id: string, handle: (claimed: ClaimedTurn) => Promise<void>): Promise<void> => {
    const row = rows.get(id);
    if (row === undefined || row.state === 'settled') return;
    row.state = 'started';
    row.attempts += 1;
    const isLast = row.attempts > mostAttempts;
    if (isLast) logger.error({ turnId: id }, 'A turn failed too often and is given up.');
    try {
      await handle(toClaimedTurn(row));
    } catch (error) {
      logger.error({ turnId: id, reason: errorMessage(error) }, 'A turn was not finished.');
      if (!isLast) return;
    }
    settle(id);
  };

  /** A turn whose last time was cut short by a crash is not handed out again. */
  const toBacklog = (): Turn[] => {
    for (const row of openRows()) if (row.attempts > mostAttempts) settle(row.turn.id);
    const open = openRows();
    const inState = (state: OpenRow['state']) => open.filter((row) => row.state === state).map((row) => row.turn);
    return [...inState('started'), ...inState('waiting')];
  };

  return {
    async accept(turn) {
      if (rows.has(turn.id)) return 'duplicate';
      if (isFull(laneKey(turn))) return 'full';
      rows.set(turn.id, { state: 'waiting', turn: structuredClone(turn), progress: noProgress, attempts: 0 });
      lanes?.add(laneKey(turn), turn.id);
      return 'accepted';
    },
    async work(handle, signal) {
      if (lanes !== null) throw new Error('The turn queue is being worked already.');
      const scheduler = createLaneScheduler<string>({ concurrency, run: (id) => workOn(id, handle), signal });
      lanes = scheduler;
      for (const turn of toBacklog()) scheduler.add(laneKey(turn), turn.id);
      await scheduler.ended();
      lanes = null;
    },
  };
}
