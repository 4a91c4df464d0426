import { expect, it } from 'vitest';
import { plainEdit, plainMessage } from './call-api.ts';
import { createDiscordRig } from './discord-rig.ts';

const hourMs = 3_600_000;

async function startWithMessage(options: Parameters<typeof createDiscordRig>[0] = {}) {
  const rig = createDiscordRig(options);
  const post = (text: string, channelId = rig.channel.id) =>
    rig.call('POST', `/channels/${channelId}/messages`, plainMessage(text));
  const { body } = await post('0');
  const path = `/channels/${rig.channel.id}/messages/${body['id']}`;
  let version = 0;
  const edit = () => {
    version += 1;
    return rig.call('PATCH', path, plainEdit(`0 ${version}`));
  };
  return { ...rig, post, edit };
}

it('takes five edits in five seconds and channel, counted from the first', async () => {
  const { edit, clock } = await startWithMessage();
  const first = await edit();
  expect(first.headers.get('x-ratelimit-limit')).toBe('5');
  expect(first.headers.get('x-ratelimit-remaining')).toBe('4');
  expect(first.headers.get('x-ratelimit-reset-after')).toBe('5.000');
  await clock.advance(1_000);
  for (let count = 0; count < 4; count += 1) expect((await edit()).status).toBe(200);
  const refused = await edit();
  expect(refused.status).toBe(429);
  expect(refused.body).toEqual({ message: 'You are being rate limited.', retry_after: 4, global: false });
  expect(refused.headers.get('retry-after')).toBe('4');
  expect(refused.headers.get('x-ratelimit-scope')).toBe('user');
  expect(refused.headers.get('x-ratelimit-remaining')).toBe('0');
  await clock.advance(4_000);
  expect((await edit()).status).toBe(200);
});

it('counts new messages apart from edits, and channels apart from each other', async () => {
  const { edit, post, discord, guild } = await startWithMessage();
  for (let count = 0; count < 5; count += 1) await edit();
  const created = await post('1');
  const edited = await edit();
  expect([created.status, edited.status]).toEqual([200, 429]);
  expect(created.headers.get('x-ratelimit-bucket')).not.toBe(edited.headers.get('x-ratelimit-bucket'));
  const other = discord.places.createChannel(guild);
  const there = await post('2', other.id);
  expect(there.headers.get('x-ratelimit-remaining')).toBe('4');
  expect(there.headers.get('x-ratelimit-bucket')).toBe(created.headers.get('x-ratelimit-bucket'));
});

it('takes three edits in six seconds of messages older than an hour', async () => {
  const { edit, clock } = await startWithMessage();
  await clock.advance(hourMs + 1);
  for (let count = 0; count < 3; count += 1) expect((await edit()).status).toBe(200);
  const refused = await edit();
  expect(refused).toMatchObject({ status: 429, code: 30046, body: { retry_after: 6 } });
  expect(refused.headers.get('x-ratelimit-remaining')).toBe('1');
  await clock.advance(6_000);
  expect((await edit()).status).toBe(200);
});

it('takes 50 calls a second in all, interactions not counted', async () => {
  const { call, discord, person, channel } = createDiscordRig();
  await call('PUT', `/applications/${discord.applicationId}/commands`, [{ name: 'ask', description: 'Ask' }]);
  for (let count = 0; count < 49; count += 1) await call('GET', '/users/@me');
  const refused = await call('GET', '/users/@me');
  expect(refused).toMatchObject({ status: 429, body: { global: true, retry_after: 1 } });
  expect(refused.headers.get('x-ratelimit-global')).toBe('true');
  expect(refused.headers.get('x-ratelimit-scope')).toBe('global');
  const asked = discord.clicks.slash(person, channel, { name: 'ask' });
  const answered = await call('POST', `/interactions/${asked.id}/${asked.token}/callback`, { type: 5 });
  expect(answered.status).toBe(204);
});

it('lets limits be set', async () => {
  const { edit } = await startWithMessage({ limits: { edits: { count: 1, windowMs: 100 } } });
  expect([(await edit()).status, (await edit()).status]).toEqual([200, 429]);
});

it('bans after too many invalid requests, with a page of HTML', async () => {
  const { call, discord, clock } = createDiscordRig();
  discord.settings.invalidRequestLimit = 3;
  for (let count = 0; count < 3; count += 1) await call('GET', `/channels/${discord.places.group([]).id}/messages`);
  const banned = await call('GET', '/users/@me');
  expect([banned.status, banned.headers.get('content-type')]).toEqual([429, 'text/html; charset=UTF-8']);
  expect(banned.headers.get('via')).toBeNull();
  await clock.advance(600_000);
  expect((await call('GET', '/users/@me')).status).toBe(200);
});

it('fails on demand', async () => {
  const { call, discord, channel, post } = await startWithMessage();
  discord.faults.next({ method: 'GET', path: '/users/@me' }, { type: 'status', status: 502 });
  discord.faults.next({ method: 'GET', path: '/users/@me' }, { type: 'html', status: 520 });
  discord.faults.next({ path: '/users/@me' }, { type: 'rate-limited', retryAfterMs: 2_500, scope: 'shared' });
  const answers = [await call('GET', '/users/@me'), await call('GET', '/users/@me'), await call('GET', '/users/@me')];
  expect(answers.map((answer) => answer.status)).toEqual([502, 520, 429]);
  expect(answers[2]?.body).toMatchObject({ retry_after: 2.5 });
  expect(discord.server.invalidRequests()).toBe(0);
  discord.faults.next({ method: 'POST', path: '/channels/:channel/messages' }, { type: 'lost-reply' });
  await expect(post('done all the same')).rejects.toMatchObject({ code: 'ECONNRESET' });
  expect(discord.screen.botMessages(channel.id).map((message) => message.text)).toEqual(['0', 'done all the same']);
  discord.faults.next({ method: 'POST' }, { type: 'refused' });
  await expect(post('never done')).rejects.toMatchObject({ code: 'ECONNRESET' });
  expect(discord.screen.botMessages(channel.id)).toHaveLength(2);
});

it('answers late on demand, and takes the time that it is told', async () => {
  const { call, discord, clock } = createDiscordRig({ oneWayMs: () => 40 });
  discord.faults.next({ path: '/users/@me' }, { type: 'slow', delayMs: 1_000 });
  const startMs = clock.now();
  await clock.runUntil(call('GET', '/users/@me'));
  expect(clock.now() - startMs).toBe(1_080);
  await clock.runUntil(call('GET', '/users/@me'));
  expect(clock.now() - startMs).toBe(1_160);
  expect(discord.requests({ route: '/users/@me' }).map((entry) => entry.atMs - startMs)).toEqual([40, 1_120]);
});

it('rejects with the reason of an aborted signal', async () => {
  const { discord, clock } = createDiscordRig({ oneWayMs: () => 40 });
  const stop = new AbortController();
  const asked = discord.makeRequest(`${discord.world.origins.api}/v10/gateway`, { signal: stop.signal });
  stop.abort(new Error('no longer'));
  await expect(asked).rejects.toThrow('no longer');
  await clock.advance(100);
  expect(discord.requests()).toEqual([]);
});
