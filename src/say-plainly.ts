import type { Outbox } from './delivery/outbox.ts';
import type { Clock } from './lib/clock.ts';
import { createDeadline } from './lib/deadline.ts';
import { errorMessage } from './lib/errors.ts';
import type { Logger } from './lib/logger.ts';
import type { Turn } from './turn/turn.ts';

/** Says one sentence to whoever asked; see `createPlainSpeaker`. */
export type SayPlainly = (
  turn: Turn,
  sentence: string,
  key: string,
  outbox: Outbox,
  signal: AbortSignal,
) => Promise<void>;

/** A platform that does not take the sentence in this time does not get it. */
const limitMs = 10_000;

/** For what has to be said without the queue, the store or a model: best effort, once for each key, never rejects. */
export function createPlainSpeaker(parts: { readonly clock: Clock; readonly logger: Logger }): SayPlainly {
  return async function sayPlainly(turn, sentence, key, outbox, signal) {
    const deadline = createDeadline(parts.clock, limitMs, signal, () => new Error('the platform took too long'));
    try {
      const place = await outbox.open(turn, deadline.signal);
      await outbox.post(place, { text: sentence, state: 'final', controls: null }, key, deadline.signal);
    } catch (error) {
      parts.logger.warn({ platform: turn.platform, reason: errorMessage(error) }, 'A sentence could not be posted.');
    } finally {
      deadline.cancel();
    }
  };
}
