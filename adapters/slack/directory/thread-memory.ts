import { z } from 'zod';
import { keepNewest } from '../../../src/lib/keep-newest.ts';
import type { Logger } from '../../../src/lib/logger.ts';
import { tupleKey } from '../../../src/lib/tuple-key.ts';
import { createCollection } from '../../../src/memory/collection.ts';
import type { Store } from '../../../src/memory/store.ts';

/** Which threads are the bot's: no payload tells. */
export type ThreadMemory = {
  /** From now on the bot answers in the thread. */
  markBotThread(tenant: string, channel: string, thread: string): Promise<void>;
  /** Rejects when the store cannot be read. */
  isBotThread(tenant: string, channel: string, thread: string): Promise<boolean>;
  /** The bot left that workspace: what is known of its threads goes. */
  forget(tenant: string): Promise<void>;
};

/** Remembered for so long after the bot was last called there. */
const keptForMs = 180 * 24 * 3_600_000;
/** Known in memory at the most; the others are read from the store. */
const cachedThreads = 5_000;
/** A workspace may have many threads, and the store is everybody’s. */
const letOthersRun = () => new Promise<void>((resolve) => setImmediate(resolve));
const threadSchema = z.strictObject({ channel: z.string(), thread: z.string() });

/** Keeps it in the store; threads that were asked about lately also in memory, since every message in a thread asks. */
export function createThreadMemory(store: Store, logger: Logger): ThreadMemory {
  const threads = createCollection(store, 'slack-threads', threadSchema, logger, keptForMs);
  const cached = new Map<string, boolean>();

  return {
    async markBotThread(tenant, channel, thread) {
      const key = tupleKey(tenant, channel, thread);
      await threads.set(key, { channel, thread });
      keepNewest(cached, key, true, cachedThreads);
    },
    async isBotThread(tenant, channel, thread) {
      const key = tupleKey(tenant, channel, thread);
      const known = cached.get(key);
      if (known !== undefined) return known;
      const isBots = (await threads.get(key)) !== undefined;
      // Marked while the store was being read.
      if (cached.get(key) !== true) keepNewest(cached, key, isBots, cachedThreads);
      return cached.get(key) ?? isBots;
    },
    async forget(tenant) {
      const ofTenant = tupleKey(tenant);
      await threads.deleteWhere((key) => key.startsWith(ofTenant), letOthersRun);
      // Afterwards: whoever asked meanwhile has put some of it back.
      for (const key of [...cached.keys()]) if (key.startsWith(ofTenant)) cached.delete(key);
    },
  };
}
