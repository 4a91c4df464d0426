import { createDiscordRest } from '../../../../adapters/discord/rest/rest.ts';
import type { MakeRequest } from '../../../../adapters/discord/rest/rest-reply.ts';
import type { PlatformFailureCode } from '../../../../src/delivery/platform-failure.ts';
import { Failure } from '../../../../src/lib/errors.ts';
import { createFakeClock } from '../../../fakes/fake-clock.ts';

type Init = Parameters<MakeRequest>[1];

/** One request that was sent. */
export type SentRequest = { readonly method: string; readonly url: string; readonly init: Init };

/** A reply to one request, given at once or later; it may throw instead. */
export type Script = (request: SentRequest, index: number) => Response | Promise<Response>;

/** A reply with JSON. */
export function jsonReply(status: number, body: unknown, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json', ...headers } });
}

/** What a bucket says in its headers. */
export function bucketHeaders(remaining: number, resetAfterSeconds: number, limit = 5): Record<string, string> {
  return {
    'x-ratelimit-limit': `${limit}`,
    'x-ratelimit-remaining': `${remaining}`,
    'x-ratelimit-reset-after': `${resetAfterSeconds}`,
    'x-ratelimit-bucket': 'da101873',
  };
}

/** Looks like a bot's token and is none. */
export const madeToken = 'made-bot-token';

/** Calls whose replies are scripted, on a clock that stands still. */
export function createScriptedRest(script: Script) {
  const clock = createFakeClock();
  const sent: SentRequest[] = [];
  const refused: Failure<PlatformFailureCode>[] = [];
  const call = createDiscordRest({
    token: madeToken,
    apiUrl: 'http://discord.test/api',
    userAgent: 'Sightline/1.0.0',
    clock,
    onRefused: (failure) => refused.push(failure),
    async makeRequest(url, init) {
      const request = { method: init.method ?? '', url, init };
      sent.push(request);
      return script(request, sent.length - 1);
    },
  });
  return { call, clock, sent, refused };
}

/** What a call is refused with. */
export async function failureOf(promise: Promise<unknown>): Promise<Failure> {
  const error: unknown = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof Failure)) throw new Error('the call did not fail as it should', { cause: error });
  return error;
}
