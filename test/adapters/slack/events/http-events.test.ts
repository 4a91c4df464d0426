import { createHmac } from 'node:crypto';
import { expect, it } from 'vitest';
import type { SlackDelivery, TakeDelivery } from '../../../../adapters/slack/events/delivery.ts';
import { createHttpEvents } from '../../../../adapters/slack/events/http-events.ts';
import { largestBodyBytes } from '../../../../adapters/slack/events/read-request.ts';
import { createSilentLogger } from '../../../fakes/silent-logger.ts';
import { createSlackRig } from '../../../fakes/slack/slack-rig.ts';

const json = { 'content-type': 'application/json' };
const form = { 'content-type': 'application/x-www-form-urlencoded' };
const mention = JSON.stringify({ type: 'event_callback', event_id: 'Ev1', event: { type: 'app_mention' } });

/** A Slack that sends to the request URL, and what stands there. */
async function startOverHttp(take: TakeDelivery = async () => undefined, settings: { deliverTimes?: number } = {}) {
  const rig = createSlackRig({ settings: { socketMode: false, ...settings } });
  const { slack, clock } = rig;
  const logger = createSilentLogger();
  const deliveries: SlackDelivery[] = [];
  const stopping = new AbortController();
  const answer = createHttpEvents({
    signingSecret: slack.app.signingSecret,
    clock,
    logger,
    async take(delivery, signal) {
      deliveries.push(delivery);
      return take(delivery, signal);
    },
  });
  const post = (body: string | Uint8Array, headers: Record<string, string>) =>
    answer(
      { body: typeof body === 'string' ? new TextEncoder().encode(body) : body, headers: new Headers(headers) },
      stopping.signal,
    );
  const verified = await slack.http.setRequestUrl('http://127.0.0.1:1/slack/events', async (_url, init) => {
    const { status, headers, body } = await post(String(init.body), Object.fromEntries(new Headers(init.headers)));
    return new Response(body, { status, headers });
  });
  return { ...rig, answer, post, deliveries, logger, stopping, verified };
}

const failing = (times: number): TakeDelivery => {
  let left = times;
  return async () => {
    left -= 1;
    if (left >= 0) throw new Error('the store is down');
  };
};

it('answers Slack’s question whether the address is ours, and takes nothing for it', async () => {
  const { verified, deliveries } = await startOverHttp();
  expect(verified).toBe(true);
  expect(deliveries).toEqual([]);
});

it('does not answer that question to strangers', async () => {
  const { post, slack } = await startOverHttp();
  const body = JSON.stringify({ type: 'url_verification', challenge: 'abc' });
  expect(await post(body, json)).toMatchObject({ status: 401 });
  const reply = await post(body, { ...json, ...slack.http.sign(body) });
  expect({ status: reply.status, body: JSON.parse(reply.body) }).toEqual({ status: 200, body: { challenge: 'abc' } });
});

it('hands out an event and says nothing but that it was taken', async () => {
  const { slack, person, channel, clock, deliveries } = await startOverHttp();
  slack.people.say(person, channel, { text: 'hi' });
  await clock.advance(0);
  expect(deliveries).toMatchObject([
    { kind: 'event', payload: { type: 'event_callback', event: { text: 'hi' } }, retry: null },
  ]);
  expect(slack.deliveries.log()).toMatchObject([{ outcome: 'taken' }]);
});

it('tells Slack only when the delivery was taken', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const { slack, person, channel, clock } = await startOverHttp(() => promise);
  slack.people.say(person, channel, { text: 'hi' });
  await clock.advance(1_000);
  expect(slack.deliveries.log()).toEqual([]);
  resolve();
  await clock.advance(0);
  expect(slack.deliveries.log()).toMatchObject([{ outcome: 'taken', retry: 0 }]);
});

it('has an event repeated that could not be taken, and takes the repetition for one', async () => {
  const { slack, person, channel, clock, deliveries, logger } = await startOverHttp(failing(2));
  slack.people.say(person, channel, { text: 'hi' });
  await clock.advance(60_000);
  expect(slack.deliveries.log().map(({ outcome }) => outcome)).toEqual(['http_error', 'http_error', 'taken']);
  expect(deliveries.map(({ retry }) => retry)).toEqual([
    null,
    { attempt: 1, reason: 'http_error' },
    { attempt: 2, reason: 'http_error' },
  ]);
  expect(logger.lines[0]).toMatchObject({ level: 'warn', facts: { reason: 'the store is down' } });
});

