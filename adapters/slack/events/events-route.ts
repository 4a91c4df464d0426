import { Hono } from 'hono';
import type { HttpEvents } from './http-events.ts';
import { largestBodyBytes, type SlackReply, textReply } from './read-request.ts';

/** Where Slack sends everything: events, commands, interactions. */
export const eventsPath = '/slack/events';

/** The body, or null when it is larger than anything that Slack sends. */
async function readBody(request: Request): Promise<Uint8Array | null> {
  if (Number(request.headers.get('content-length') ?? 0) > largestBodyBytes) return null;
  const pieces: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const piece of request.body ?? []) {
    sizeBytes += piece.byteLength;
    if (sizeBytes > largestBodyBytes) return null;
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

function toResponse({ status, headers, body }: SlackReply): Response {
  return new Response(body === '' ? null : body, { status, headers: { ...headers } });
}

/** The route that Slack's requests come in by. `closing` aborts when nothing is taken any more. */
export function createEventsRoute(answer: HttpEvents, closing: AbortSignal): Hono {
  const routes = new Hono();
  routes.post(eventsPath, async (context) => {
    const body = await readBody(context.req.raw);
    if (body === null) return toResponse(textReply(413, 'The body is too large.'));
    return toResponse(await answer({ body, headers: context.req.raw.headers }, closing));
  });
  return routes;
}
