import type { Clock } from '../../src/lib/clock.ts';

/** Limits on the time that a transfer takes. */
export type TransferLimits = {
  /** Aborts with the outer signal, or with a reason of its own when a limit is reached. */
  readonly signal: AbortSignal;
  /** Something came. */
  progressed(): void;
  /** Ends the watch; resolves when its timer is gone. */
  stop(): Promise<void>;
};

/** How long the whole may take, and how long nothing may come, a drop now and then being stopped by the first. */
export type TransferTimes = { readonly totalMs: number; readonly idleMs: number };

/** Starts counting. `toReason` makes the reason of the abort from the limit that was reached. */
export function startTransferLimits(
  clock: Clock,
  { totalMs, idleMs }: TransferTimes,
  outer: AbortSignal,
  toReason: (limitMs: number) => Error,
): TransferLimits {
  const limited = new AbortController();
  const ended = new AbortController();
  const startedAtMs = clock.now();
  let progressedAtMs = startedAtMs;
  const onOuterAbort = () => limited.abort(outer.reason);

  const watch = async () => {
    for (;;) {
      const totalLeftMs = startedAtMs + totalMs - clock.now();
      const idleLeftMs = progressedAtMs + idleMs - clock.now();
      if (totalLeftMs <= 0) return limited.abort(toReason(totalMs));
      if (idleLeftMs <= 0) return limited.abort(toReason(idleMs));
      await clock.sleep(Math.min(totalLeftMs, idleLeftMs), ended.signal);
    }
  };

  outer.addEventListener('abort', onOuterAbort, { once: true });
  if (outer.aborted) onOuterAbort();
  const watching = watch().catch(() => {});
  return {
    signal: limited.signal,
    progressed() {
      progressedAtMs = clock.now();
    },
    async stop() {
      outer.removeEventListener('abort', onOuterAbort);
      ended.abort(new Error('the transfer is over'));
      await watching;
    },
  };
}
