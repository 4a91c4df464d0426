import type { Clock } from '../../src/lib/clock.ts';

type Sleeper = { dueMs: number; order: number; wake: () => void };

/** A clock that moves only when it is told to. Sleepers wake in the order of their times. */
export type FakeClock = Clock & {
  /** Moves on by `durationMs`, waking every sleeper at its own time and letting what it started run on in between. */
  advance(durationMs: number): Promise<void>;
  /** Moves from one sleeper to the next until `promise` settles; fails after `limitMs` of simulated time. */
  runUntil<Value>(promise: Promise<Value>, limitMs?: number): Promise<Value>;
  /** How many waits are open: 0 after everything was cleaned up. */
  pending(): number;
};

/** Starts at 2026-01-01T00:00:00Z unless told otherwise. */
export function createFakeClock(startMs = 1_767_225_600_000): FakeClock {
  let nowMs = startMs;
  let order = 0;
  const sleepers = new Set<Sleeper>();

  const next = (): Sleeper | undefined =>
    [...sleepers].sort((left, right) => left.dueMs - right.dueMs || left.order - right.order)[0];

  const settle = () => new Promise<void>((resolve) => setImmediate(() => setImmediate(resolve)));

  const step = async (untilMs: number): Promise<boolean> => {
    const sleeper = next();
    if (sleeper === undefined || sleeper.dueMs > untilMs) return false;
    nowMs = Math.max(nowMs, sleeper.dueMs);
    sleepers.delete(sleeper);
    sleeper.wake();
    await settle();
    return true;
  };

  return {
    now: () => nowMs,
    pending: () => sleepers.size,
    sleep: (delayMs, signal) =>
      new Promise((resolve, reject) => {
        if (signal.aborted) {
          reject(signal.reason);
          return;
        }
        const onAbort = () => {
          sleepers.delete(sleeper);
          reject(signal.reason);
        };
        order += 1;
        const sleeper: Sleeper = {
          dueMs: nowMs + Math.max(0, delayMs),
          order,
          wake: () => {
            signal.removeEventListener('abort', onAbort);
            resolve();
          },
        };
        sleepers.add(sleeper);
        signal.addEventListener('abort', onAbort, { once: true });
      }),
    async advance(durationMs) {
      const untilMs = nowMs + durationMs;
      await settle();
      while (await step(untilMs));
      nowMs = untilMs;
      await settle();
    },
    async runUntil(promise, limitMs = 3_600_000) {
      const untilMs = nowMs + limitMs;
      let settled = false;
      promise.then(
        () => {
          settled = true;
        },
        () => {
          settled = true;
        },
      );
      await settle();
      let idle = 0;
      while (!settled) {
        if (await step(untilMs)) {
          idle = 0;
          continue;
        }
        // Nothing sleeps: real work (a worker, a socket, a file) may still be going on.
        idle += 1;
        if (idle > 5_000) throw new Error('nothing is waiting on the clock and the promise is not settled');
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
      return promise;
    },
  };
}
