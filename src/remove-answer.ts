import type { Outbox } from './delivery/outbox.ts';
import type { Clock } from './lib/clock.ts';
import { createDeadline } from './lib/deadline.ts';
import { errorMessage, Failure } from './lib/errors.ts';
import type { Logger } from './lib/logger.ts';
import type { RememberedAnswer } from './memory/answers.ts';

const limitMs = 30_000;
const retryMs = 1_000;

/** Takes an answer's messages away, the last one first. Best effort: what cannot be removed within half a minute stays, and is logged. */
export async function removeAnswer(
  { refs, place, turn }: RememberedAnswer,
  outbox: Outbox,
  tools: { readonly clock: Clock; readonly logger: Logger },
  signal: AbortSignal,
): Promise<void> {
  const deadline = createDeadline(tools.clock, limitMs, signal, () => new Error(`not removed within ${limitMs} ms`));
  try {
    for (const ref of [...refs].reverse()) await removeOne(ref);
  } catch (error) {
    tools.logger.warn(
      { turn: turn.id, reason: errorMessage(error) },
      'The answer to a deleted question was not removed.',
    );
  } finally {
    deadline.cancel();
  }

  async function removeOne(ref: string): Promise<void> {
    for (;;) {
      try {
        await outbox.remove(place, ref, deadline.signal);
        return;
      } catch (error) {
        if (deadline.signal.aborted || !(error instanceof Failure) || !error.retryable) throw error;
        await tools.clock.sleep(error.retryAfterMs ?? retryMs, deadline.signal);
      }
    }
  }
}