it('says 503 before Slack stops waiting, and ends what takes too long', async () => {
  let reason: unknown;
  const { slack, clock, post } = await startOverHttp((_delivery, signal) => {
    signal.addEventListener('abort', () => {
      reason = signal.reason;
    });
    return new Promise(() => {});
  });
  const startMs = clock.now();
  const reply = await clock.runUntil(post(mention, { ...json, ...slack.http.sign(mention) }));
  expect(reply.status).toBe(503);
  expect(clock.now() - startMs).toBeLessThan(3_000);
  expect(reason).toMatchObject({ message: 'not taken within 2500 ms' });
  expect(clock.pending()).toBe(0);
});

it('says 503 when the program ends meanwhile', async () => {
  const { slack, clock, post, stopping } = await startOverHttp(() => new Promise(() => {}));
  const reply = post(mention, { ...json, ...slack.http.sign(mention) });
  stopping.abort(new Error('stop'));
  expect(await reply).toMatchObject({ status: 503 });
  expect(await post(mention, { ...json, ...slack.http.sign(mention) })).toMatchObject({ status: 503 });
  await clock.advance(0);
  expect(clock.pending()).toBe(0);
});

it('hands out commands and interactions, and answers with what they get', async () => {
  const { post, slack, deliveries } = await startOverHttp(async ({ kind }) =>
    kind === 'command' ? 'On it.' : { kind },
  );
  const send = (fields: Record<string, string>) => {
    const body = new URLSearchParams(fields).toString();
    return post(body, { ...form, ...slack.http.sign(body) });
  };
  const command = await send({ command: '/ask', text: 'what is & this?', team_id: 'T1' });
  const click = await send({ payload: JSON.stringify({ type: 'block_actions', actions: [] }) });
  const choices = await send({ payload: JSON.stringify({ type: 'block_suggestion', value: 'gpt' }) });
  expect(deliveries).toEqual([
    { kind: 'command', payload: { command: '/ask', text: 'what is & this?', team_id: 'T1' }, retry: null },
    { kind: 'interaction', payload: { type: 'block_actions', actions: [] }, retry: null },
    { kind: 'options', payload: { type: 'block_suggestion', value: 'gpt' }, retry: null },
  ]);
  expect(command).toMatchObject({ status: 200, body: 'On it.' });
  expect([click, choices].map(({ body }) => JSON.parse(body))).toEqual([{ kind: 'interaction' }, { kind: 'options' }]);
});

it('takes what a person did in the workspace', async () => {
  const { slack, person, channel, clock, deliveries } = await startOverHttp(async () => ({ text: 'yes' }));
  await clock.runUntil(slack.clicks.slash(person, channel, '/help'));
  expect(deliveries).toMatchObject([{ kind: 'command', payload: { command: '/help', user_id: person.id } }]);
});

it('hands out an event as often as Slack sends it: who takes it knows its id', async () => {
  const { slack, person, channel, clock, deliveries } = await startOverHttp();
  slack.people.say(person, channel, { text: 'hi' });
  await clock.advance(1_000);
  const [first] = slack.deliveries.log();
  for (let time = 0; time < 3; time += 1) {
    slack.deliveries.repeat(first?.eventId ?? '');
    await clock.advance(1_000);
  }
  expect(deliveries).toHaveLength(4);
  expect(new Set(deliveries.map(({ payload }) => JSON.stringify(payload))).size).toBe(1);
});

it('takes the same signed bytes once and answers them the same again', async () => {
  let times = 0;
  const { post, slack, clock, deliveries } = await startOverHttp(async () => {
    times += 1;
    return { times };
  });
  const signed = { ...json, ...slack.http.sign(mention) };
  const replies = await Promise.all([post(mention, signed), post(mention, signed)]);
  await clock.advance(299_000);
  replies.push(await post(mention, signed));
  expect(replies.map(({ body }) => body)).toEqual(['{"times":1}', '{"times":1}', '{"times":1}']);
  expect(deliveries).toHaveLength(1);
  await clock.advance(2_000);
  expect(await post(mention, signed)).toMatchObject({ status: 401 });
});

