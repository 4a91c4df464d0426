import type { Clock } from '../../../src/lib/clock.ts';
import { errorMessage, Failure } from '../../../src/lib/errors.ts';
import { growingPauseMs, isWorthALine } from '../../../src/lib/growing-pause.ts';
import type { Logger } from '../../../src/lib/logger.ts';

/** Asks until Slack answers, with growing pauses. Rejects with what asking again does not change, or with the signal's reason. */
export async function askPatiently<Answer>(
  ask: (signal: AbortSignal) => Promise<Answer>,
  { clock, logger }: { readonly clock: Clock; readonly logger: Logger },
  signal: AbortSignal,
): Promise<Answer> {
  for (let failures = 1; ; failures += 1) {
    try {
      return await ask(signal);
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof Failure) || !error.retryable) throw error;
      if (isWorthALine(failures)) {
        logger.warn({ failures, reason: errorMessage(error) }, 'Slack does not answer; the start goes on trying.');
      }
      await clock.sleep(Math.max(error.retryAfterMs ?? 0, growingPauseMs(failures)), signal);
    }
  }
}
