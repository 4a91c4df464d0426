import type { Outbox } from './delivery/outbox.ts';
import type { Clock } from './lib/clock.ts';
import { keepNewest } from './lib/keep-newest.ts';
import type { SayPlainly } from './say-plainly.ts';
import { conversationKey, type Turn } from './turn/turn.ts';

/** The sentence is said once in this time for each conversation: a flood is not answered with a flood. */
const quietMs = 60_000;
/** Conversations remembered at the most. */
const rememberedConversations = 1_000;

const busySentence = 'I am busy with other questions and did not take this one. Please ask again in a minute.';

/** Tells the person that the turn was not taken; best effort, once a minute for each conversation. */
export function createBusySpeaker(parts: {
  readonly clock: Clock;
  readonly sayPlainly: SayPlainly;
}): (turn: Turn, outbox: Outbox, signal: AbortSignal) => Promise<void> {
  const saidAtMs = new Map<string, number>();

  const isQuiet = (key: string): boolean => {
    const lastMs = saidAtMs.get(key);
    if (lastMs !== undefined && parts.clock.now() - lastMs < quietMs) return true;
    keepNewest(saidAtMs, key, parts.clock.now(), rememberedConversations);
    return false;
  };

  return async function sayBusy(turn, outbox, signal) {
    if (isQuiet(conversationKey(turn))) return;
    await parts.sayPlainly(turn, busySentence, `${turn.id}:busy`, outbox, signal);
  };
}
