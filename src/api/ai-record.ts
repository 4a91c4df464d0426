import { z } from 'zod';

const metadataSchema = z.object({
  /** Null wherever the model's vendor did not say: unknown is never sent as 0. */
  credit: z.number().nullable(),
  inputCredit: z.number().nullable(),
  outputCredit: z.number().nullable(),
  inputToken: z.number().nullable(),
  outputToken: z.number().nullable(),
  promptToken: z.number().nullable(),
  totalToken: z.number().nullable(),
  finishReason: z.string(),
  /** Seconds. */
  executionTime: z.number(),
  /** US dollars by the catalogue's price; null where tokens or price are not known. */
  costUsd: z.number().nullable(),
});

/** A question with its answer, as the API sends it: the hosted service's names, and `errorCode` of our own. */
export const aiRecordSchema = z.object({
  uuid: z.string(),
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
    promptObject: z.record(z.string(), z.unknown()),
    resultObject: z.array(z.string()),
    errorCode: z.string().nullable(),
    errorMessage: z.string().nullable(),
  }),
  modelDetail: z.object({ name: z.string(), provider: z.string() }),
});

export type AiRecord = z.infer<typeof aiRecordSchema>;

/** What `POST /api/features` answers at once, while the model works. */
export const featureAckSchema = z.object({
  status: z.literal('success'),
  message: z.string(),
  data: z.object({ conversationId: z.string().nullable(), aiRecordId: z.string(), streamingUrl: z.string() }),
});

export type FeatureAck = z.infer<typeof featureAckSchema>;
