import { z } from 'zod';
import { keepNewest } from '../../../src/lib/keep-newest.ts';
import type { Logger } from '../../../src/lib/logger.ts';
import { createCollection } from '../../../src/memory/collection.ts';
import type { Store } from '../../../src/memory/store.ts';

/** What is known of conversations that no payload tells: which threads are the bot's, and which message belongs to which chain of replies. */
export type ThreadMemory = {
  /** From now on the bot answers in the thread, which belongs to that channel. Whether this is its first question there. */
  markBotThread(thread: string, channel: string, question: string): Promise<boolean>;
  isBotThread(thread: string): Promise<boolean>;
  /** The channel of a thread that the bot answers in; null for every other. */
  channelOfThread(thread: string): Promise<string | null>;
  /** A message of the bot outside of threads belongs to the conversation of that id: whoever replies to it goes on there. */
  linkReply(message: string, thread: string): Promise<void>;
  /** The conversation that a message of the bot belongs to; null when it belongs to none. */
  threadOfReply(message: string): Promise<string | null>;
};

/** Threads and replies are remembered for so long after they were last written. */
const keptForMs = 180 * 24 * 3_600_000;
/** Known in memory at the most; the others are read from the store. */
const cachedThreads = 5_000;

const threadSchema = z.strictObject({ thread: z.string(), channel: z.string(), firstQuestion: z.string() });
const replySchema = z.strictObject({ thread: z.string() });

/** Keeps it in the store; threads that were asked about lately also in memory, since every message in a thread asks. */
export function createThreadMemory(store: Store, logger: Logger): ThreadMemory {
  const threads = createCollection(store, 'discord-threads', threadSchema, logger, keptForMs);
  const replies = createCollection(store, 'discord-replies', replySchema, logger, keptForMs);
  const cached = new Map<string, boolean>();

  const cache = (thread: string, isBots: boolean) => keepNewest(cached, thread, isBots, cachedThreads);

  return {
    async markBotThread(thread, channel, question) {
      const { firstQuestion } = await threads.update(
        thread,
        (known) => known ?? { thread, channel, firstQuestion: question },
      );
      cache(thread, true);
      return firstQuestion === question;
    },
    async isBotThread(thread) {
      const known = cached.get(thread);
      if (known !== undefined) return known;
      const isBots = (await threads.get(thread)) !== undefined;
      cache(thread, isBots);
      return isBots;
    },
    channelOfThread: async (thread) => (await threads.get(thread))?.channel ?? null,
    linkReply: (message, thread) => replies.set(message, { thread }),
    threadOfReply: async (message) => (await replies.get(message))?.thread ?? null,
  };
}
