import { GatewayIntentBits } from 'discord-api-types/v10';
import { expect, it } from 'vitest';
import { plainMessage } from './call-api.ts';
import { createDiscordRig, unprivilegedIntents } from './discord-rig.ts';
import { toObject } from './json.ts';

/** A bare connection: what came over it, and how it ended. */
function open({ discord }: ReturnType<typeof createDiscordRig>) {
  const frames: { readonly [key: string]: unknown }[] = [];
  const ends: (number | null)[] = [];
  const connection = discord.gateway.open(
    {
      send: (text) => frames.push(toObject(JSON.parse(text))),
      close: (code) => ends.push(code),
      destroy: () => ends.push(null),
    },
    { beats: false },
  );
  const send = (op: number, d: unknown) => connection.receive(JSON.stringify({ op, d }));
  const identify = (more: object = {}) =>
    send(2, { token: discord.token, intents: unprivilegedIntents, properties: {}, ...more });
  const names = () => frames.filter((frame) => frame['op'] === 0).map((frame) => frame['t']);
  return { frames, ends, send, identify, names, connection };
}

const sessionIdOf = (frames: readonly { readonly [key: string]: unknown }[]) =>
  toObject(frames.find((frame) => frame['t'] === 'READY')?.['d'])['session_id'];

it('greets, answers heartbeats, and tells of the servers', () => {
  const rig = createDiscordRig();
  const { frames, send, identify, names } = open(rig);
  send(1, null);
  identify();
  expect(frames[0]).toMatchObject({ op: 10, d: { heartbeat_interval: 41_250 } });
  expect(frames[1]).toMatchObject({ op: 11 });
  expect(names()).toEqual(['READY', 'GUILD_CREATE']);
  expect(frames[2]).toMatchObject({
    s: 1,
    d: { user: { id: rig.discord.bot.id }, guilds: [{ id: rig.guild.id, unavailable: true }] },
  });
  expect(frames[3]).toMatchObject({
    s: 2,
    d: {
      owner_id: rig.guild.ownerId,
      channels: [{ id: rig.channel.id }],
      members: [{ user: { id: rig.discord.bot.id } }],
    },
  });
});

it('refuses what is wrong with its own close codes', () => {
  const closedBy = (act: (client: ReturnType<typeof open>) => void) => {
    const client = open(createDiscordRig());
    act(client);
    return client.ends;
  };
  expect(closedBy(({ identify }) => identify({ token: 'wrong' }))).toEqual([4004]);
  expect(closedBy(({ identify }) => identify({ intents: GatewayIntentBits.MessageContent }))).toEqual([4014]);
  expect(closedBy(({ identify }) => identify({ intents: 2 ** 30 }))).toEqual([4013]);
  expect(closedBy(({ identify }) => identify({ shard: [3, 2] }))).toEqual([4010]);
  expect(closedBy(({ send }) => send(3, {}))).toEqual([4003]);
  expect(closedBy(({ send }) => send(6, { token: 'wrong' }))).toEqual([4004]);
  expect(closedBy(({ identify, send }) => [identify(), send(77, {})])).toEqual([4001]);
  expect(closedBy(({ identify }) => [identify(), identify()])).toEqual([4005]);
  expect(closedBy(({ connection }) => connection.receive('not JSON'))).toEqual([4002]);
  expect(closedBy(({ identify, send }) => [identify(), send(3, 'x'.repeat(4_100))])).toEqual([4002]);
});

it('closes a connection that sends more than 120 times a minute', async () => {
  const rig = createDiscordRig();
  const { identify, send, ends } = open(rig);
  identify();
  for (let count = 0; count < 119; count += 1) send(1, null);
  expect(ends).toEqual([]);
  await rig.clock.advance(60_000);
  for (let count = 0; count < 120; count += 1) send(1, null);
  expect(ends).toEqual([]);
  send(1, null);
  expect(ends).toEqual([4008]);
});

it('closes a connection that no longer beats', async () => {
  const { discord, clock } = createDiscordRig();
  const ends: number[] = [];
  discord.gateway.open({ send: () => {}, close: (code) => ends.push(code), destroy: () => {} });
  await clock.advance(41_250 * 3);
  expect(ends).toEqual([4009]);
  expect(clock.pending()).toBe(0);
});

it('replays what was missed, in order, and says RESUMED', () => {
  const rig = createDiscordRig();
  const first = open(rig);
  first.identify();
  first.connection.closed(4_200);
  rig.discord.people.say(rig.person, rig.channel, { text: 'one' });
  rig.discord.people.say(rig.person, rig.channel, { text: 'two' });
  const second = open(rig);
  second.send(6, { token: rig.discord.token, session_id: sessionIdOf(first.frames), seq: 2 });
  expect(second.names()).toEqual(['MESSAGE_CREATE', 'MESSAGE_CREATE', 'RESUMED']);
  expect(rig.discord.gateway.log().map((entry) => entry.type)).toEqual([
    'connect',
    'identify',
    'close',
    'connect',
    'resume',
    'resumed',
  ]);
});

