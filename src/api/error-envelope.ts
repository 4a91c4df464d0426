import { z } from 'zod';

/** The error body of the API: written so that readers of both envelopes, the documented and the recorded one, find what they look for. */
export const errorEnvelopeSchema = z.object({
  success: z.literal(false),
  errorCode: z.string(),
  message: z.string(),
  error: z.object({
    code: z.string(),
    message: z.string(),
    details: z.array(z.object({ field: z.string(), message: z.string() })),
  }),
});

export type ErrorEnvelope = z.infer<typeof errorEnvelopeSchema>;
