import type { Outbox } from './delivery/outbox.ts';
import type { Clock } from './lib/clock.ts';
import { createDeadline } from './lib/deadline.ts';
import { errorMessage } from './lib/errors.ts';
import type { Logger } from './lib/logger.ts';
import { conversationKey, type Turn } from './turn/turn.ts';

/** The sentence is said once in this time for each conversation: a flood is not answered with a flood. */
const quietMs = 60_000;
/** Conversations remembered at the most. */
const rememberedConversations = 1_000;
/** A platform that does not take the sentence in this time does not get it. */
const limitMs = 10_000;

const busySentence = 'I am busy with other questions and did not take this one. Please ask again in a minute.';

/** Tells the person that the turn was not taken; best effort, once a minute for each conversation. */
export function createBusySpeaker(parts: {
  readonly clock: Clock;
  readonly logger: Logger;
}): (turn: Turn, outbox: Outbox, signal: AbortSignal) => Promise<void> {
  const saidAtMs = new Map<string, number>();

  const isQuiet = (key: string): boolean => {
    const lastMs = saidAtMs.get(key);
    if (lastMs !== undefined && parts.clock.now() - lastMs < quietMs) return true;
    saidAtMs.delete(key);
    saidAtMs.set(key, parts.clock.now());
    const oldest = saidAtMs.size > rememberedConversations ? saidAtMs.keys().next().value : undefined;
    if (oldest !== undefined) saidAtMs.delete(oldest);
    return false;
  };

  return async function sayBusy(turn, outbox, signal) {
    if (isQuiet(conversationKey(turn))) return;
    const deadline = createDeadline(parts.clock, limitMs, signal, () => new Error('the platform took too long'));
    try {
      const place = await outbox.open(turn, deadline.signal);
      await outbox.post(place, { text: busySentence, state: 'final' }, `${turn.id}:busy`, deadline.signal);
    } catch (error) {
      parts.logger.warn(
        { platform: turn.platform, reason: errorMessage(error) },
        'The busy sentence could not be posted.',
      );
    } finally {
      deadline.cancel();
    }
  };
}