it('gives a session up when it is closed with 1000, was lost, or is too old', async () => {
  const afterwards = async (
    end: (rig: ReturnType<typeof createDiscordRig>, client: ReturnType<typeof open>) => unknown,
  ) => {
    const rig = createDiscordRig();
    const first = open(rig);
    first.identify();
    await end(rig, first);
    const second = open(rig);
    second.send(6, { token: rig.discord.token, session_id: sessionIdOf(first.frames), seq: 2 });
    return second.frames.at(-1);
  };
  const invalid = { op: 9, d: false };
  expect(await afterwards((_rig, client) => client.connection.closed(1000))).toMatchObject(invalid);
  expect(await afterwards((_rig, client) => client.connection.closed(1001))).toMatchObject(invalid);
  expect(await afterwards((rig) => rig.discord.gateway.loseSessions())).toMatchObject(invalid);
  const grownOld = await afterwards((rig, client) => {
    client.connection.closed(null);
    return rig.clock.advance(300_001);
  });
  expect(grownOld).toMatchObject(invalid);
  expect(await afterwards((rig) => rig.discord.gateway.cut())).toMatchObject({ t: 'RESUMED' });
});

it('spreads servers over connections and keeps direct messages on the first', () => {
  const rig = createDiscordRig();
  rig.discord.gateway.settings.maxConcurrency = 2;
  const other = rig.discord.places.createGuild();
  const clients = [open(rig), open(rig)];
  for (const [shardId, client] of clients.entries()) client.identify({ shard: [shardId, 2] });
  const guildsOf = (client: ReturnType<typeof open> | undefined) =>
    client?.frames.filter((frame) => frame['t'] === 'GUILD_CREATE').map((frame) => toObject(frame['d'])['id']);
  const shardOfFirst = Number((BigInt(rig.guild.id) >> 22n) % 2n);
  expect(guildsOf(clients[shardOfFirst])).toEqual([rig.guild.id]);
  expect(guildsOf(clients[1 - shardOfFirst])).toEqual([other.id]);
  rig.discord.people.say(rig.person, rig.discord.places.direct(rig.person), { text: 'hello' });
  expect(clients.map((client) => client.names().includes('MESSAGE_CREATE'))).toEqual([true, false]);
});

it('counts session starts, and lets only so many begin at a time', async () => {
  const rig = createDiscordRig();
  const limit = async () => (await rig.call('GET', '/gateway/bot')).body['session_start_limit'];
  open(rig).identify();
  expect(await limit()).toMatchObject({ total: 1_000, remaining: 999, max_concurrency: 1 });
  const hasty = open(rig);
  hasty.identify();
  expect(hasty.frames.at(-1)).toMatchObject({ op: 9, d: false });
  await rig.clock.advance(5_000);
  hasty.identify();
  expect(hasty.names()).toContain('READY');
  await rig.clock.advance(86_400_000);
  expect(await limit()).toMatchObject({ remaining: 1_000 });
});

it('resets the token when a day has seen too many starts', async () => {
  const rig = createDiscordRig();
  rig.discord.gateway.settings.sessionStarts = 1;
  const first = open(rig);
  first.identify();
  await rig.clock.advance(5_000);
  open(rig).identify();
  expect(first.ends).toEqual([4004]);
  expect((await rig.call('GET', '/users/@me')).status).toBe(401);
});

it('connects in process, resumes after a cut, and keeps its session over a restart', async () => {
  const rig = createDiscordRig({ oneWayMs: () => 30 });
  const sessions = new Map();
  const { gateway, running } = await rig.connect({ sessions });
  rig.discord.gateway.cut();
  rig.discord.people.say(rig.person, rig.channel, { text: 'missed', mentionsBot: true });
  await rig.clock.advance(1_000);
  expect(rig.heard.map((dispatch) => dispatch.name)).toEqual(['READY', 'GUILD_CREATE', 'MESSAGE_CREATE', 'RESUMED']);
  rig.stop.abort();
  await rig.clock.runUntil(running);
  expect(gateway.state()).toBe('ended');
  rig.discord.people.say(rig.person, rig.channel, { text: 'while away', mentionsBot: true });
  const next = rig.discord.connect({ intents: unprivilegedIntents, sessions });
  const heard: string[] = [];
  const stop = new AbortController();
  const runningAgain = next.run((dispatch) => heard.push(dispatch.name), stop.signal);
  await rig.clock.runUntil(next.ready);
  stop.abort();
  await rig.clock.runUntil(runningAgain);
  expect(heard).toEqual(['MESSAGE_CREATE', 'RESUMED']);
  expect(rig.clock.pending()).toBe(0);
});

