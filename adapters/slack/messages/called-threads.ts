import { keepNewest } from '../../../src/lib/keep-newest.ts';
import { tupleKey } from '../../../src/lib/tuple-key.ts';
import type { Turn } from '../../../src/turn/turn.ts';
import type { ThreadMemory } from '../directory/thread-memory.ts';

/** The threads that the bot answers in, and those where it was asked a moment ago and has not begun to answer. */
export type CalledThreads = {
  note(turn: Turn): void;
  /** Rejects when the store cannot be read. */
  isBots(tenant: string, channel: string, thread: string): Promise<boolean>;
};

/** Only until the answer begins: then the memory knows the thread. */
const mostCalled = 1_000;

/** Knows what the memory knows. */
export function createCalledThreads(memory: Pick<ThreadMemory, 'isBotThread'>): CalledThreads {
  const called = new Map<string, true>();
  return {
    note: ({ tenant, channel, thread }) => keepNewest(called, tupleKey(tenant, channel, thread), true, mostCalled),
    isBots: async (tenant, channel, thread) =>
      called.has(tupleKey(tenant, channel, thread)) || memory.isBotThread(tenant, channel, thread),
  };
}
