import type { ZodType } from 'zod';
import type { PlatformFailureCode } from '../../../src/delivery/platform-failure.ts';
import type { Clock } from '../../../src/lib/clock.ts';
import { createDeadline } from '../../../src/lib/deadline.ts';
import { Failure } from '../../../src/lib/errors.ts';
import { parseValue } from '../../../src/lib/parse-json.ts';
import { readReply } from '../api/api-reply.ts';
import type { SlackFetch } from '../api/web-api.ts';
import { toPlatformError, toRefusal } from '../to-platform-error.ts';
import { type AccessReply, accessReplySchema, type RefreshReply, refreshReplySchema } from './oauth-wire.ts';

/**
 * One call of `oauth.v2.access` each, without retries. Failures are those of any call; `slackWordOf` tells Slack's own word. A
 * call that got no reply may have been done all the same.
 */
export type OauthAccess = {
  /** What an installation gets for the code that Slack sent with the browser: good once, for ten minutes. */
  exchange(code: string, signal: AbortSignal): Promise<AccessReply>;
  /** The next token of an installation: each refresh token is good once, and for a short while after that. */
  refresh(refreshToken: string, signal: AbortSignal): Promise<RefreshReply>;
};

/** What the calls need. */
export type OauthAccessParts = {
  readonly clientId: string;
  /** Secret. */
  readonly clientSecret: string;
  /** `https://slack.com/api/`, with or without the slash at its end. */
  readonly apiUrl: string;
  readonly clock: Clock;
  /** How requests are sent; Node's own way unless told otherwise. */
  readonly fetch?: SlackFetch;
};

const method = 'oauth.v2.access';
const callLimitMs = 5_000;

/** Calls with the app's own name and secret, in the header alone: arguments are more easily written down somewhere. */
export function createOauthAccess(parts: OauthAccessParts): OauthAccess {
  const { clientId, clientSecret, clock } = parts;
  const sendRequest = parts.fetch ?? globalThis.fetch;
  const url = `${parts.apiUrl.replace(/\/$/, '')}/${method}`;
  const authorization = `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`;

  const send = async (form: Readonly<Record<string, string>>, signal: AbortSignal): Promise<unknown> => {
    const response = await sendRequest(url, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(form).toString(),
      redirect: 'error',
      signal,
    });
    const reply = await readReply(response);
    if (reply.isDone) return reply.body;
    throw toRefusal(method, reply);
  };

  const call = async <Reply>(
    form: Readonly<Record<string, string>>,
    schema: ZodType<Reply>,
    signal: AbortSignal,
  ): Promise<Reply> => {
    signal.throwIfAborted();
    const deadline = createDeadline(clock, callLimitMs, signal, tooSlow);
    try {
      const parsed = parseValue(await send(form, deadline.signal), schema);
      if (parsed.ok) return parsed.value;
      throw new Failure<PlatformFailureCode>(
        'platform-rejected',
        `Slack’s answer to ${method} is not what it documents (${parsed.reason}).`,
      );
    } catch (error) {
      throw toPlatformError(deadline.signal.aborted ? deadline.signal.reason : error, signal);
    } finally {
      deadline.cancel();
    }
  };

  return {
    exchange: (code, signal) => call({ code }, accessReplySchema, signal),
    refresh: (refreshToken, signal) =>
      call({ grant_type: 'refresh_token', refresh_token: refreshToken }, refreshReplySchema, signal),
  };
}

function tooSlow(): Failure<PlatformFailureCode> {
  return new Failure('platform-unreachable', `Slack did not answer ${method} within ${callLimitMs} ms.`, {
    retryable: true,
  });
}
