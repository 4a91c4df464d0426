import type { Clock } from './clock.ts';

/** A signal that aborts with `reason()` after `limitMs`, or with the outer signal. `cancel` ends both. */
export type Deadline = { readonly signal: AbortSignal; cancel(): void };

/** One for all: an error of its own for every call would cost more than the rest of the deadline. */
const cancelled = new Error('deadline cancelled');

/**
 * Puts a limit on a wait. Call `cancel` in a `finally`, so that neither a timer nor a listener outlives the work; from then on
 * the signal stays as it is. Listens by itself rather than by `AbortSignal.any`, whose signals are slow to make and to collect.
 */
export function createDeadline(clock: Clock, limitMs: number, outer: AbortSignal, reason: () => Error): Deadline {
  const limited = new AbortController();
  const timer = new AbortController();
  const onOuterAbort = () => limited.abort(outer.reason);
  if (outer.aborted) onOuterAbort();
  outer.addEventListener('abort', onOuterAbort, { once: true });
  clock.sleep(limitMs, timer.signal).then(
    () => limited.abort(reason()),
    () => {},
  );
  return {
    signal: limited.signal,
    cancel() {
      outer.removeEventListener('abort', onOuterAbort);
      timer.abort(cancelled);
    },
  };
}
