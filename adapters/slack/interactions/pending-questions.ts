import { z } from 'zod';
import type { Clock } from '../../../src/lib/clock.ts';
import type { Logger } from '../../../src/lib/logger.ts';
import { tupleKey } from '../../../src/lib/tuple-key.ts';
import { createCollection } from '../../../src/memory/collection.ts';
import type { Store } from '../../../src/memory/store.ts';
import type { ImageRef } from '../../../src/turn/image-ref.ts';

const imageSchema = z.strictObject({
  id: z.string(),
  name: z.string(),
  sizeBytes: z.number().nullable(),
  locator: z.string(),
});

const pendingSchema = z.strictObject({
  /** Whoever has the form before them: nobody else sends it. */
  person: z.string(),
  images: z.array(imageSchema).readonly(),
  untilMs: z.number(),
});

/** Which pictures: of the form that somebody opened through a workspace. */
export type PendingKey = { readonly via: string; readonly key: string; readonly person: string };

/** The pictures of messages that were pointed at, until the form with the question about them comes back. */
export type PendingQuestions = {
  /** In memory, at once: the form may come back before anything is stored. */
  note(of: PendingKey, images: readonly ImageRef[]): void;
  /** Keeps what was noted over a restart. Rejects as the store does. */
  keep(of: PendingKey): Promise<void>;
  /** Null when they are not known any more. Rejects as the store does. */
  find(of: PendingKey): Promise<readonly ImageRef[] | null>;
};

/** Where the pictures are kept, by workspace and form. */
export const pendingQuestionsCollection = 'slack-pending-questions';
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
  const kept = createCollection(parts.store, pendingQuestionsCollection, pendingSchema, parts.logger, keptForMs);
  const noted = new Map<string, z.infer<typeof pendingSchema>>();

  const keyOf = ({ via, key }: PendingKey) => tupleKey(via, key);

  const forgetOldest = () => {
    for (const [key, { untilMs }] of noted) {
      if (untilMs > clock.now() && noted.size <= notedQuestions) return;
      noted.delete(key);
    }
  };

  return {
    note(of, images) {
      noted.delete(keyOf(of));
      noted.set(keyOf(of), { person: of.person, images, untilMs: clock.now() + keptForMs });
      forgetOldest();
    },
    async keep(of) {
      const question = noted.get(keyOf(of));
      if (question !== undefined) await kept.set(keyOf(of), question);
    },
    async find(of) {
      const stored = noted.get(keyOf(of)) ?? (await kept.get(keyOf(of)));
      if (stored === undefined || stored.person !== of.person || stored.untilMs <= clock.now()) return null;
      return stored.images;
    },
  };
}