it('takes a delivery that came again after it could not be taken, signature and all', async () => {
  const { post, slack, deliveries } = await startOverHttp(failing(1));
  const signed = { ...json, ...slack.http.sign(mention) };
  expect([(await post(mention, signed)).status, (await post(mention, signed)).status]).toEqual([503, 200]);
  expect(deliveries).toHaveLength(2);
});

it('remembers only so much of what it answered', async () => {
  const { post, slack, deliveries } = await startOverHttp();
  const first = { ...json, ...slack.http.sign(mention) };
  await post(mention, first);
  for (let count = 0; count < 5_000; count += 1) {
    const body = JSON.stringify({ type: 'event_callback', count });
    await post(body, { ...json, ...slack.http.sign(body) });
  }
  await post(mention, first);
  expect(deliveries).toHaveLength(5_002);
});

it('lets a signature be five minutes old or ahead, and no more', async () => {
  const { post, slack, clock } = await startOverHttp();
  const statusAt = async (offsetMs: number) =>
    (await post(mention, { ...json, ...slack.http.sign(mention, clock.now() + offsetMs) })).status;
  expect([await statusAt(-300_000), await statusAt(300_000)]).toEqual([200, 200]);
  expect([await statusAt(-301_000), await statusAt(301_000), await statusAt(3_600_000)]).toEqual([401, 401, 401]);
});

it('refuses what Slack has not signed', async () => {
  const { post, slack, deliveries, logger } = await startOverHttp();
  const good = slack.http.sign(mention);
  const signature = good['x-slack-signature'] ?? '';
  const timestamp = good['x-slack-request-timestamp'] ?? '';
  const wrong: Record<string, string>[] = [
    {},
    { 'x-slack-signature': signature },
    { 'x-slack-request-timestamp': timestamp },
    { ...good, 'x-slack-request-timestamp': 'now' },
    { ...good, 'x-slack-request-timestamp': `${timestamp}.0` },
    { ...good, 'x-slack-request-timestamp': `-${timestamp}` },
    { ...good, 'x-slack-request-timestamp': String(Number(timestamp) + 1) },
    { ...good, 'x-slack-signature': signature.slice(0, -1) },
    { ...good, 'x-slack-signature': `${signature}0` },
    { ...good, 'x-slack-signature': signature.toUpperCase() },
    { ...good, 'x-slack-signature': signature.replace('v0=', '') },
    { ...good, 'x-slack-signature': `v0=${'é'.repeat(64)}` },
    slack.http.sign(`${mention} `),
  ];
  for (const headers of wrong) {
    expect(await post(mention, { ...json, ...headers }), JSON.stringify(headers)).toMatchObject({ status: 401 });
  }
  expect(deliveries).toEqual([]);
  expect(logger.lines.map(({ sentence }) => sentence).join('\n')).toContain('SLACK_SIGNING_SECRET');
  expect(JSON.stringify(logger.lines)).not.toContain(slack.app.signingSecret);
});

it('refuses the signature of another app', async () => {
  const { post, slack, deliveries } = await startOverHttp();
  const signed = slack.http.sign(mention);
  const digest = createHmac('sha256', 'the secret of another app')
    .update(`v0:${signed['x-slack-request-timestamp']}:${mention}`)
    .digest('hex');
  expect(await post(mention, { ...json, ...signed, 'x-slack-signature': `v0=${digest}` })).toMatchObject({
    status: 401,
  });
  expect(deliveries).toEqual([]);
});

it('tells the operator of strangers, but not of each', async () => {
  const { post, logger } = await startOverHttp();
  for (let count = 0; count < 100; count += 1) await post(mention, json);
  expect(logger.lines).toHaveLength(7);
});

