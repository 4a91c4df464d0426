import type { Clock } from '../../../src/lib/clock.ts';
import { createDeadline } from '../../../src/lib/deadline.ts';
import { keepNewest } from '../../../src/lib/keep-newest.ts';

/** Things that are asked for and remembered for a while. Never rejects but for the signal; null: not known now. */
export type Lookup<Value> = {
  find(key: string, ask: Ask<Value>, signal: AbortSignal): Promise<Value | null>;
  /** From now on this is what is known. */
  learn(key: string, value: Value): void;
};

/** Asks Slack; null when there is no such thing. */
export type Ask<Value> = (signal: AbortSignal) => Promise<Value | null>;

/** Bounds of a lookup. */
export type LookupParts = {
  readonly clock: Clock;
  /** One question takes no longer. */
  readonly limitMs: number;
  /** What is known is asked for again after so long; until it is known anew it counts for as long again. */
  readonly keepMs: number;
  readonly most: number;
  /** Told of every question that failed. */
  onFailure(error: unknown): void;
};

/** A question that failed is not put again for so long: a flood must not become a flood of questions. */
const pauseAfterFailureMs = 5_000;

type Known<Value> = { readonly value: Value | null; readonly atMs: number };
type Asking<Value> = { readonly result: Promise<Value | null>; readonly stop: AbortController; waiters: number };

/** Knows nothing at first. Whoever wants the same thing at the same time waits for one question. */
export function createLookup<Value>({ clock, limitMs, keepMs, most, onFailure }: LookupParts): Lookup<Value> {
  const known = new Map<string, Known<Value>>();
  const failedAtMs = new Map<string, number>();
  const asking = new Map<string, Asking<Value>>();

  const ageMs = (entry: Known<Value> | undefined) =>
    entry === undefined ? Number.POSITIVE_INFINITY : clock.now() - entry.atMs;

  /** What was known before, where it is not too old. */
  const fallBack = (key: string): Value | null => {
    const entry = known.get(key);
    return entry !== undefined && ageMs(entry) < 2 * keepMs ? entry.value : null;
  };

  async function askOnce(key: string, ask: Ask<Value>, stop: AbortSignal): Promise<Value | null> {
    const deadline = createDeadline(clock, limitMs, stop, () => new Error(`not known within ${limitMs} ms`));
    try {
      const value = await ask(deadline.signal);
      keepNewest(known, key, { value, atMs: clock.now() }, most);
      failedAtMs.delete(key);
      return value;
    } catch (error) {
      if (stop.aborted) return null;
      keepNewest(failedAtMs, key, clock.now(), most);
      onFailure(error);
      return fallBack(key);
    } finally {
      deadline.cancel();
    }
  }

  const join = (key: string, ask: Ask<Value>): Asking<Value> => {
    const found = asking.get(key);
    if (found !== undefined) return found;
    const stop = new AbortController();
    const mine: Asking<Value> = { result: askOnce(key, ask, stop.signal), stop, waiters: 0 };
    asking.set(key, mine);
    return mine;
  };

  const leave = (key: string, mine: Asking<Value>) => {
    mine.waiters -= 1;
    if (mine.waiters > 0) return;
    if (asking.get(key) === mine) asking.delete(key);
    mine.stop.abort(new Error('nobody waits for it any more'));
  };

  async function share(key: string, ask: Ask<Value>, signal: AbortSignal): Promise<Value | null> {
    const mine = join(key, ask);
    mine.waiters += 1;
    const gone = Promise.withResolvers<never>();
    const onAbort = () => gone.reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      return await Promise.race([mine.result, gone.promise]);
    } finally {
      signal.removeEventListener('abort', onAbort);
      leave(key, mine);
    }
  }

  return {
    async find(key, ask, signal) {
      signal.throwIfAborted();
      const entry = known.get(key);
      if (entry !== undefined && ageMs(entry) < keepMs) return entry.value;
      if (clock.now() - (failedAtMs.get(key) ?? Number.NEGATIVE_INFINITY) < pauseAfterFailureMs) return fallBack(key);
      return share(key, ask, signal);
    },
    learn: (key, value) => keepNewest(known, key, { value, atMs: clock.now() }, most),
  };
}
