import { z } from 'zod';
import type { featureRequestSchema } from '../../src/api/feature-request.ts';
import type { originalPictureSchema } from '../../src/api/original-picture.ts';

// What the API may send, in all the shapes that were seen: only what is used is named, and a member of a wrong type reads as
// missing rather than as a mistake.

const text = z.string().optional().catch(undefined);
/** Zero where it is missing. */
const amount = z.number().finite().min(0).catch(0);
const count = z.number().finite().min(0).optional().catch(undefined);
const assetKey = z.string().min(1).max(1_024).optional().catch(undefined);
const member = <Shape extends z.ZodRawShape>(shape: Shape) => z.object(shape).optional().catch(undefined);

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

/** What an error says, from either envelope, from a record that failed, or from an `error` event. */
export type WireError = {
  readonly code: string | null;
  readonly message: string | null;
  readonly details: string | null;
  readonly field: string | null;
};

const looseText = z.unknown().transform((value) => {
  if (value === undefined || value === null) return null;
  return typeof value === 'string' ? value : JSON.stringify(value);
});

const detailedField = z
  .array(z.object({ field: z.string() }))
  .min(1)
  .optional()
  .catch(undefined);

const errorObject = z.object({ code: text, message: text, details: z.unknown().optional() });

const errorBody = z.object({
  success: z.boolean().optional().catch(undefined),
  errorCode: text,
  code: text,
  message: text,
  detail: text,
  details: z.unknown().optional(),
  error: z.union([z.string(), errorObject]).optional().catch(undefined),
});

function toWireError(body: z.infer<typeof errorBody>): WireError {
  const inner = typeof body.error === 'object' ? body.error : undefined;
  const details = inner?.details ?? body.details;
  return {
    code: body.errorCode ?? inner?.code ?? body.code ?? null,
    message: inner?.message ?? (typeof body.error === 'string' ? body.error : (body.message ?? body.detail ?? null)),
    details: looseText.parse(details),
    field: detailedField.parse(details)?.[0]?.field ?? null,
  };
}

/** The body of an answer with a bad status, or the data of an `error` event: an error whatever it looks like. */
export const refusalSchema = errorBody.transform(toWireError);

/** The error in a body with a good status; null when there is none. */
export const errorSchema = errorBody.transform((body): WireError | null => {
  const isError = body.success === false || body.errorCode !== undefined || body.error !== undefined;
  return isError ? toWireError(body) : null;
});

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

const strings = z.array(z.string()).nullish().catch(undefined);

/** One entry of the catalogue: the hosted service's fields, and our own engine's where they are there. */
export const modelEntrySchema = z.object({
  modelId: z.string().min(1).max(256),
  name: text,
  group: text,
  provider: text,
  status: text,
  features: strings,
  modality: z.object({ INPUT: strings }).nullish().catch(undefined),
  creditMetadata: member({ CONTEXT: count }),
  contextTokens: count,
  price: member({ input: z.number(), output: z.number(), perTokens: z.number().optional() }),
  bestAt: text,
  maxImages: z.int().min(1).optional().catch(undefined),
  unavailableReason: text,
});

export type WireModel = z.infer<typeof modelEntrySchema>;

const entries = z.array(z.unknown()).transform((list) =>
  list.flatMap((entry): WireModel[] => {
    const parsed = modelEntrySchema.safeParse(entry);
    return parsed.success ? [parsed.data] : [];
  }),
);

/** The catalogue, with or without an object around it; entries that do not fit are left out. */
export const modelListSchema = z.union([entries, z.object({ models: entries }).transform((body) => body.models)]);

/** Any JSON there is. */
export const anyJsonSchema = z.unknown();
