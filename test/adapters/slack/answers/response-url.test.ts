import { describe, expect, it } from 'vitest';
import { createRespondToUrl } from '../../../../adapters/slack/answers/response-url.ts';
import type { SlackFetch } from '../../../../adapters/slack/api/web-api.ts';
import { createFakeClock } from '../../../fakes/fake-clock.ts';
import { failureOf, never } from '../outbox-rig.ts';

const url = 'https://hooks.slack.com/actions/T1/1/x';

function start(fetch: SlackFetch = async () => new Response('ok'), apiUrl: string | null = null) {
  const clock = createFakeClock();
  const asked: { url: string; init: RequestInit }[] = [];
  const respond = createRespondToUrl({
    apiUrl,
    clock,
    fetch: (address, init) => {
      asked.push({ url: String(address), init });
      return fetch(address, init);
    },
  });
  return { clock, asked, respond };
}

describe('an answer through an address', () => {
  it('is JSON, carries no token and follows nobody', async () => {
    const { respond, asked, clock } = start();
    await respond(url, { text: 'hello' }, never);
    expect(asked).toMatchObject([{ url, init: { method: 'POST', redirect: 'error', body: '{"text":"hello"}' } }]);
    expect([...new Headers(asked[0]?.init.headers).keys()]).toEqual(['content-type']);
    expect(clock.pending()).toBe(0);
  });

  it.each([
    ['http://hooks.slack.com/x', null],
    ['https://hooks.slack.com.evil.example/x', null],
    ['https://hooks.slack.com:8443/x', null],
    ['https://user@evil.example/x', null],
    ['file:///etc/passwd', null],
    ['no address', null],
    ['https://hooks.slack.com/x', 'http://127.0.0.1:4000/api/'],
    ['http://127.0.0.2:4000/x', 'http://127.0.0.1:4000/api/'],
  ])('goes to none of Slack’s only: not to %s', async (address, apiUrl) => {
    const { respond, asked } = start(undefined, apiUrl);
    expect(await failureOf(respond(address, {}, never))).toMatchObject({ code: 'platform-rejected', retryable: false });
    expect(asked).toEqual([]);
  });

  it.each([
    [url, 'https://slack.com/api/'],
    ['http://127.0.0.1:4001/x', 'http://127.0.0.1:4000/api/'],
    ['https://hooks.slack-gov.com/x', 'https://slack-gov.com/api/'],
  ])('goes to %s where the API is at %s', async (address, apiUrl) => {
    const { respond, asked } = start(undefined, apiUrl);
    await respond(address, {}, never);
    expect(asked).toHaveLength(1);
  });

  it.each([
    [404, 'used_url', 'platform-place-gone', false],
    [404, 'expired_url', 'platform-place-gone', false],
    [404, '', 'platform-place-gone', false],
    [200, '{"ok":false,"error":"expired_url"}', 'platform-place-gone', false],
    [400, 'invalid_blocks', 'platform-rejected', false],
    [500, '<html></html>', 'platform-unreachable', true],
    [429, '', 'platform-rate-limited', true],
  ])('that is refused with %d %s is a failure', async (status, body, code, retryable) => {
    const { respond } = start(async () => new Response(body, { status, headers: { 'retry-after': '3' } }));
    expect(await failureOf(respond(url, {}, never))).toMatchObject({ code, retryable });
  });

  it('keeps Slack’s word for the refusal', async () => {
    const { respond } = start(async () => new Response('invalid_blocks', { status: 400 }));
    expect((await failureOf(respond(url, {}, never))).facts).toEqual({ status: 400, slackError: 'invalid_blocks' });
  });

  it('is given up after ten seconds, or with the signal', async () => {
    const hang: SlackFetch = (_address, { signal }) =>
      new Promise((_resolve, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));
    const { respond, clock } = start(hang);
    const late = failureOf(respond(url, {}, never));
    await clock.advance(10_000);
    expect(await late).toMatchObject({ code: 'platform-unreachable', retryable: true });
    const stopping = new AbortController();
    const stopped = respond(url, {}, stopping.signal);
    stopping.abort(new Error('shutting down'));
    await expect(stopped).rejects.toThrow('shutting down');
    expect(clock.pending()).toBe(0);
  });
});
