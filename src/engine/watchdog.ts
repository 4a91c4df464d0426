import type { Clock } from '../lib/clock.ts';
import { Failure } from '../lib/errors.ts';
import type { EngineLimits } from './engine-limits.ts';

/** Watches that a model keeps talking. */
export type Watchdog = {
  /** A word came. Cheap: only a time is noted. */
  fed(): void;
  /** Something was said about the answer, but not by the model: its time for a first word begins anew, the whole time does not. */
  noticed(): void;
  /** Resolves with the failure once the model is late; rejects when the signal aborts. */
  untilLate(signal: AbortSignal): Promise<Failure>;
};

/** Starts the clock on a model's first word, its pauses and its whole answer. */
export function createWatchdog(clock: Clock, limits: EngineLimits, model: string): Watchdog {
  const startedAtMs = clock.now();
  let askedAtMs = startedAtMs;
  let lastWordAtMs: number | null = null;

  const silentUntilMs = () => (lastWordAtMs === null ? askedAtMs + limits.firstWordMs : lastWordAtMs + limits.idleMs);

  return {
    fed() {
      lastWordAtMs = clock.now();
    },
    noticed() {
      if (lastWordAtMs === null) askedAtMs = clock.now();
    },
    async untilLate(signal) {
      const endsAtMs = startedAtMs + limits.totalMs;
      for (;;) {
        const dueAtMs = Math.min(silentUntilMs(), endsAtMs);
        const leftMs = dueAtMs - clock.now();
        // No longer than a pause may be: a first word in the meantime shortens the wait.
        if (leftMs > 0) await clock.sleep(Math.min(leftMs, limits.idleMs), signal);
        else if (clock.now() >= endsAtMs) return tooLong(model, limits.totalMs);
        else return stalled(model, lastWordAtMs === null ? limits.firstWordMs : limits.idleMs);
      }
    },
  };
}

function tooLong(model: string, totalMs: number): Failure {
  const seconds = Math.round(totalMs / 1_000);
  return new Failure(
    'chat-timeout',
    `${model} did not finish within ${seconds} s. Ask for a shorter answer, or try again.`,
    {
      retryable: true,
    },
  );
}

function stalled(model: string, idleMs: number): Failure {
  const seconds = Math.round(idleMs / 1_000);
  return new Failure('chat-stalled', `${model} said nothing for ${seconds} s. Try again, or ask another model.`, {
    retryable: true,
  });
}
