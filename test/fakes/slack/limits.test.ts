import { expect, it } from 'vitest';
import { plainPost } from './call-api.ts';
import { commercialReading, defaultLimits } from './limits.ts';
import { createSlackRig } from './slack-rig.ts';

async function startWithMessage(options: Parameters<typeof createSlackRig>[0] = {}) {
  const rig = createSlackRig(options);
  const { body } = await rig.call('chat.postMessage', plainPost(rig.channel.id, 'a'));
  const update = () => rig.call('chat.update', { channel: rig.channel.id, ts: body['ts'], text: 'b' });
  return { ...rig, update, ts: String(body['ts']) };
}

it('takes 50 updates in any minute of a workspace, and blocks that method for as long as it says', async () => {
  const { update, clock, call, channel } = await startWithMessage();
  for (let count = 0; count < 25; count += 1) expect((await update()).status).toBe(200);
  await clock.advance(30_000);
  for (let count = 0; count < 25; count += 1) expect((await update()).status).toBe(200);
  await clock.advance(20_000);
  const refused = await update();
  expect(refused).toMatchObject({ status: 429, ok: false, error: 'ratelimited' });
  expect(refused.headers.get('retry-after')).toBe('10');
  expect((await call('chat.postMessage', plainPost(channel.id, 'c'))).status).toBe(200);
  await clock.advance(9_999);
  expect((await update()).status).toBe(429);
  await clock.advance(1);
  expect((await update()).status).toBe(200);
});

it('counts workspaces apart', async () => {
  const { slack, update, call } = await startWithMessage({
    settings: { limits: { ...defaultLimits, methods: { 'chat.update': { count: 1, windowMs: 60_000 } } } },
  });
  expect([(await update()).status, (await update()).status]).toEqual([200, 429]);
  const team = slack.places.createTeam({ name: 'Sculptors' });
  const { token, bot } = slack.installing.install(team);
  const channel = slack.places.createChannel(team);
  slack.places.join(channel, bot);
  const posted = await call('chat.postMessage', plainPost(channel.id, 'a'), token);
  const there = await call('chat.update', { channel: channel.id, ts: posted.body['ts'], text: 'b' }, token);
  expect(there.status).toBe(200);
});

it('takes one post a second in a channel, and short bursts', async () => {
  const { slack, team, bot, channel, call, clock } = createSlackRig();
  const post = (id: string) => call('chat.postMessage', plainPost(id, 'a'));
  for (let count = 0; count < 5; count += 1) expect((await post(channel.id)).status).toBe(200);
  const refused = await post(channel.id);
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '1']);
  const other = slack.places.createChannel(team);
  slack.places.join(other, bot);
  expect((await post(other.id)).status).toBe(200);
  for (let count = 0; count < 20; count += 1) {
    await clock.advance(1_000);
    expect((await post(channel.id)).status).toBe(200);
  }
});

it('has the tiers of the streaming methods', async () => {
  const { slack, call } = createSlackRig();
  const callsUntilRefused = async (method: string) => {
    for (let count = 0; ; count += 1) {
      if ((await call(method, {})).status === 429) return count;
    }
  };
  expect(await callsUntilRefused('chat.startStream')).toBe(20);
  expect(await callsUntilRefused('chat.appendStream')).toBe(100);
  expect(await callsUntilRefused('chat.stopStream')).toBe(20);
  expect(await callsUntilRefused('conversations.replies')).toBe(50);
  expect(slack.requests({ status: 429 })).toHaveLength(4);
});

it('reads little for commercial apps outside the Marketplace', async () => {
  const limits = { ...defaultLimits, ...commercialReading };
  const { slack, person, channel, call } = createSlackRig({ settings: { limits } });
  for (let count = 0; count < 16; count += 1) slack.people.say(person, channel, { text: 'a' });
  const first = await call('conversations.history', { channel: channel.id });
  expect(first.body).toMatchObject({ has_more: true, messages: { length: 15 } });
  const second = await call('conversations.history', { channel: channel.id });
  expect([second.status, second.headers.get('retry-after')]).toEqual([429, '60']);
});
