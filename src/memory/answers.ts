import { z } from 'zod';
import type { Logger } from '../lib/logger.ts';
import { turnSchema } from '../turn/stored-turn.ts';
import { type Collection, createCollection } from './collection.ts';
import type { Store } from './store.ts';

/** How long an answer can be repeated, changed or taken back; what is older stays as it stands. */
export const keptForMs = 30 * 24 * 3_600_000;

const limitsSchema = z.strictObject({
  text: z.strictObject({ max: z.number(), unit: z.enum(['utf16', 'utf8-bytes']) }),
  edits: z.strictObject({ count: z.number(), windowMs: z.number() }),
  growth: z.discriminatedUnion('type', [
    z.strictObject({ type: z.literal('replaced') }),
    z.strictObject({ type: z.literal('continued'), forMs: z.number() }),
  ]),
});

const answerSchema = z.strictObject({
  /** The last asking of the question. */
  turn: turnSchema,
  place: z.strictObject({
    id: z.string(),
    scope: z.string(),
    hint: z.string().nullable(),
    mostMessages: z.number().nullable(),
    limits: limitsSchema.nullable().default(null),
    commandSign: z.enum(['/', '!']).default('/'),
  }),
  /** The messages of the answer, in order. */
  refs: z.array(z.string()),
  /** The asset keys it was about, for asking again. */
  pictures: z.array(z.string()),
  /** The question is gone, and its answer has to go too. */
  isDeleted: z.boolean(),
});

/** What is remembered of an answer once it has been begun. */
export type RememberedAnswer = z.infer<typeof answerSchema>;

/** Answers by the question they belong to (`Turn.subject`), kept for thirty days. */
export type Answers = Collection<RememberedAnswer>;

/** Keeps answers in the store. */
export function createAnswers(store: Store, logger: Logger): Answers {
  return createCollection(store, 'answers', answerSchema, logger, keptForMs);
}
