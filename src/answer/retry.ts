import type { Clock } from '../lib/clock.ts';
import { Failure } from '../lib/errors.ts';

/** How waits grow: a random part of `baseMs`, doubled each time, of `maxMs` at the most. */
export type RetryWaits = { readonly baseMs: number; readonly maxMs: number };

/** The policy of one kind of call. */
export type RetryRules = {
  /** How many further attempts a failure of this kind is worth; 0 for none. */
  retriesFor(failure: Failure): number;
  readonly waits: RetryWaits;
  readonly clock: Clock;
  /** A number from 0 up to 1, so that many callers do not come back at the same moment. */
  random(): number;
};

/** Half a second, doubled with every attempt, up to what a person would wait for. */
export const defaultWaits = { baseMs: 500, maxMs: 30_000 } as const satisfies RetryWaits;

/**
 * The one retry loop: exponential backoff with full jitter, unless the server says how long to wait. A server that wants more
 * than `maxMs` is not waited for. Only `Failure`s are tried again, never an abort. What is thrown in the end is the last failure,
 * with all attempts as its cause and their number among its facts.
 */
export async function retry<Value>(
  attempt: () => Promise<Value>,
  rules: RetryRules,
  signal: AbortSignal,
): Promise<Value> {
  const failures: Failure[] = [];
  for (;;) {
    signal.throwIfAborted();
    try {
      return await attempt();
    } catch (error) {
      if (signal.aborted || !(error instanceof Failure)) throw error;
      failures.push(error);
      const waitMs = nextWaitMs(error, failures.length, rules);
      if (waitMs === null) throw withAttempts(error, failures);
      await rules.clock.sleep(waitMs, signal);
    }
  }
}

/** Null when there is to be no further attempt. */
function nextWaitMs(failure: Failure, attempts: number, rules: RetryRules): number | null {
  if (attempts > rules.retriesFor(failure)) return null;
  const { baseMs, maxMs } = rules.waits;
  const wished = failure.retryAfterMs;
  if (wished !== undefined) return wished > maxMs ? null : wished;
  return rules.random() * Math.min(maxMs, baseMs * 2 ** (attempts - 1));
}

function withAttempts(last: Failure, failures: readonly Failure[]): Failure {
  if (failures.length === 1) return last;
  const { code, message, retryable, retryAfterMs, facts } = last;
  return new Failure(code, message, {
    retryable,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    facts: { ...facts, attempts: failures.length },
    cause: new AggregateError(failures, `${failures.length} attempts failed`),
  });
}
