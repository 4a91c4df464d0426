import type { Clock } from '../../src/lib/clock.ts';

/** Notices when a wait has gone on for too long. One timer for a whole stream, however many pieces it comes in. */
export type IdleWatch = {
  /** From now on something is waited for. */
  waiting(): void;
  /** It came; what the reader does with it takes as long as it takes. */
  resting(): void;
  /** Ends the watch; resolves when its timer is gone. */
  stop(): Promise<void>;
};

/** Calls `onIdle` once when a single wait has lasted `idleMs`. */
export function startIdleWatch(clock: Clock, idleMs: number, onIdle: () => void): IdleWatch {
  const ended = new AbortController();
  let waitingSinceMs: number | null = null;

  const watch = async () => {
    let nextMs = idleMs;
    while (!ended.signal.aborted) {
      await clock.sleep(nextMs, ended.signal);
      const waitedMs = waitingSinceMs === null ? 0 : clock.now() - waitingSinceMs;
      if (waitedMs >= idleMs) return onIdle();
      nextMs = idleMs - waitedMs;
    }
  };
  const watching = watch().catch(() => {});

  return {
    waiting() {
      waitingSinceMs = clock.now();
    },
    resting() {
      waitingSinceMs = null;
    },
    async stop() {
      ended.abort(new Error('the wait is over'));
      await watching;
    },
  };
}
