import { DefaultRestOptions, REST, RequestMethod } from '@discordjs/rest';
import { APIVersion } from 'discord-api-types/v10';
import type { PlatformFailureCode } from '../../../src/delivery/platform-failure.ts';
import type { Clock } from '../../../src/lib/clock.ts';
import { createDeadline } from '../../../src/lib/deadline.ts';
import { Failure } from '../../../src/lib/errors.ts';
import { describeCall, toPlatformError, toRefusal } from '../to-platform-error.ts';
import type { DiscordCall, DiscordRest } from './discord-call.ts';
import { createRestBuckets } from './rest-buckets.ts';
import { createInvalidCalls } from './rest-invalid-calls.ts';
import { type MakeRequest, type RestReply, readReply } from './rest-reply.ts';
import { isCosmetic } from './rest-route.ts';

/** What calls need. */
export type DiscordRestParts = {
  readonly token: string;
  /** Without the version: `https://discord.com/api`, with or without a slash at its end. */
  readonly apiUrl: string;
  /** Name and version of the program, behind the SDK's own. */
  readonly userAgent: string;
  readonly clock: Clock;
  /** Called once, when Discord has refused the token so often that nothing is sent any more. */
  readonly onRefused: (failure: Failure<PlatformFailureCode>) => void;
  /** How requests are sent; the SDK's way unless told otherwise. */
  readonly makeRequest?: MakeRequest;
};

const methods = {
  GET: RequestMethod.Get,
  POST: RequestMethod.Post,
  PUT: RequestMethod.Put,
  PATCH: RequestMethod.Patch,
  DELETE: RequestMethod.Delete,
} as const satisfies Record<DiscordCall['method'], RequestMethod>;

/** A reply that is not complete by then is given up. */
const callLimitMs = 10_000;
/** The bot's calls of a second are used up by bursts, which are over soon. What would have to wait longer has newer words by then. */
const longestRoomMs = 300;
/** The SDK's own limit, which runs on the machine's clock: long enough never to be the first. */
const sdkLimitMs = 600_000;

/**
 * Calls through the SDK, which builds and sends the requests. What comes back is judged here: the SDK would wait for limits on the
 * machine's clock, try again without end, let one call at a time into a channel and drop the token after a 401.
 */
export function createDiscordRest(parts: DiscordRestParts): DiscordRest {
  const { clock } = parts;
  const buckets = createRestBuckets(clock);
  const invalidCalls = createInvalidCalls(clock);
  let isRefused = false;

  const unsent = (call: DiscordCall): Failure<PlatformFailureCode> | null => {
    if (invalidCalls.isTokenRefused()) return tokenRefused();
    const waitMs = buckets.waitMs(call);
    if (waitMs > 0) return tooOften(call, waitMs);
    if (!isCosmetic(call)) return null;
    const tooManyUntilMs = invalidCalls.tooManyUntilMs();
    if (tooManyUntilMs !== null) return tooOften(call, tooManyUntilMs - clock.now());
    return invalidCalls.isForbidden(call) ? forbidden(call) : null;
  };

  const observe = (call: DiscordCall, reply: RestReply, sentAtMs: number) => {
    buckets.observe(call, reply, sentAtMs);
    invalidCalls.observe(call, reply);
    if (isRefused || !invalidCalls.isTokenRefused()) return;
    isRefused = true;
    parts.onRefused(tokenRefused());
  };

  /** Rejects with a refusal when the call may not be sent, or not soon. */
  const waitForRoom = async (call: DiscordCall, signal: AbortSignal): Promise<void> => {
    const untilMs = clock.now() + longestRoomMs;
    for (;;) {
      const refusal = unsent(call);
      if (refusal !== null) throw refusal;
      const roomMs = buckets.roomMs(call);
      if (roomMs === 0) return;
      if (clock.now() + roomMs > untilMs) throw tooOften(call, roomMs);
      await clock.sleep(roomMs, signal);
    }
  };

  return async function callDiscord(call, signal) {
    signal.throwIfAborted();
    const deadline = createDeadline(clock, callLimitMs, signal, () => tooSlow(call));
    try {
      await waitForRoom(call, deadline.signal);
      const sentAtMs = clock.now();
      buckets.sent(call);
      const reply = await send(call, parts, deadline.signal);
      observe(call, reply, sentAtMs);
      if (reply.status < 200 || reply.status >= 300) throw toRefusal(call, reply);
      if (!reply.isReadable) throw unreadable(call);
      return { body: reply.body, bucket: reply.bucket };
    } catch (error) {
      throw toPlatformError(deadline.signal.aborted ? deadline.signal.reason : error, signal);
    } finally {
      deadline.cancel();
    }
  };
}

/** A REST for each call: its queues and its memory of limits would hold calls back. It opens nothing and costs next to nothing. */
async function send(call: DiscordCall, parts: DiscordRestParts, signal: AbortSignal): Promise<RestReply> {
  const makeRequest = parts.makeRequest ?? DefaultRestOptions.makeRequest;
  const replies: RestReply[] = [];
  const rest = new REST({
    api: parts.apiUrl.replace(/\/+$/, ''),
    version: APIVersion,
    userAgentAppendix: parts.userAgent,
    retries: 0,
    timeout: sdkLimitMs,
    hashSweepInterval: 0,
    handlerSweepInterval: 0,
    async makeRequest(url, init) {
      replies.push(await readReply(await makeRequest(url, init)));
      return new Response(null, { status: 204 });
    },
  }).setToken(parts.token);
  await rest.queueRequest({
    method: methods[call.method],
    fullRoute: call.route,
    body: call.body,
    auth: call.auth ?? true,
    signal,
    ...(call.query === undefined ? {} : { query: call.query }),
  });
  const [reply] = replies;
  if (reply === undefined) throw new Error('the SDK sent nothing');
  return reply;
}

function tokenRefused(): Failure<PlatformFailureCode> {
  return new Failure(
    'platform-forbidden',
    'Discord refuses the bot’s token: nothing is sent any more. Check the token and start the bot again.',
    { facts: { status: 401 } },
  );
}

function tooOften(call: DiscordCall, retryAfterMs: number): Failure<PlatformFailureCode> {
  return new Failure('platform-rate-limited', `${describeCall(call)} was not sent: Discord’s limit is used up.`, {
    retryable: true,
    retryAfterMs,
  });
}

function forbidden(call: DiscordCall): Failure<PlatformFailureCode> {
  return new Failure('platform-forbidden', `${describeCall(call)} was not sent: refused in this channel a moment ago.`);
}

function tooSlow(call: DiscordCall): Failure<PlatformFailureCode> {
  return new Failure('platform-unreachable', `Discord did not answer ${describeCall(call)} within ${callLimitMs} ms.`, {
    retryable: true,
  });
}

function unreadable(call: DiscordCall): Failure<PlatformFailureCode> {
  return new Failure('platform-unreachable', `The reply to ${describeCall(call)} is no JSON.`, { retryable: true });
}
