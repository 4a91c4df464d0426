import { z } from 'zod';

// What replies of the Web API say of themselves. Only what is used is named; a member of a wrong type reads as missing.

const texts = z.array(z.string()).nullish().catch(null);

/** A reply to a call that was done, in a shape that the SDK can read too. */
export const doneSchema = z.looseObject({
  ok: z.literal(true),
  response_metadata: z
    .looseObject({ warnings: z.array(z.string()).optional(), messages: z.array(z.string()).optional() })
    .optional(),
});

/** A refusal. `needed`: the scopes without which it is one. */
export const refusalSchema = z
  .object({
    error: z.string().nullish().catch(null),
    needed: z.string().nullish().catch(null),
    response_metadata: z.object({ messages: texts }).nullish().catch(null),
  })
  .catch({ error: null, needed: null, response_metadata: null });

/** Anything at all: whoever made the call reads the reply through a schema of their own. */
export const anyJsonSchema = z.unknown();
