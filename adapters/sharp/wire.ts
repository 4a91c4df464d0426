import { z } from 'zod';

/** What the bot asks of its decoder; the picture is the frame's body. */
export const decodeRequestSchema = z.strictObject({
  longEdge: z.int().min(1).max(16_384),
  /** Always a JPEG: what is transparent becomes white. */
  isOpaque: z.boolean(),
});

export type DecodeRequest = z.infer<typeof decodeRequestSchema>;

const atLeastOne = z.int().min(1);

const originalSchema = z.strictObject({
  format: z.enum(['JPEG', 'PNG', 'WebP', 'GIF']),
  width: atLeastOne,
  height: atLeastOne,
  sizeBytes: atLeastOne,
  frames: atLeastOne,
});

/** What the decoder answers. With `ok`, the prepared picture is the frame's body. */
export const decodeReplySchema = z.discriminatedUnion('outcome', [
  z.strictObject({ outcome: z.literal('ready') }),
  z.strictObject({
    outcome: z.literal('ok'),
    mimeType: z.enum(['image/jpeg', 'image/webp']),
    width: atLeastOne,
    height: atLeastOne,
    original: originalSchema,
    remarks: z.array(z.enum(['first-frame', 'tiny', 'blurry'])),
    residentBytes: z.number(),
  }),
  z.strictObject({
    outcome: z.literal('refused'),
    code: z.enum(['image-type-unsupported', 'image-too-many-pixels', 'image-damaged']),
    reason: z.string().max(1_000),
    facts: z.record(z.string(), z.union([z.string(), z.number()])),
    residentBytes: z.number(),
  }),
]);

export type DecodeReply = z.infer<typeof decodeReplySchema>;
