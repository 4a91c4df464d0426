import { z } from 'zod';
import type { Logger } from '../../../src/lib/logger.ts';
import { createCollection } from '../../../src/memory/collection.ts';
import type { Store } from '../../../src/memory/store.ts';
import type { InteractionSpot } from './place.ts';

const answerSchema = z.strictObject({
  /** The message that it is about; null where there is none. */
  about: z.string().nullable(),
  /** The conversation that people go on with by replying to it; null where the channel itself is the conversation. */
  conversation: z.string().nullable(),
  messages: z.array(z.strictObject({ id: z.string(), content: z.string() })),
});

/** An answer that only one person sees, as it stands. */
export type PrivateAnswer = z.infer<typeof answerSchema>;

/** Answers that only one person sees, by the interaction they came through: nobody can read them back from Discord. */
export type PrivateAnswers = {
  get(interactionId: string): Promise<PrivateAnswer | null>;
  /** A message of it shows this from now on. */
  note(spot: InteractionSpot, message: string, content: string): Promise<void>;
  /** A message of it was taken away. */
  drop(spot: InteractionSpot, message: string): Promise<void>;
};

/** So long can they be shown to everyone. */
const keptForMs = 24 * 3_600_000;
/** Of longer answers, the first so many messages are kept. */
const mostMessages = 20;

function isOlder(id: string, than: string): boolean {
  return id.length === than.length ? id < than : id.length < than.length;
}

/** Keeps them in the store for a day. */
export function createPrivateAnswers(store: Store, logger: Logger): PrivateAnswers {
  const answers = createCollection(store, 'discord-private-answers', answerSchema, logger, keptForMs);

  const change = async (
    spot: InteractionSpot,
    to: (messages: PrivateAnswer['messages']) => PrivateAnswer['messages'],
  ) => {
    const { route, conversation } = spot;
    await answers.update(route.interactionId, (current) => ({
      about: route.about,
      conversation,
      messages: to(current?.messages ?? []).slice(0, mostMessages),
    }));
  };

  return {
    get: async (interactionId) => (await answers.get(interactionId)) ?? null,
    note: (spot, id, content) =>
      change(spot, (messages) =>
        [...messages.filter((message) => message.id !== id), { id, content }].toSorted((left, right) =>
          isOlder(left.id, right.id) ? -1 : 1,
        ),
      ),
    drop: (spot, id) => change(spot, (messages) => messages.filter((message) => message.id !== id)),
  };
}
