import { z } from 'zod';
import { featureTypes } from '../../src/api/feature-type.ts';
import type { AnswerOutcome, AnswerRecord } from '../../src/engine/answer-record.ts';
import { apiStatusByCode } from '../../src/engine/api-failure.ts';
import { type ParseResult, parseJson, parseValue } from '../../src/lib/parse-json.ts';

/** What a row says of where its record stands; an answer without a word is never part of a history. */
export type RecordState = 'open' | 'answered' | 'empty' | 'failed';

const questionSchema = z.strictObject({
  type: z.enum(featureTypes),
  conversationId: z.string().nullable(),
  prompt: z.string(),
  imageKeys: z.array(z.string()),
  isMixed: z.boolean(),
  webSearch: z.strictObject({ numOfSite: z.number(), maxWord: z.number() }).nullable(),
});

const apiErrorCodes = z.custom<keyof typeof apiStatusByCode>(
  (code) => typeof code === 'string' && Object.hasOwn(apiStatusByCode, code),
);
const count = z.number().nullable();

const answering = z
  .strictObject({ model: z.string(), estimatedInputTokens: count })
  .nullable()
  // Older rows have no such word.
  .default(null);

const outcomeSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('answered'),
    text: z.string(),
    finish: z.enum(['stop', 'length', 'stopped', 'content-filter']),
    usage: z.strictObject({ inputTokens: count, outputTokens: count, credits: count }),
    answering,
    finishedAtMs: z.number(),
  }),
  z.strictObject({
    type: z.literal('failed'),
    text: z.string(),
    code: apiErrorCodes,
    sentence: z.string(),
    retryAfterMs: z.number().nullable(),
    answering,
    finishedAtMs: z.number(),
  }),
]);

const rowSchema = z.object({
  uuid: z.string(),
  owner_id: z.string(),
  conversation_id: z.string().nullable(),
  model: z.string(),
  created_at_ms: z.int(),
  question: z.string(),
  outcome: z.string().nullable(),
});

/** A stored row as a record, or the reason why it does not fit. */
export function toRecord(raw: unknown): ParseResult<AnswerRecord> {
  const row = parseValue(raw, rowSchema);
  if (!row.ok) return row;
  const question = parseJson(row.value.question, questionSchema);
  if (!question.ok) return question;
  const outcome = parseOutcome(row.value.outcome);
  if (!outcome.ok) return outcome;
  const { uuid, owner_id: ownerId, model, created_at_ms: createdAtMs } = row.value;
  const keepsHistory = row.value.conversation_id !== null;
  return {
    ok: true,
    value: { uuid, ownerId, model, createdAtMs, keepsHistory, ...question.value, outcome: outcome.value },
  };
}

function parseOutcome(text: string | null): ParseResult<AnswerOutcome | null> {
  return text === null ? { ok: true, value: null } : parseJson(text, outcomeSchema);
}

/** The part of a record that no query asks for. */
export function questionJson(record: AnswerRecord): string {
  const { type, conversationId, prompt, imageKeys, isMixed, webSearch } = record;
  return JSON.stringify({ type, conversationId, prompt, imageKeys, isMixed, webSearch });
}

/** Where a record with this outcome stands. */
export function stateOf(outcome: AnswerOutcome | null): RecordState {
  if (outcome === null) return 'open';
  if (outcome.type === 'failed') return 'failed';
  return outcome.text.trim() === '' ? 'empty' : 'answered';
}
