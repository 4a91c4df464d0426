import type { Clock } from '../../../src/lib/clock.ts';
import { createDeadline } from '../../../src/lib/deadline.ts';
import { errorMessage, Failure } from '../../../src/lib/errors.ts';
import { growingPauseMs } from '../../../src/lib/growing-pause.ts';
import type { Logger } from '../../../src/lib/logger.ts';
import type { InboxEvent, Receipt } from '../../../src/turn/inbox.ts';

/** An event to be made and handed over. */
export type Delivery = {
  /** The message it is about, for the log. */
  readonly message: string;
  /** Makes the event; null when there is nothing to hand over. */
  make(signal: AbortSignal): Promise<InboxEvent | null>;
};

/** `nothing`: there was nothing to hand over; `lost`: nobody took it. */
export type HandOverResult = Receipt | 'nothing' | 'lost';

/** Tries again what failed for the moment. Rejects only with the signal's reason. */
export type HandOver = (delivery: Delivery, signal: AbortSignal) => Promise<HandOverResult>;

const makeLimitMs = 30_000;
const tryForMs = 120_000;

/** Hands events to the bot, however long the database or Discord take, up to two minutes. */
export function createHandOver(parts: {
  readonly onEvent: (event: InboxEvent) => Promise<Receipt>;
  readonly clock: Clock;
  readonly logger: Logger;
}): HandOver {
  const { onEvent, clock, logger } = parts;

  async function makeInTime({ message, make }: Delivery, signal: AbortSignal): Promise<InboxEvent | null> {
    const deadline = createDeadline(
      clock,
      makeLimitMs,
      signal,
      () =>
        new Failure('platform-unreachable', `Message ${message} could not be read within ${makeLimitMs} ms.`, {
          retryable: true,
        }),
    );
    try {
      return await make(deadline.signal);
    } finally {
      deadline.cancel();
    }
  }

  return async function handOver(delivery, signal) {
    const startedAtMs = clock.now();
    let event: InboxEvent | null = null;
    for (let failures = 1; ; failures += 1) {
      try {
        signal.throwIfAborted();
        event ??= await makeInTime(delivery, signal);
        signal.throwIfAborted();
        return event === null ? 'nothing' : await onEvent(event);
      } catch (error) {
        signal.throwIfAborted();
        // Not even read: only what fails for the moment is worth another try. Whoever takes events always is.
        const isWorthIt = event !== null || (error instanceof Failure && error.retryable);
        const pauseMs = Math.max(growingPauseMs(failures), (error instanceof Failure && error.retryAfterMs) || 0);
        const facts = { message: delivery.message, attempts: failures, reason: errorMessage(error) };
        if (!isWorthIt || clock.now() + pauseMs > startedAtMs + tryForMs) {
          logger.error(facts, 'A message could not be handed over; the next start tries again.');
          return 'lost';
        }
        logger.debug(facts, 'A message could not be handed over yet.');
        await clock.sleep(pauseMs, signal);
      }
    }
  };
}