it('lets a client in process come back after refusals, op 7 and op 9', async () => {
  const rig = createDiscordRig();
  await rig.connect();
  rig.discord.gateway.refuseFor(2_000);
  rig.discord.gateway.cut();
  await rig.clock.advance(3_000);
  rig.discord.gateway.askToReconnect();
  await rig.clock.advance(3_000);
  rig.discord.gateway.invalidate(true);
  await rig.clock.advance(3_000);
  rig.discord.gateway.loseSessions();
  await rig.clock.advance(10_000);
  const names = rig.heard.map((dispatch) => dispatch.name);
  expect(names).toEqual(['READY', 'GUILD_CREATE', 'RESUMED', 'RESUMED', 'RESUMED', 'READY', 'GUILD_CREATE']);
  expect(rig.discord.gateway.log().filter((entry) => entry.type === 'refused').length).toBeGreaterThan(1);
  rig.stop.abort();
});

it('refuses a client in process for good when its intents are not allowed', async () => {
  const rig = createDiscordRig();
  const gateway = rig.discord.connect({ intents: GatewayIntentBits.MessageContent });
  await expect(rig.clock.runUntil(gateway.run(() => {}, rig.stop.signal))).rejects.toThrow('4014');
  expect(gateway.state()).toBe('refused');
});

it('empties messages for a bot that may not read contents, save where it is meant', async () => {
  const { discord, channel, person, connect, heardOf, clock, call } = createDiscordRig();
  await connect();
  const { people } = discord;
  const files = [{ name: 'a.png', bytes: new Uint8Array(8) }];
  const mine = await call('POST', `/channels/${channel.id}/messages`, plainMessage('mine'));
  const own = discord.world.messages.get(channel.id)?.get(String(mine.body['id']));
  if (own === undefined) throw new Error('nothing was posted');
  const picture = people.say(person, channel, { text: 'look', files });
  people.say(person, channel, { text: 'called', mentionsBot: true, files, replyTo: picture });
  people.say(person, channel, { text: 'answered', replyTo: own });
  people.say(person, channel, { text: 'without a ping', replyTo: own, replyPings: false });
  people.say(person, discord.places.direct(person), { text: 'in private', files });
  await clock.advance(0);
  const seen = heardOf('MESSAGE_CREATE').map(({ content, attachments }) => [
    content,
    Array.isArray(attachments) && attachments.length,
  ]);
  expect(seen).toEqual([
    ['mine', 0],
    ['', 0],
    [`<@${discord.bot.id}> called`, 1],
    ['answered', 0],
    ['', 0],
    ['in private', 1],
  ]);
  expect(heardOf('MESSAGE_CREATE')[2]?.['referenced_message']).toMatchObject({
    id: picture.id,
    content: '',
    attachments: [],
  });
  const { body } = await call('GET', `/channels/${channel.id}/messages/${picture.id}`);
  expect(body).toMatchObject({ content: '', attachments: [] });
});

it('shows contents to a bot that has the intent, and only where it may look', async () => {
  const rig = createDiscordRig({ privileged: { messageContent: true } });
  const { discord, guild, channel, person, connect, heardOf, clock, call } = rig;
  const hidden = discord.places.createChannel(guild);
  discord.places.denyBot(hidden, 1n << 10n);
  await connect({ intents: unprivilegedIntents | GatewayIntentBits.MessageContent });
  const said = discord.people.say(person, channel, { text: 'look' });
  discord.people.say(person, hidden, { text: 'a secret' });
  await clock.advance(0);
  expect(heardOf('MESSAGE_CREATE').map((message) => message['content'])).toEqual(['look']);
  expect((await call('GET', `/channels/${channel.id}/messages/${said.id}`)).body['content']).toBe('look');
});

it('tells of changes to places, and of the bot being thrown out', async () => {
  const { discord, guild, channel, connect, heard, clock } = createDiscordRig();
  await connect();
  const before = heard.length;
  discord.places.denyBot(channel, 1n << 11n);
  discord.places.setBotPermissions(guild, 1n << 10n);
  const extra = discord.places.createChannel(guild);
  discord.places.deleteChannel(extra);
  discord.places.setAvailable(guild, false);
  discord.places.setAvailable(guild, true);
  discord.places.timeOutBot(guild, clock.now() + 60_000);
  discord.places.removeBot(guild);
  discord.places.addBot(guild);
  await clock.advance(0);
  expect(heard.slice(before).map((dispatch) => dispatch.name)).toEqual([
    'CHANNEL_UPDATE',
    'GUILD_ROLE_UPDATE',
    'CHANNEL_CREATE',
    'CHANNEL_DELETE',
    'GUILD_DELETE',
    'GUILD_CREATE',
    'GUILD_MEMBER_UPDATE',
    'GUILD_DELETE',
    'GUILD_CREATE',
  ]);
});
