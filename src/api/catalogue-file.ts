import { z } from 'zod';
import { pictureFamilies } from '../engine/picture-rules.ts';

const vendor = z.enum(['openai', 'google', 'anthropic', 'mistral', 'llama', 'openai-compatible', 'inspector']);

/** The operator's own list of models: a known id changes that model, a new one adds one. Unknown keys are mistakes. */
export const catalogueFileSchema = z.strictObject({
  /** For how many tokens every price is, those of the built-in list included. */
  pricePerTokens: z.int().positive().optional(),
  models: z
    .array(
      z.strictObject({
        id: z.string().min(1).max(200),
        name: z.string().min(1).max(200).optional(),
        vendor: vendor.optional(),
        vendorModel: z.string().min(1).max(200).optional(),
        contextTokens: z.int().positive().nullable().optional(),
        price: z
          .strictObject({ input: z.number().nonnegative(), output: z.number().nonnegative() })
          .nullable()
          .optional(),
        seesPictures: z.boolean().optional(),
        bestAt: z.string().min(1).max(300).optional(),
        maxImages: z.int().min(0).max(100).optional(),
        /** By which rules its vendor takes pictures: a name of `src/engine/picture-rules.ts`. */
        pictureFamily: z.enum(pictureFamilies).optional(),
        /** The first day on which its vendor no longer serves it. */
        retiresOn: z.iso.date().nullable().optional(),
        /** The model that answers from then on, or once the vendor says that it does not know this one. */
        successor: z.string().min(1).nullable().optional(),
      }),
    )
    .max(500)
    .default([]),
});

export type CatalogueFile = z.infer<typeof catalogueFileSchema>;
