import type { Clock } from './clock.ts';

/** A signal that aborts with `reason()` after `limitMs`, or with the outer signal. `cancel` ends its timer. */
export type Deadline = { readonly signal: AbortSignal; cancel(): void };

/** Puts a limit on a wait. Call `cancel` in a `finally`, so that no timer outlives the work. */
export function createDeadline(clock: Clock, limitMs: number, outer: AbortSignal, reason: () => Error): Deadline {
  const late = new AbortController();
  const timer = new AbortController();
  clock.sleep(limitMs, timer.signal).then(
    () => late.abort(reason()),
    () => {},
  );
  return {
    signal: AbortSignal.any([outer, late.signal]),
    cancel: () => timer.abort(new Error('deadline cancelled')),
  };
}
