import { z } from 'zod';

/** One model of `GET /models`: the hosted service's fields first, then our own. */
export const modelEntrySchema = z.object({
  uuid: z.string(),
  modelId: z.string(),
  name: z.string(),
  group: z.string(),
  provider: z.string(),
  /** `DISABLED`: listed, but refused when it is asked; `unavailableReason` says why. */
  status: z.enum(['ACTIVE', 'DISABLED']),
  features: z.array(z.string()),
  creditMetadata: z.object({ INPUT: z.number(), OUTPUT: z.number(), CONTEXT: z.number() }).partial(),
  modality: z.object({ INPUT: z.array(z.string()), OUTPUT: z.array(z.string()) }),
  available: z.boolean(),
  /** One sentence with what is missing; null when the model can be asked. */
  unavailableReason: z.string().nullable(),
  /** Null where it is not known. */
  price: z
    .object({
      input: z.number(),
      output: z.number(),
      currency: z.string(),
      perTokens: z.number(),
      source: z.string(),
      unit: z.string(),
    })
    .nullable(),
  contextTokens: z.number().nullable(),
  /** The first day (UTC) on which its vendor no longer serves it; null while none is known. */
  retiresOn: z.string().nullable(),
  /** The model that answers in its place, because its vendor has retired it; null while it answers itself. */
  answeredBy: z.string().nullable(),
  bestAt: z.string(),
  maxImages: z.number(),
});

export type ModelEntry = z.infer<typeof modelEntrySchema>;

/** The answer of `GET /models`. */
export const modelListSchema = z.object({ models: z.array(modelEntrySchema), total: z.number() });
