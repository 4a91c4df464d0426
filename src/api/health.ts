import { z } from 'zod';

/** The answer of `GET /healthz`. */
export const healthSchema = z.object({ status: z.literal('ok') });

/** The answer of `GET /readyz`. */
export const readinessSchema = z.object({
  status: z.enum(['ready', 'not ready']),
  checks: z.array(
    z.object({
      name: z.string(),
      ready: z.boolean(),
      reason: z.string().nullable().describe('What is missing, in one sentence; null when it is ready.'),
    }),
  ),
});
