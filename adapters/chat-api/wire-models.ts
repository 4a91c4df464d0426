import { z } from 'zod';
import { count, member, text } from './wire-fields.ts';

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
  answeredBy: text,
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
