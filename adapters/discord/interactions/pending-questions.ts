import { z } from 'zod';
import type { Clock } from '../../../src/lib/clock.ts';
import type { Logger } from '../../../src/lib/logger.ts';
import { createCollection } from '../../../src/memory/collection.ts';
import type { Store } from '../../../src/memory/store.ts';

const imageSchema = z.strictObject({
  id: z.string(),
  name: z.string(),
  sizeBytes: z.number().nullable(),
  locator: z.string(),
});

const pendingSchema = z.strictObject({
  /** Whoever has the form before them: nobody else sends it. */
  person: z.string(),
  /** The message that the question will be about. */
  message: z.string(),
  images: z.array(imageSchema).readonly(),
  untilMs: z.number(),
});

type StoredQuestion = z.infer<typeof pendingSchema>;

/** Pictures that wait for the question about them. */
export type PendingQuestion = Omit<StoredQuestion, 'untilMs'>;

/** What was pointed at by “Ask about this image”, until the form with the question comes back. */
export type PendingQuestions = {
  /** In memory, at once: the form may come back before anything is stored. */
  note(key: string, question: PendingQuestion): void;
  /** Keeps what was noted over a restart. Rejects as the store does. */
  keep(key: string): Promise<void>;
  /** What the form of that person is about; null when it is not known any more. Rejects as the store does. */
  find(key: string, person: string): Promise<PendingQuestion | null>;
};

/** People leave forms open; after so long nobody comes back to one. */
const keptForMs = 3_600_000;
/** In memory at the most; the others are read from the store. */
const notedQuestions = 1_000;

/** In memory first, in the store for after a restart. */
export function createPendingQuestions(parts: {
  readonly store: Store;
  readonly clock: Clock;
  readonly logger: Logger;
}): PendingQuestions {
  const { clock } = parts;
  const kept = createCollection(parts.store, 'discord-pending-questions', pendingSchema, parts.logger, keptForMs);
  const noted = new Map<string, StoredQuestion>();

  const forgetOldest = () => {
    for (const [key, { untilMs }] of noted) {
      if (untilMs > clock.now() && noted.size <= notedQuestions) return;
      noted.delete(key);
    }
  };

  return {
    note(key, question) {
      noted.delete(key);
      noted.set(key, { ...question, untilMs: clock.now() + keptForMs });
      forgetOldest();
    },
    async keep(key) {
      const question = noted.get(key);
      if (question !== undefined) await kept.set(key, question);
    },
    async find(key, person) {
      const stored = noted.get(key) ?? (await kept.get(key));
      if (stored === undefined || stored.person !== person || stored.untilMs <= clock.now()) return null;
      const { untilMs: _untilMs, ...question } = stored;
      return question;
    },
  };
}
