import type { PlatformFailureCode } from '../../../src/delivery/platform-failure.ts';
import type { Clock } from '../../../src/lib/clock.ts';
import { createDeadline } from '../../../src/lib/deadline.ts';
import { Failure } from '../../../src/lib/errors.ts';
import { type ApiReply, readReply } from '../api/api-reply.ts';
import type { SlackFetch } from '../api/web-api.ts';
import { toPlatformError, toRefusal } from '../to-platform-error.ts';

/**
 * Answers through the address that came with a command or a press: five times within half an hour. Rejects with a `Failure` of a
 * `PlatformFailureCode`; `platform-place-gone` when the address is over.
 */
export type RespondToUrl = (url: string, body: Readonly<Record<string, unknown>>, signal: AbortSignal) => Promise<void>;

/** What answering takes. */
export type RespondToUrlParts = {
  /** Where the Web API is; null: Slack's own address. */
  readonly apiUrl: string | null;
  readonly clock: Clock;
  /** How requests are sent; Node's own way unless told otherwise. */
  readonly fetch?: SlackFetch;
};

const limitMs = 10_000;
const slackHooks = 'https://hooks.slack.com';

/** The hosts that answers may go to: the payload that names one is signed, and still not every address is taken. */
function isAllowed(url: URL, apiUrl: string | null): boolean {
  const api = apiUrl === null ? null : URL.parse(apiUrl);
  if (api === null || api.hostname === 'slack.com') return url.origin === slackHooks;
  return url.protocol === api.protocol && [api.hostname, `hooks.${api.hostname}`].includes(url.hostname);
}

/** The address gives its refusals as one bare word. */
function withWord(reply: ApiReply): ApiReply {
  return reply.body !== null || reply.text === '' ? reply : { ...reply, body: { error: reply.text.trim() } };
}

function isRefusal({ status, isDone, text }: ApiReply): boolean {
  return status < 200 || status > 299 || (!isDone && text.trim().startsWith('{'));
}

function isOver(): Failure<PlatformFailureCode> {
  return new Failure('platform-place-gone', 'Slack does not take answers to this command any more.');
}

/** Posts to that address alone, without a token and without following anybody. */
export function createRespondToUrl(parts: RespondToUrlParts): RespondToUrl {
  const send: SlackFetch = parts.fetch ?? globalThis.fetch;

  async function post(url: URL, body: Readonly<Record<string, unknown>>, signal: AbortSignal): Promise<void> {
    const reply = await readReply(
      await send(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json; charset=utf-8' },
        body: JSON.stringify(body),
        redirect: 'error',
        signal,
      }),
    );
    if (!isRefusal(reply)) return;
    throw reply.status === 404 ? isOver() : toRefusal('the answer to a command', withWord(reply));
  }

  return async function respondToUrl(text, body, signal) {
    signal.throwIfAborted();
    const url = URL.parse(text);
    if (url === null || !isAllowed(url, parts.apiUrl)) {
      throw new Failure<PlatformFailureCode>('platform-rejected', 'The address for the answer is none of Slack’s.');
    }
    const late = () =>
      new Failure<PlatformFailureCode>('platform-unreachable', `Slack took no answer within ${limitMs} ms.`, {
        retryable: true,
      });
    const deadline = createDeadline(parts.clock, limitMs, signal, late);
    try {
      await post(url, body, deadline.signal);
    } catch (error) {
      throw toPlatformError(deadline.signal.aborted ? deadline.signal.reason : error, signal);
    } finally {
      deadline.cancel();
    }
  };
}
