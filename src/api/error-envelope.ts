import { z } from 'zod';

/** The envelope of the hosted service's documentation (docs.1min.ai, "Errors"). */
export const documentedErrorSchema = z.object({
  success: z.literal(false),
  error: z.object({
    code: z.string(),
    message: z.string().describe('What happened and what to do, in one sentence.'),
    details: z
      .array(z.object({ field: z.string(), message: z.string() }))
      .describe('The fields that are wrong, by their path: `promptObject.numOfSite`.'),
  }),
});

/** The envelope that the hosted service really sends, as clients of it recorded. */
export const recordedErrorSchema = z.object({ errorCode: z.string(), message: z.string() });

/** The error body of the API: written so that readers of both envelopes, the documented and the recorded one, find what they look for. */
export const errorEnvelopeSchema = z.intersection(documentedErrorSchema, recordedErrorSchema);

export type ErrorEnvelope = z.infer<typeof errorEnvelopeSchema>;
