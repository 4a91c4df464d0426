import { z } from 'zod';
import type { Logger } from '../lib/logger.ts';
import { tupleKey } from '../lib/tuple-key.ts';
import type { Verdict } from '../turn/inbox.ts';
import type { Turn } from '../turn/turn.ts';
import { keptForMs } from './answers.ts';
import { createCollection } from './collection.ts';
import type { Store } from './store.ts';

/** What people thought of answers, kept as long as the answers are. */
export type Feedback = {
  /**
   * Keeps what somebody thinks of the answer to a question; null takes it back. Gives whether it is to be counted: once for each
   * verdict of each person, however often they change their mind.
   */
  give(question: Turn, person: string, verdict: Verdict | null, atMs: number): Promise<boolean>;
  /** Forgets all of a server or workspace; `rest` is awaited now and then. */
  forgetTenant(platform: string, tenant: string, rest: () => Promise<void>): Promise<void>;
};

const verdictSchema = z.enum(['good', 'bad']);
const feedbackSchema = z.strictObject({
  verdict: verdictSchema.nullable(),
  atMs: z.number(),
  /** The verdicts of this person that were counted, also those that were taken back. */
  counted: z.array(verdictSchema),
});

/** Keeps feedback in the store. */
export function createFeedback(store: Store, logger: Logger): Feedback {
  const given = createCollection(store, 'feedback', feedbackSchema, logger, keptForMs);
  return {
    async give({ platform, tenant, subject }, person, verdict, atMs) {
      let isNew = false;
      await given.update(tupleKey(platform, tenant, subject, person), (current) => {
        const counted = current?.counted ?? [];
        isNew = verdict !== null && !counted.includes(verdict);
        return { verdict, atMs, counted: verdict !== null && isNew ? [...counted, verdict] : counted };
      });
      return isNew;
    },
    async forgetTenant(platform, tenant, rest) {
      const start = tupleKey(platform, tenant);
      await given.deleteWhere((key) => key.startsWith(start), rest);
    },
  };
}
