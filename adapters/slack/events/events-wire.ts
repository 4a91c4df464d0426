import { z } from 'zod';

/** What comes over a socket: greetings, warnings, and envelopes with a delivery in them. */
export const frameSchema = z.object({
  type: z.string(),
  envelope_id: z.string().nullish(),
  payload: z.unknown().optional(),
  accepts_response_payload: z.boolean().nullish(),
  retry_attempt: z.number().int().nullish(),
  retry_reason: z.string().nullish(),
  /** Why a connection ends, where `type` is `disconnect`. */
  reason: z.string().nullish(),
});

/** One message of Slack's over a socket. */
export type Frame = z.infer<typeof frameSchema>;

/** A JSON body: an event in its envelope, or Slack's question whether this address is ours. */
export const eventBodySchema = z.looseObject({ type: z.string(), challenge: z.string().optional() });

/** Any JSON object. */
export const objectSchema = z.record(z.string(), z.unknown());

/** An interaction that only wants the choices of a menu. */
export const optionsRequestSchema = z.looseObject({ type: z.literal('block_suggestion') });
