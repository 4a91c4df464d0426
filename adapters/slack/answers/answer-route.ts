import { z } from 'zod';
import { parseJson } from '../../../src/lib/parse-json.ts';

const routeSchema = z.discriminatedUnion('type', [
  /** Messages that everybody in the conversation sees. */
  z.strictObject({
    type: z.literal('messages'),
    /** The workspace whose token is used: not the channel's own where that is shared with another organisation. */
    via: z.string(),
    /** The workspace of whoever asked; null where it is not known. */
    askerTeam: z.string().nullable(),
  }),
  /** What only whoever asked sees, and which goes with their next reload: answers to commands. */
  z.strictObject({ type: z.literal('ephemeral'), via: z.string(), responseUrl: z.string() }),
]);

/** What the ids of a turn do not say about where its answer goes. */
export type AnswerRoute = z.infer<typeof routeSchema>;

/** As `Turn.route`. */
export function renderRoute(route: AnswerRoute): string {
  return JSON.stringify(route);
}

/** Null for what was not made here. */
export function readRoute(text: string): AnswerRoute | null {
  const parsed = parseJson(text, routeSchema);
  return parsed.ok ? parsed.value : null;
}
