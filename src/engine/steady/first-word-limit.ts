import type { Clock } from '../../lib/clock.ts';

/** A signal for one try at an answer. */
export type FirstWordLimit = {
  /** Aborts with the outer signal, or with `late()` when no word came in time. */
  readonly signal: AbortSignal;
  /** A word came: from now on only the outer signal counts. */
  met(): void;
  /** Lets go of clock and outer signal. */
  close(): void;
};

/** Unlike a deadline, it goes on passing the outer signal on after its time was met. `limitMs` null: no limit. */
export function createFirstWordLimit(
  clock: Clock,
  limitMs: number | null,
  outer: AbortSignal,
  late: () => Error,
): FirstWordLimit {
  const limited = new AbortController();
  const timer = new AbortController();
  const onOuterAbort = () => limited.abort(outer.reason);
  if (outer.aborted) onOuterAbort();
  outer.addEventListener('abort', onOuterAbort, { once: true });
  if (limitMs !== null)
    clock.sleep(limitMs, timer.signal).then(
      () => limited.abort(late()),
      () => {},
    );
  const met = () => timer.abort(over);
  return {
    signal: limited.signal,
    met,
    close() {
      met();
      outer.removeEventListener('abort', onOuterAbort);
    },
  };
}

const over = new Error('the first word came, or nobody waits for it any more');
