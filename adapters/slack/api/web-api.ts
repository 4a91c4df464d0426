import { LogLevel, WebClient } from '@slack/web-api';
import type { PlatformFailureCode } from '../../../src/delivery/platform-failure.ts';
import type { Clock } from '../../../src/lib/clock.ts';
import { createDeadline } from '../../../src/lib/deadline.ts';
import { Failure } from '../../../src/lib/errors.ts';
import { toPlatformError, toRefusal } from '../to-platform-error.ts';
import { type ApiReply, readReply } from './api-reply.ts';
import type { MethodWindows } from './method-windows.ts';
import type { SlackApi, SlackCall } from './slack-call.ts';

/** Of the shape of `fetch`. */
export type SlackFetch = (url: string | URL, init: RequestInit) => Promise<Response>;

/** The token for a workspace, or null when the app is not installed there (any more). */
export type TokenFor = (team: string, signal: AbortSignal) => Promise<string | null>;

/** What calls need. */
export type WebApiParts = {
  readonly tokenFor: TokenFor;
  /** `https://slack.com/api/`, with or without the slash at its end. */
  readonly apiUrl: string;
  readonly clock: Clock;
  readonly windows: MethodWindows;
  /** How requests are sent; Node's own way unless told otherwise. */
  readonly fetch?: SlackFetch;
};

/** A reply that is not complete by then is given up. */
const callLimitMs = 10_000;
/** What the SDK says of calls is said by their failures; it writes to the console otherwise. */
const silence = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  setLevel() {},
  setName() {},
} as const;

/**
 * Calls through the SDK, which builds and sends the requests. What comes back is judged here: the SDK would retry whatever is no
 * answer of Slack's for half an hour, hold all methods back after a refusal of one, and wait on the machine's clock.
 */
export function createWebApi(parts: WebApiParts): SlackApi {
  const { clock, windows } = parts;

  const callOnce = async (call: SlackCall, signal: AbortSignal): Promise<unknown> => {
    const token = await parts.tokenFor(call.team, signal);
    if (token === null) throw notInstalled(call);
    const waitMs = windows.waitMs(call);
    if (waitMs > 0) throw tooOften(call, waitMs);
    windows.sent(call);
    const { reply, result } = await send(call, token, parts, signal);
    if (reply.isDone) return result;
    const refusal = toRefusal(call.method, reply);
    if (refusal.code === 'platform-rate-limited') windows.refused(call, reply.retryAfterMs);
    throw refusal;
  };

  return async function callSlack(call, signal) {
    signal.throwIfAborted();
    const deadline = createDeadline(clock, callLimitMs, signal, () => tooSlow(call));
    try {
      return await callOnce(call, deadline.signal);
    } catch (error) {
      throw toPlatformError(deadline.signal.aborted ? deadline.signal.reason : error, signal);
    } finally {
      deadline.cancel();
    }
  };
}

/** A client for each call: a client has no signal, and its queue would hold calls back. It opens nothing. */
async function send(
  call: SlackCall,
  token: string,
  parts: WebApiParts,
  signal: AbortSignal,
): Promise<{ readonly reply: ApiReply; readonly result: unknown }> {
  const fetchReply = parts.fetch ?? globalThis.fetch;
  const replies: ApiReply[] = [];
  const client = new WebClient(token, {
    slackApiUrl: parts.apiUrl,
    allowAbsoluteUrls: false,
    logger: { ...silence, getLevel: () => LogLevel.ERROR },
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    // The limit is the signal's: this one would run on the machine's clock.
    timeout: 0,
    fetch: async (url, init) => {
      const reply = await readReply(await fetchReply(url, { ...init, signal }));
      replies.push(reply);
      // Only what was done is left to the SDK, which adds the token's scopes; it would take the rest for reasons to wait.
      return new Response(reply.isDone ? reply.text : '{"ok":true}', { headers: { ...reply.scopeHeaders } });
    },
  });
  const result: unknown = await client.apiCall(call.method, { ...call.arguments });
  const [reply] = replies;
  if (reply === undefined) throw new Error('the SDK sent nothing');
  return { reply, result };
}

function notInstalled(call: SlackCall): Failure<PlatformFailureCode> {
  return new Failure(
    'platform-forbidden',
    `${call.method} was not sent: the app is not installed in the Slack workspace ${call.team}.`,
  );
}

function tooOften(call: SlackCall, retryAfterMs: number): Failure<PlatformFailureCode> {
  return new Failure('platform-rate-limited', `${call.method} was not sent: Slack’s limit is used up.`, {
    retryable: true,
    retryAfterMs,
  });
}

function tooSlow(call: SlackCall): Failure<PlatformFailureCode> {
  return new Failure('platform-unreachable', `Slack did not answer ${call.method} within ${callLimitMs} ms.`, {
    retryable: true,
  });
}
