import { z } from 'zod';
import { parseJson } from '../../../src/lib/parse-json.ts';

/** An interaction's answer: through its token for 15 minutes, then through the channel where that is possible. */
const interactionRouteSchema = z.strictObject({
  type: z.literal('interaction'),
  applicationId: z.string(),
  interactionId: z.string(),
  token: z.string(),
  /** `private`: only the person sees it. */
  visibility: z.enum(['public', 'private']),
  /** Whether the bot itself may read and write in the channel; it may not where only the person installed it. */
  botIsMember: z.boolean(),
  /** The message that a private answer is about; null where there is none. */
  about: z.string().nullable(),
});

const routeSchema = z.union([
  /** An ordinary reply to the question, in its channel; the chain of replies is the conversation. */
  z.strictObject({ type: z.literal('reply') }),
  interactionRouteSchema,
]);

/** Where an interaction's answer goes. */
export type InteractionRoute = z.infer<typeof interactionRouteSchema>;

/** What a turn's ids do not say about where its answer goes. */
export type AnswerRoute = z.infer<typeof routeSchema>;

/** `Turn.route` for it. */
export function renderRoute(route: AnswerRoute): string {
  return JSON.stringify(route);
}

/** Reads `Turn.route`; null when the ids of the turn say it all. */
export function readRoute(route: string): AnswerRoute | null {
  if (route === '') return null;
  const parsed = parseJson(route, routeSchema);
  return parsed.ok ? parsed.value : null;
}
