import { REST } from '@discordjs/rest';
import { WebSocketManager, WebSocketShardEvents } from '@discordjs/ws';
import { expect, it, onTestFinished } from 'vitest';
import { createSystemClock } from '../../../src/lib/clock.ts';
import { plainEdit, plainMessage } from './call-api.ts';
import { unprivilegedIntents } from './discord-rig.ts';
import { createFakeDiscord } from './fake-discord.ts';
import { toObject } from './json.ts';
import { listenAsDiscord } from './listen.ts';

async function start() {
  const clock = createSystemClock();
  const discord = createFakeDiscord({ clock });
  const guild = discord.places.createGuild();
  const channel = discord.places.createChannel(guild);
  const person = discord.places.createPerson();
  discord.places.join(guild, person);
  const addresses = await listenAsDiscord(discord, clock);
  onTestFinished(() => addresses.close());
  // Its own undici shares its connections with any other that was loaded before, which takes no form of its making.
  const makeRequest = async (url: string, init: object) => fetch(url, Object(init));
  const rest = new REST({ api: addresses.apiUrl, retries: 0, makeRequest }).setToken(discord.token);
  return { discord, guild, channel, person, addresses, rest };
}

it('is the API for @discordjs/rest, over sockets and in process', async () => {
  const { discord, channel, rest } = await start();
  const inProcess = new REST({ api: discord.world.origins.api, makeRequest: discord.makeRequest }).setToken(
    discord.token,
  );
  for (const [index, client] of [rest, inProcess].entries()) {
    const body = plainMessage(`message ${index}`);
    const posted = toObject(await client.post(`/channels/${channel.id}/messages`, { body }));
    await client.patch(`/channels/${channel.id}/messages/${posted['id']}`, {
      body: plainEdit(`message ${index}, edited`),
    });
  }
  expect(discord.screen.botMessages().map((message) => message.text)).toEqual([
    'message 0, edited',
    'message 1, edited',
  ]);
});

it('takes files that come with a message', async () => {
  const { discord, channel, rest } = await start();
  await rest.post(`/channels/${channel.id}/messages`, {
    body: plainMessage('look'),
    files: [{ name: 'a.txt', data: Buffer.from('words'), contentType: 'text/plain' }],
  });
  const [message] = discord.world.messages.get(channel.id)?.values() ?? [];
  expect(message?.attachments.map(({ filename, bytes }) => [filename, Buffer.from(bytes).toString()])).toEqual([
    ['a.txt', 'words'],
  ]);
});

it('cuts connections instead of answering', async () => {
  const { discord, rest } = await start();
  discord.faults.next({ path: '/users/@me' }, { type: 'lost-reply' });
  await expect(rest.get('/users/@me')).rejects.toThrow();
  discord.faults.next({ path: '/users/@me' }, { type: 'status', status: 502 });
  await expect(rest.get('/users/@me')).rejects.toMatchObject({ status: 502 });
  expect(toObject(await rest.get('/users/@me'))['id']).toBe(discord.bot.id);
});

it('is the gateway for @discordjs/ws, which resumes after a cut', async () => {
  const { discord, channel, person, rest } = await start();
  const manager = new WebSocketManager({ token: discord.token, intents: unprivilegedIntents, rest });
  onTestFinished(() => manager.destroy());
  const heard: string[] = [];
  manager.on(WebSocketShardEvents.Dispatch, ({ data }) => {
    heard.push(data.t);
  });
  // Cut connections are reported here; nobody listening would end the process.
  manager.on(WebSocketShardEvents.Error, () => {});
  await manager.connect();
  await expect.poll(() => heard).toEqual(['READY', 'GUILD_CREATE']);
  discord.gateway.cut();
  discord.people.say(person, channel, { text: 'missed', mentionsBot: true });
  await expect.poll(() => heard).toEqual(['READY', 'GUILD_CREATE', 'MESSAGE_CREATE', 'RESUMED']);
});

it('serves files, and breaks off when it announced more than it has', async () => {
  const { discord, channel, person, addresses } = await start();
  const said = discord.people.say(person, channel, { files: [{ name: 'a.txt', bytes: Buffer.from('words') }] });
  const [attachment] = said.attachments;
  if (attachment === undefined) throw new Error('nothing was attached');
  const { path } = attachment;
  const { url } = discord.addressesOf(attachment);
  expect(url.startsWith(addresses.cdnUrl)).toBe(true);
  expect(await (await fetch(url)).text()).toBe('words');
  discord.faults.next({ path }, { type: 'wrong-length', announcedBytes: 50 });
  const broken = await fetch(url);
  await expect(broken.text()).rejects.toThrow();
  expect((await fetch(`${addresses.cdnUrl}${path}`)).status).toBe(404);
});
