import { createHmac } from 'node:crypto';
import type { AttemptResult, Carrier, Delivery } from './delivery.ts';
import type { Settings } from './settings.ts';
import type { World } from './world.ts';

/** How a request gets to the app: `fetch`, or a function in process. */
export type PostToApp = (url: string, init: RequestInit) => Promise<Response>;

/** Sends signed requests to the app's request URL. */
export type HttpCarrier = Carrier & {
  /** Sets the request URL after the app has answered Slack's challenge there; tells whether it has. */
  setRequestUrl(url: string, post?: PostToApp): Promise<boolean>;
  /** A request of Slack's own making with its signature: for tests that forge, replay or delay one. */
  sign(body: string, atMs?: number): Record<string, string>;
};

/** Carries deliveries over HTTP on the given clock; nowhere as long as no URL is set. */
export function createHttpCarrier(world: World, settings: Settings): HttpCarrier {
  const { clock, app } = world;
  let target: { readonly url: string; readonly post: PostToApp } | null = null;

  const sign = (body: string, atMs = clock.now()): Record<string, string> => {
    const timestamp = String(Math.floor(atMs / 1_000));
    const digest = createHmac('sha256', app.signingSecret).update(`v0:${timestamp}:${body}`).digest('hex');
    return { 'x-slack-request-timestamp': timestamp, 'x-slack-signature': `v0=${digest}` };
  };

  const failed = (reason: string, status: number | null = null, noRetry = false): AttemptResult => ({
    type: 'failed',
    reason,
    status,
    noRetry,
  });

  /** The answer within the time that Slack waits; else why there is none. */
  const send = async (body: string, headers: Record<string, string>): Promise<Response | string> => {
    if (target === null) return 'connection_failed';
    const { url, post } = target;
    const given = new AbortController();
    const init: RequestInit = {
      method: 'POST',
      headers: { 'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)', ...sign(body), ...headers },
      body,
      redirect: 'manual',
      signal: given.signal,
    };
    const answered = post(url, init).then(
      async (response) => new Response(await response.text(), response),
      () => 'connection_failed' as const,
    );
    const late = clock.sleep(settings.answerMs, given.signal).then(
      () => 'http_timeout' as const,
      () => 'http_timeout' as const,
    );
    const first = await Promise.race([answered, late]);
    given.abort(new Error('Slack waits no longer'));
    return first;
  };

  const encode = ({ kind, payload }: Delivery): { body: string; type: string } => {
    if (kind === 'events_api') return { body: JSON.stringify(payload), type: 'application/json' };
    const fields =
      kind === 'interactive'
        ? { payload: JSON.stringify(payload) }
        : Object.fromEntries(Object.entries(payload).map(([key, value]) => [key, String(value)]));
    return { body: new URLSearchParams(fields).toString(), type: 'application/x-www-form-urlencoded' };
  };

  const toAnswer = (text: string): unknown => {
    if (text === '') return null;
    try {
      return JSON.parse(text);
    } catch {
      return text;
    }
  };

  return {
    name: 'http',
    sign,
    async setRequestUrl(url, post = fetch) {
      target = { url, post };
      const challenge = world.nextId('challenge');
      const body = JSON.stringify({ token: app.verificationToken, challenge, type: 'url_verification' });
      const answer = await send(body, { 'content-type': 'application/json' });
      const text = typeof answer === 'string' ? '' : await answer.text();
      const good = typeof answer !== 'string' && answer.status === 200 && text.includes(challenge);
      if (!good) target = null;
      return good;
    },
    async attempt(delivery, attempt) {
      const { body, type } = encode(delivery);
      const retry: Record<string, string> =
        attempt.number === 0
          ? {}
          : { 'x-slack-retry-num': String(attempt.number), 'x-slack-retry-reason': attempt.reason ?? 'unknown_error' };
      const answer = await send(body, { 'content-type': type, ...retry });
      if (typeof answer === 'string') return failed(answer);
      if (answer.status >= 300 && answer.status < 400) return failed('too_many_redirects', answer.status);
      if (!answer.ok) return failed('http_error', answer.status, answer.headers.get('x-slack-no-retry') === '1');
      return { type: 'taken', answer: toAnswer(await answer.text()) };
    },
  };
}
