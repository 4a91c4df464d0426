import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Clock } from '../../../src/lib/clock.ts';
import { errorMessage } from '../../../src/lib/errors.ts';
import type { Logger } from '../../../src/lib/logger.ts';
import { createCollection } from '../../../src/memory/collection.ts';
import type { Store } from '../../../src/memory/store.ts';
import type { GatewayBot } from './gateway-wire.ts';

/** Discord's limit on starting sessions: when it is used up, all sessions end and the token is reset. */
export type IdentifyBudget = {
  /**
   * Waits until a session may be started for the shard: its own starts are spaced, and Discord's allowance is never used to its
   * end. Gives what Discord said of the gateway.
   */
  admit(shardId: number, signal: AbortSignal): Promise<GatewayBot>;
  /** Waits for the shard's turn among all that start sessions, and notes that it starts one now. */
  begin(shardId: number, signal: AbortSignal): Promise<void>;
};

/** What the budget needs. */
export type IdentifyBudgetParts = {
  readonly store: Store;
  readonly token: string;
  /** As Discord says it now. */
  readonly information: (signal: AbortSignal) => Promise<GatewayBot>;
  readonly clock: Clock;
  readonly logger: Logger;
};

/** So many starts of a shard within an hour are nobody's mistake. */
const freeStarts = 5;
/** The pause before the next one; twice as long before each further one. */
const firstPauseMs = 10_000;
const longestPauseMs = 600_000;
const windowMs = 3_600_000;
/** Starts that are remembered, of all shards. */
const mostStarts = 500;
/** Kept of Discord's allowance for starts by hand and for other processes: a twentieth, at most this. */
const mostReserve = 50;
/** Discord allows a start in five seconds for each of `max_concurrency` queues; the rest is for the way there. */
const turnMs = 5_250;
/** While it waits for a new allowance, Discord is asked again this often. */
const longestWaitMs = 3_600_000;

const startsSchema = z.array(z.strictObject({ shardId: z.number().int(), atMs: z.number() })).max(mostStarts);
type Start = z.infer<typeof startsSchema>[number];

/** Remembers the starts of the last hour in the store, so that a process that crashes again and again is slowed down as well. */
export function createIdentifyBudget(parts: IdentifyBudgetParts): IdentifyBudget {
  const { clock, logger } = parts;
  const collection = createCollection(parts.store, 'discord-session-starts', startsSchema, logger, windowMs);
  const key = createHash('sha256').update(parts.token).digest('base64url');
  /** Started by this process, should the store fail. */
  let own: Start[] = [];
  const freeAtMs = new Map<number, number>();
  let granted: { readonly information: GatewayBot; count: number } | null = null;

  const isRecent = ({ atMs }: Start) => atMs <= clock.now() && clock.now() - atMs < windowMs;

  const readStarts = async (): Promise<readonly Start[]> => {
    try {
      return ((await collection.get(key)) ?? []).filter(isRecent);
    } catch (error) {
      logger.warn({ reason: errorMessage(error) }, 'The last starts of Discord sessions cannot be read.');
      return own.filter(isRecent);
    }
  };

  const note = async (start: Start) => {
    const append = (starts: readonly Start[]) => [...starts.filter(isRecent), start].slice(-mostStarts);
    own = append(own);
    try {
      await collection.update(key, (starts) => append(starts ?? []));
    } catch (error) {
      logger.warn({ reason: errorMessage(error) }, 'The start of a Discord session was not stored.');
    }
  };

  const waitForOwnPace = async (shardId: number, signal: AbortSignal) => {
    const atMs = (await readStarts()).filter((start) => start.shardId === shardId).map((start) => start.atMs);
    const pauseMs = toPauseMs(atMs.length);
    const waitMs = Math.max(...atMs, Number.NEGATIVE_INFINITY) + pauseMs - clock.now();
    if (pauseMs === 0 || waitMs <= 0) return;
    logger.warn(
      { shard: shardId, startsInLastHour: atMs.length, waitMs },
      'The bot began a session with Discord again and again within the hour; it waits before the next one, because Discord allows few a day.',
    );
    await clock.sleep(waitMs, signal);
  };

  const waitForAllowance = async (signal: AbortSignal): Promise<GatewayBot> => {
    for (let isTold = false; ; isTold = true) {
      const information = await parts.information(signal);
      const { total, remaining, reset_after: resetAfterMs } = information.session_start_limit;
      if (granted?.information !== information) granted = { information, count: 0 };
      if (remaining - granted.count > Math.min(Math.floor(total / 20), mostReserve)) {
        granted.count += 1;
        return information;
      }
      if (!isTold) {
        logger.warn(
          { remaining, total, resetsAt: new Date(clock.now() + resetAfterMs).toISOString() },
          'Discord allows the bot hardly any more sessions today: it starts none before that is over, since Discord resets the token of a bot that uses them up.',
        );
      }
      await clock.sleep(Math.min(Math.max(resetAfterMs, turnMs) + 1_000, longestWaitMs), signal);
    }
  };

  /** The end of the last turn in this shard's queue, by this process or the one before. */
  const lastTurnEndMs = async (shardId: number, queues: number): Promise<number> => {
    const queue = shardId % queues;
    const starts = await readStarts();
    const atMs = starts.filter((start) => start.shardId % queues === queue).map((start) => start.atMs + turnMs);
    return Math.max(freeAtMs.get(queue) ?? 0, ...atMs);
  };

  return {
    async admit(shardId, signal) {
      await waitForOwnPace(shardId, signal);
      return waitForAllowance(signal);
    },
    async begin(shardId, signal) {
      const queues = granted?.information.session_start_limit.max_concurrency ?? 1;
      const lastMs = await lastTurnEndMs(shardId, queues);
      const turnAtMs = Math.max(clock.now(), lastMs, freeAtMs.get(shardId % queues) ?? 0);
      freeAtMs.set(shardId % queues, turnAtMs + turnMs);
      if (turnAtMs > clock.now()) await clock.sleep(turnAtMs - clock.now(), signal);
      signal.throwIfAborted();
      await note({ shardId, atMs: clock.now() });
    },
  };
}

function toPauseMs(starts: number): number {
  return starts < freeStarts ? 0 : Math.min(firstPauseMs * 2 ** (starts - freeStarts), longestPauseMs);
}
