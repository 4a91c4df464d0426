import type { Clock } from '../../../src/lib/clock.ts';
import { errorMessage } from '../../../src/lib/errors.ts';
import type { Logger } from '../../../src/lib/logger.ts';

/** One piece of work. It ends by itself within a limit of its own. */
export type LaneTask = (signal: AbortSignal) => Promise<void>;

/** Work in order: one task of a key after the other, different keys side by side. */
export type EventLanes = {
  /** False when too much waits already: the task is left out. */
  add(key: string, task: LaneTask): boolean;
  /** Lets the tasks run until the signal aborts. Resolves when none runs any more; what waited then is left out. */
  run(signal: AbortSignal): Promise<void>;
  /** Resolves when nothing waits and nothing runs. */
  idle(): Promise<void>;
};

/** How much may wait, what runs included. */
export type LaneLimits = { readonly all: number; readonly perKey: number };

const usualLimits: LaneLimits = { all: 1_000, perKey: 100 };
const warnEveryMs = 60_000;

/** Holds what is added back until `run`. */
export function createEventLanes(
  parts: { readonly clock: Clock; readonly logger: Logger },
  limits: LaneLimits = usualLimits,
): EventLanes {
  const { clock, logger } = parts;
  const lanes = new Map<string, LaneTask[]>();
  const working = new Set<string>();
  const waitingForIdle = new Set<() => void>();
  let signal: AbortSignal | null = null;
  let held = 0;
  let leftOut = 0;
  let warnedAtMs = Number.NEGATIVE_INFINITY;

  const reportLeftOut = () => {
    leftOut += 1;
    if (clock.now() - warnedAtMs < warnEveryMs) return;
    warnedAtMs = clock.now();
    logger.warn({ count: leftOut }, 'Events of Discord came faster than they can be taken; some were left out.');
    leftOut = 0;
  };

  const tellIdle = () => {
    if (held > 0) return;
    for (const resolve of waitingForIdle) resolve();
    waitingForIdle.clear();
  };

  const dropLane = (key: string) => {
    held -= lanes.get(key)?.length ?? 0;
    lanes.delete(key);
  };

  async function runTask(key: string, task: LaneTask, running: AbortSignal): Promise<void> {
    try {
      await task(running);
    } catch (error) {
      if (!running.aborted) logger.error({ lane: key, reason: errorMessage(error) }, 'An event could not be taken.');
    }
  }

  /** Never rejects: whoever wants to know when it is over asks `idle`. */
  async function work(key: string, running: AbortSignal): Promise<void> {
    working.add(key);
    for (let task = lanes.get(key)?.[0]; task !== undefined && !running.aborted; task = lanes.get(key)?.[0]) {
      await runTask(key, task, running);
      lanes.get(key)?.shift();
      held -= 1;
    }
    working.delete(key);
    dropLane(key);
    tellIdle();
  }

  const start = (key: string) => {
    if (signal !== null && !signal.aborted && !working.has(key)) void work(key, signal);
  };

  const idle = () =>
    new Promise<void>((resolve) => {
      waitingForIdle.add(resolve);
      tellIdle();
    });

  return {
    add(key, task) {
      const lane = lanes.get(key) ?? [];
      if (signal?.aborted === true) return false;
      if (held >= limits.all || lane.length >= limits.perKey) {
        reportLeftOut();
        return false;
      }
      lane.push(task);
      lanes.set(key, lane);
      held += 1;
      start(key);
      return true;
    },
    async run(until) {
      signal = until;
      for (const key of lanes.keys()) start(key);
      if (!until.aborted) {
        await new Promise<void>((resolve) => until.addEventListener('abort', () => resolve(), { once: true }));
      }
      for (const key of lanes.keys()) if (!working.has(key)) dropLane(key);
      await idle();
    },
    idle,
  };
}
