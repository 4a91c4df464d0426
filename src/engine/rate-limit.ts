import type { Clock } from '../lib/clock.ts';

/** So many events in any window of this length, for each key. */
export type RateLimitRule = {
  readonly count: number;
  readonly windowMs: number;
  /** Keys remembered at once; past it, the one that was quiet longest is forgotten. */
  readonly maxKeys: number;
};

/** Counts events by key over a sliding window, in bounded memory. */
export type RateLimit = {
  /** Counts one event and gives 0, or, when the window is full, counts nothing and gives the milliseconds until there is room. */
  take(key: string): number;
  /** The milliseconds until there is room, without counting: 0 when there is. */
  waitMs(key: string): number;
};

/** 180 requests a minute for each owner: what the hosted API allows by default (its documentation, "Rate limits"). */
export const defaultRequestRule = { count: 180, windowMs: 60_000, maxKeys: 1_000 } as const satisfies RateLimitRule;

/** Failed attempts of one remote address: far more than mistakes make, far fewer than guessing needs. */
export const defaultFailureRule = { count: 60, windowMs: 60_000, maxKeys: 10_000 } as const satisfies RateLimitRule;

/** Keeps the time of each event of the last window: exact, where a bucket would let twice as many through at first. */
export function createRateLimit(clock: Clock, { count, windowMs, maxKeys }: RateLimitRule): RateLimit {
  /** In the order of their last event. */
  const timesByKey = new Map<string, number[]>();

  function recent(key: string): number[] {
    const times = timesByKey.get(key) ?? [];
    const sinceMs = clock.now() - windowMs;
    while (times[0] !== undefined && times[0] <= sinceMs) times.shift();
    return times;
  }

  function waitFor(times: readonly number[]): number {
    const [oldest] = times;
    return times.length < count || oldest === undefined ? 0 : oldest + windowMs - clock.now();
  }

  function touch(key: string, times: number[]): void {
    timesByKey.delete(key);
    timesByKey.set(key, times);
    if (timesByKey.size <= maxKeys) return;
    const [quietest] = timesByKey.keys();
    if (quietest !== undefined) timesByKey.delete(quietest);
  }

  return {
    waitMs: (key) => waitFor(recent(key)),
    take(key) {
      const times = recent(key);
      const waitMs = waitFor(times);
      if (waitMs === 0) times.push(clock.now());
      touch(key, times);
      return waitMs;
    },
  };
}
