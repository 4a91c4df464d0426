import { z } from 'zod';
import type { featureRequestSchema } from '../../src/api/feature-request.ts';
import type { originalPictureSchema } from '../../src/api/original-picture.ts';
import type { WireError } from './wire-errors.ts';
import { amount, assetKey, member, text } from './wire-fields.ts';

/** The body of a question, as `src/api` describes it. */
export type FeatureRequestBody = z.input<typeof featureRequestSchema>;

/** What an upload tells beside its file, as `src/api` describes it. */
export type OriginalField = z.input<typeof originalPictureSchema>;

/** The answer to an upload: the picture's asset key, or null when there is none in it. */
export const uploadReplySchema = z
  .object({ fileContent: member({ path: assetKey }), asset: member({ key: assetKey }), path: assetKey, key: assetKey })
  .transform((reply) => reply.fileContent?.path ?? reply.asset?.key ?? reply.path ?? reply.key ?? null);

const id = z
  .string()
  .regex(/^[^\s/?#]{1,256}$/)
  .optional()
  .catch(undefined);

/** The answer to a new conversation: its id, or null when there is none in it. */
export const conversationReplySchema = z
  .object({
    conversation: member({ uuid: id, id }),
    uuid: id,
    id,
    data: member({ conversationId: id, uuid: id }),
  })
  .transform(
    ({ conversation, uuid, id: plain, data }) =>
      conversation?.uuid ?? uuid ?? conversation?.id ?? plain ?? data?.conversationId ?? data?.uuid ?? null,
  );

/** A text from wherever `resultObject` keeps it; null when it is none. */
const resultText = z.unknown().transform((value): string | null => {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.filter((each) => typeof each === 'string').join('');
  const named = z.object({ content: text, message: text, text }).safeParse(value);
  return named.success ? (named.data.content ?? named.data.text ?? named.data.message ?? null) : null;
});

const metadata = member({
  inputToken: amount,
  outputToken: amount,
  promptToken: amount,
  credit: amount,
  inputCredit: amount,
  outputCredit: amount,
  finishReason: text,
});
const failedResult = z.object({ code: text, message: text }).optional().catch(undefined);

/** What a question cost: `inputToken` with everything that was sent to the model, `promptToken` the words of the question alone. */
export type WireUsage = {
  readonly inputToken: number;
  readonly outputToken: number;
  readonly promptToken: number;
  readonly credit: number;
  readonly inputCredit: number;
  readonly outputCredit: number;
};

const noUsage: WireUsage = {
  inputToken: 0,
  outputToken: 0,
  promptToken: 0,
  credit: 0,
  inputCredit: 0,
  outputCredit: 0,
};

/** An answer's record, finished or not. */
export type WireRecord = {
  readonly recordId: string | null;
  readonly state: 'processing' | 'finished' | 'failed';
  readonly text: string;
  readonly finishReason: string | null;
  /** Zero where the API does not say. */
  readonly usage: WireUsage;
  readonly error: WireError;
};

/** A record in the shapes that were seen. */
const recordSchema = z
  .object({
    uuid: text,
    status: text,
    metadata,
    resultObject: z.unknown().optional(),
    aiRecordDetail: member({ resultObject: z.unknown().optional(), errorCode: text, errorMessage: text }),
  })
  .transform((record): WireRecord => {
    const detail = record.aiRecordDetail;
    const result = detail?.resultObject ?? record.resultObject;
    const failed = failedResult.parse(result);
    return {
      recordId: record.uuid ?? null,
      state: toState(record.status),
      text: resultText.parse(result) ?? '',
      finishReason: record.metadata?.finishReason ?? null,
      usage: { ...noUsage, ...record.metadata },
      error: {
        code: detail?.errorCode ?? failed?.code ?? null,
        message: detail?.errorMessage ?? failed?.message ?? null,
        details: null,
        field: null,
      },
    };
  });

function toState(status: string | undefined): WireRecord['state'] {
  const word = status?.toUpperCase();
  if (word === 'FAILED' || word === 'FAILURE') return 'failed';
  return word === 'PROCESSING' || word === 'PENDING' ? 'processing' : 'finished';
}

/** Bodies that hold a record, `aiRecord: null` included: the API's way to say that it has none. */
export const recordReplySchema = z.union([
  z.object({ aiRecord: recordSchema.nullable() }).transform((body) => body.aiRecord),
  z.object({ data: z.object({ aiRecord: recordSchema }) }).transform((body) => body.data.aiRecord),
  z
    .looseObject({ resultObject: z.unknown().optional() })
    .refine((body) => body.resultObject !== undefined)
    .pipe(recordSchema),
]);

/** Bodies that hold nothing but the text. */
export const plainReplySchema = z.union([
  z.string(),
  z.object({ result: z.string() }).transform((body) => body.result),
  z.object({ text: z.string() }).transform((body) => body.text),
  z.object({ content: z.string() }).transform((body) => body.content),
]);

/** The page's acknowledgement: the answer is to be had at `streamingUrl`. */
export const acknowledgementSchema = z.object({
  data: z.object({ aiRecordId: z.string().min(1).max(256), streamingUrl: z.string().min(1).max(2_048) }),
});

const choice = z.object({ delta: member({ content: text }) });

/** The text of an event's data; null when it has none. */
export const deltaSchema = z.union([
  z.string(),
  z
    .object({ content: text, delta: member({ content: text }), choices: z.array(choice).optional().catch(undefined) })
    .transform((data) => data.content ?? data.delta?.content ?? data.choices?.[0]?.delta?.content ?? null),
]);

/** Any JSON there is. */
export const anyJsonSchema = z.unknown();
