import { createHmac } from 'node:crypto';
import { expect, it } from 'vitest';
import { toObject } from '../discord/json.ts';
import { createSlackRig } from './slack-rig.ts';

type Answering = (body: string, headers: Headers) => Response | Promise<Response>;

/** A workspace that sends to a request URL; `answering` is what stands there after the challenge. */
async function startOverHttp(answering: Answering, options: Parameters<typeof createSlackRig>[0] = {}) {
  const rig = createSlackRig({ ...options, settings: { socketMode: false, ...options.settings } });
  const heard: { readonly body: string; readonly headers: Headers; readonly atMs: number }[] = [];
  const verified = await rig.slack.http.setRequestUrl('http://127.0.0.1:1/slack/events', async (_url, init) => {
    const body = String(init.body);
    const { type, challenge } = toObject(body.startsWith('{') ? JSON.parse(body) : null);
    if (type === 'url_verification') return Response.json({ challenge });
    const headers = new Headers(init.headers);
    heard.push({ body, headers, atMs: rig.clock.now() - rig.slack.world.startMs });
    return answering(body, headers);
  });
  return { ...rig, heard, verified };
}

const ok = () => new Response('');

it('has its challenge answered before it sends anything', async () => {
  const { verified, slack } = await startOverHttp(ok);
  expect(verified).toBe(true);
  const wrong = await slack.http.setRequestUrl('http://127.0.0.1:1/wrong', async () => new Response('what?'));
  const gone = await slack.http.setRequestUrl('http://127.0.0.1:1/gone', async () => {
    throw new Error('nobody there');
  });
  expect([wrong, gone]).toEqual([false, false]);
});

it('signs events', async () => {
  const { slack, person, channel, clock, heard } = await startOverHttp(ok);
  slack.people.say(person, channel, { text: 'hi' });
  await clock.advance(0);
  const [first] = heard;
  const timestamp = first?.headers.get('x-slack-request-timestamp') ?? '';
  expect(Number(timestamp)).toBe(Math.floor(clock.now() / 1_000));
  const digest = createHmac('sha256', slack.app.signingSecret).update(`v0:${timestamp}:${first?.body}`).digest('hex');
  expect(first?.headers.get('x-slack-signature')).toBe(`v0=${digest}`);
  expect(first?.headers.get('content-type')).toBe('application/json');
  expect(first?.headers.has('x-slack-retry-num')).toBe(false);
  expect(JSON.parse(first?.body ?? '')).toMatchObject({ type: 'event_callback', event: { text: 'hi' } });
});

it('tries three times more: at once, after a minute, after five', async () => {
  const { slack, person, channel, clock, heard } = await startOverHttp(() => new Response('', { status: 503 }));
  slack.people.say(person, channel, { text: 'hi' });
  await clock.advance(3_600_000);
  expect(heard.map(({ atMs }) => atMs)).toEqual([0, 0, 60_000, 360_000]);
  expect(heard.map(({ headers }) => headers.get('x-slack-retry-num'))).toEqual([null, '1', '2', '3']);
  expect(heard[1]?.headers.get('x-slack-retry-reason')).toBe('http_error');
  expect(new Set(heard.map(({ body }) => body)).size).toBe(1);
  await slack.deliveries.settled();
});

it('waits three seconds for an answer', async () => {
  const { slack, person, channel, clock, heard } = await startOverHttp((_body, headers) =>
    headers.has('x-slack-retry-num') ? ok() : Promise.withResolvers<Response>().promise,
  );
  slack.people.say(person, channel, { text: 'hi' });
  await clock.advance(2_999);
  expect(heard).toHaveLength(1);
  await clock.advance(1);
  expect(heard[1]?.headers.get('x-slack-retry-reason')).toBe('http_timeout');
  expect(slack.deliveries.log().map(({ outcome }) => outcome)).toEqual(['http_timeout', 'taken']);
});

it('stops when it is asked not to retry', async () => {
  const headers = { 'x-slack-no-retry': '1' };
  const { slack, person, channel, clock, heard } = await startOverHttp(
    () => new Response('', { status: 500, headers }),
  );
  slack.people.say(person, channel, { text: 'hi' });
  await clock.advance(3_600_000);
  expect(heard).toHaveLength(1);
});

it('takes redirects and cut connections for failures', async () => {
  const answers: Answering[] = [
    () => new Response('', { status: 302, headers: { location: '/' } }),
    () => Promise.reject(new Error('cut')),
    ok,
  ];
  const { slack, person, channel, clock, heard } = await startOverHttp((body, headers) => {
    const answer = answers[Number(headers.get('x-slack-retry-num') ?? 0)] ?? ok;
    return answer(body, headers);
  });
  slack.people.say(person, channel, { text: 'hi' });
  await clock.advance(60_000);
  expect(heard.map(({ headers }) => headers.get('x-slack-retry-reason'))).toEqual([
    null,
    'too_many_redirects',
    'connection_failed',
  ]);
});

it('goes on every hour for a day where the app wants that', async () => {
  const { slack, person, channel, clock, heard } = await startOverHttp(() => new Response('', { status: 503 }), {
    settings: { delayedEvents: true },
  });
  slack.people.say(person, channel, { text: 'hi' });
  await clock.advance(25 * 3_600_000);
  expect(heard).toHaveLength(4 + 24);
});

it('pauses when nearly everything fails, until somebody resumes it', async () => {
  const { slack, person, channel, clock, heard } = await startOverHttp(() => new Response('', { status: 503 }), {
    settings: { disableRule: { leastEvents: 10, failedShare: 0.95 } },
  });
  for (let count = 0; count < 5; count += 1) slack.people.say(person, channel, { text: 'hi' });
  await clock.advance(0);
  expect(slack.deliveries.isPaused()).toBe(true);
  const before = heard.length;
  slack.people.say(person, channel, { text: 'hi' });
  await clock.advance(3_600_000);
  expect(heard).toHaveLength(before);
  slack.deliveries.resume();
  slack.people.say(person, channel, { text: 'hi' });
  await clock.advance(0);
  expect(heard.length).toBeGreaterThan(before);
});

it('says that there are too many events, once', async () => {
  const { slack, person, channel, clock, heard } = await startOverHttp(ok);
  slack.settings.limits = { ...slack.settings.limits, eventsPerHour: 2 };
  for (let count = 0; count < 4; count += 1) slack.people.say(person, channel, { text: 'hi' });
  await clock.advance(0);
  expect(heard.map(({ body }) => toObject(JSON.parse(body))['type'])).toEqual([
    'event_callback',
    'event_callback',
    'app_rate_limited',
  ]);
});

it('signs what a test wants to forge', async () => {
  const { slack, clock } = await startOverHttp(ok);
  const old = slack.http.sign('body', clock.now() - 301_000);
  expect(Number(old['x-slack-request-timestamp'])).toBe(Math.floor(clock.now() / 1_000) - 301);
  expect(old['x-slack-signature']).not.toBe(slack.http.sign('body')['x-slack-signature']);
});
