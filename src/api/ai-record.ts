import { z } from 'zod';

const metadataSchema = z.object({
  credit: z
    .number()
    .nullable()
    .describe('Null, as every figure here, where the vendor did not say: unknown is never 0.'),
  inputCredit: z.number().nullable(),
  outputCredit: z.number().nullable(),
  inputToken: z.number().nullable(),
  outputToken: z.number().nullable(),
  promptToken: z.number().nullable(),
  estimatedInputToken: z
    .number()
    .nullable()
    .describe(
      'What the question was estimated to have before the model was asked: words and pictures. Null where it was not.',
    ),
  totalToken: z.number().nullable(),
  finishReason: z
    .string()
    .describe(
      '`stop`, `length` (the answer or the model came to its limit), `stopped` (by whoever asked) or `content_filter`.',
    ),
  executionTime: z.number().describe('Seconds.'),
  costUsd: z
    .number()
    .nullable()
    .describe('US dollars by the price that `GET /models` shows; null where tokens or price are not known.'),
});

/** A question with its answer, as the API sends it: the hosted service's names, and `errorCode` of our own. */
export const aiRecordSchema = z.object({
  uuid: z.string().describe('The `aiRecordId` of the stream and of `GET /api/results/{id}`.'),
  userId: z.string(),
  teamId: z.string(),
  model: z.string(),
  type: z.string(),
  metadata: metadataSchema.nullable(),
  rating: z.null(),
  feedback: z.null(),
  conversationId: z.string().nullable(),
  status: z.enum(['PROCESSING', 'SUCCESS', 'FAILED']),
  createdAt: z.string(),
  aiRecordDetail: z.object({
    promptObject: z.record(z.string(), z.unknown()).describe('The question, in the form it was asked in.'),
    resultObject: z.array(z.string()).describe('The answer as one text; empty while there is none.'),
    errorCode: z.string().nullable(),
    errorMessage: z.string().nullable(),
  }),
  modelDetail: z.object({
    name: z
      .string()
      .describe('The model that answered: another than `model` where that one is retired, or did not answer.'),
    provider: z.string(),
  }),
});

export type AiRecord = z.infer<typeof aiRecordSchema>;

/** What `POST /api/features` answers at once, while the model works. */
export const featureAckSchema = z.object({
  status: z.literal('success'),
  message: z.string(),
  data: z.object({ conversationId: z.string().nullable(), aiRecordId: z.string(), streamingUrl: z.string() }),
});

export type FeatureAck = z.infer<typeof featureAckSchema>;