it('takes JSON and forms in UTF-8, however that is written, and nothing else', async () => {
  const { post, slack } = await startOverHttp();
  const statusOf = async (body: string, type: string | null) =>
    (await post(body, { ...slack.http.sign(body), ...(type === null ? {} : { 'content-type': type }) })).status;
  const command = 'command=%2Fask&text=hi';
  expect([
    await statusOf(mention, 'application/json; charset=utf-8'),
    await statusOf(`${mention} `, 'Application/JSON;charset="UTF-8"'),
    await statusOf(command, 'application/x-www-form-urlencoded; charset=utf-8'),
  ]).toEqual([200, 200, 200]);
  expect([
    await statusOf(mention, null),
    await statusOf(mention, 'text/plain'),
    await statusOf(mention, 'application/json; charset=utf-16'),
    await statusOf(mention, 'multipart/form-data; boundary=x'),
  ]).toEqual([415, 415, 415, 415]);
});

it('refuses signed bodies that are nothing Slack sends', async () => {
  const { post, slack, deliveries } = await startOverHttp();
  const bodies: [string, Record<string, string>][] = [
    ['', json],
    ['{', json],
    ['null', json],
    ['[]', json],
    ['{"event":{}}', json],
    ['{"type":"url_verification"}', json],
    ['', form],
    ['a=b', form],
    ['payload=', form],
    ['payload=%5B1%5D', form],
    ['payload=%7B', form],
  ];
  for (const [body, headers] of bodies) {
    expect(await post(body, { ...headers, ...slack.http.sign(body) }), body).toMatchObject({ status: 400 });
  }
  expect(deliveries).toEqual([]);
});

it('checks the signature over the bytes as they came', async () => {
  const { post, slack } = await startOverHttp();
  const text = JSON.stringify({ type: 'event_callback', event: { text: 'Grüße 👋' } });
  const signed = { ...json, ...slack.http.sign(text) };
  expect(await post(text, signed)).toMatchObject({ status: 200 });
  const latin = Uint8Array.from(Buffer.from(text, 'latin1'));
  expect(await post(latin, signed)).toMatchObject({ status: 401 });
});

it('refuses a body over the limit without looking into it', async () => {
  const { post, slack } = await startOverHttp();
  const body = `${mention}${' '.repeat(largestBodyBytes - mention.length)}`;
  const signed = { ...json, ...slack.http.sign(body) };
  expect(await post(body, signed)).toMatchObject({ status: 200 });
  expect(await post(`${body} `, signed)).toMatchObject({ status: 413 });
});

it('passes Slack’s check of the certificate, which carries no signature', async () => {
  const { post, deliveries } = await startOverHttp();
  expect(await post('ssl_check=1&token=abc', form)).toMatchObject({ status: 200, body: '' });
  expect(await post('ssl_check=1&command=%2Fask', form)).toMatchObject({ status: 401 });
  expect(await post(`ssl_check=1&more=${'a'.repeat(3_000)}`, form)).toMatchObject({ status: 401 });
  expect(deliveries).toEqual([]);
});

it('takes a repetition without a reason for one, and a senseless number for none', async () => {
  const { post, slack, deliveries } = await startOverHttp();
  const retryOf = async (count: number, headers: Record<string, string>) => {
    const body = JSON.stringify({ type: 'event_callback', count });
    await post(body, { ...json, ...headers, ...slack.http.sign(body) });
    return deliveries.at(-1)?.retry;
  };
  expect(await retryOf(1, { 'x-slack-retry-num': '3' })).toEqual({ attempt: 3, reason: 'unknown_error' });
  expect(await retryOf(2, { 'x-slack-retry-num': 'many' })).toBeNull();
});

it('leaves what comes when too much is under way', async () => {
  const { slack, post, clock, logger, stopping } = await startOverHttp(() => new Promise(() => {}));
  const send = (count: number) => {
    const body = JSON.stringify({ type: 'event_callback', count });
    return post(body, { ...json, ...slack.http.sign(body) });
  };
  const waiting = Array.from({ length: 1_000 }, (_, count) => send(count));
  expect(await send(1_000)).toMatchObject({ status: 503 });
  expect(logger.lines.at(-1)).toMatchObject({ facts: { reason: '1000 are under way' } });
  stopping.abort(new Error('stop'));
  await Promise.all(waiting);
  await clock.advance(0);
});
