import { ThreadResponseSchema } from 'discord-api-spec/zod';
import { PermissionFlagsBits } from 'discord-api-types/v10';
import { expect, it } from 'vitest';
import { plainEdit, plainMessage } from './call-api.ts';
import { createDiscordRig } from './discord-rig.ts';
import { strangeFields } from './strange-fields.ts';

function startThreads(options: Parameters<typeof createDiscordRig>[0] = {}) {
  const rig = createDiscordRig({ limits: { threads: { count: 1_000, windowMs: 1_000 } }, ...options });
  const open = (channelId: string, messageId: string) =>
    rig.call('POST', `/channels/${channelId}/messages/${messageId}/threads`, {
      name: 'a bicycle',
      auto_archive_duration: 1_440,
    });
  const ask = (channel = rig.channel) => rig.discord.people.say(rig.person, channel, { text: 'what is this?' });
  return { ...rig, open, ask };
}

it('opens a thread with the id of its message, once, and says so', async () => {
  const { channel, open, ask, connect, heardOf, clock } = startThreads();
  await connect();
  const message = ask();
  const opened = await open(channel.id, message.id);
  expect(opened).toMatchObject({
    status: 201,
    body: { id: message.id, parent_id: channel.id, type: 11, message_count: 0 },
  });
  expect(strangeFields(ThreadResponseSchema, opened.body)).toEqual([]);
  await clock.advance(0);
  expect(heardOf('THREAD_CREATE')).toMatchObject([{ id: message.id, newly_created: true }]);
  expect(heardOf('MESSAGE_UPDATE')).toMatchObject([{ id: message.id, flags: 32, thread: { id: message.id } }]);
  expect((await open(channel.id, message.id)).code).toBe(160004);
});

it('stops at the most threads of a server', async () => {
  const { guild, channel, open, ask } = startThreads();
  guild.activeThreadLimit = 1;
  await open(channel.id, ask().id);
  expect((await open(channel.id, ask().id)).code).toBe(160006);
});

it('refuses threads without permission and in the wrong kinds of channels', async () => {
  const { discord, guild, channel, person, open, ask } = startThreads();
  const voice = discord.places.createChannel(guild, { kind: 'voice' });
  const direct = discord.places.direct(person);
  const announcements = discord.places.createChannel(guild, { kind: 'announcement' });
  expect((await open(voice.id, ask(voice).id)).code).toBe(50024);
  expect((await open(direct.id, ask(direct).id)).code).toBe(50024);
  expect((await open(announcements.id, ask(announcements).id)).body['type']).toBe(10);
  const message = ask();
  const thread = await open(channel.id, message.id);
  const inside = discord.people.say(person, channel, { text: 'inside' });
  expect((await open(String(thread.body['id']), inside.id)).code).toBe(50024);
  discord.places.denyBot(channel, PermissionFlagsBits.CreatePublicThreads);
  expect((await open(channel.id, ask().id)).code).toBe(50013);
});

it('reopens an archived thread by sending, and lets nobody edit in it before', async () => {
  const { discord, channel, call, open, ask } = startThreads();
  const message = ask();
  await open(channel.id, message.id);
  const thread = discord.world.channels.get(message.id);
  if (thread === undefined) throw new Error('no thread');
  const posted = await call('POST', `/channels/${thread.id}/messages`, plainMessage('first'));
  const edit = () =>
    call('PATCH', `/channels/${thread.id}/messages/${posted.body['id']}`, plainEdit('first and second'));
  discord.places.setArchived(thread, true);
  expect((await edit()).code).toBe(50083);
  await call('POST', `/channels/${thread.id}/messages`, plainMessage('again'));
  expect(thread.thread?.archived).toBe(false);
  expect((await edit()).status).toBe(200);
  discord.places.setLocked(thread, true);
  expect((await call('POST', `/channels/${thread.id}/messages`, plainMessage('locked out'))).code).toBe(160005);
});

it('needs another permission in threads than in channels', async () => {
  const { discord, channel, call, open, ask } = startThreads();
  const message = ask();
  await open(channel.id, message.id);
  discord.places.denyBot(channel, PermissionFlagsBits.SendMessages);
  const post = (text: string) => call('POST', `/channels/${message.id}/messages`, plainMessage(text));
  expect((await post('one')).status).toBe(200);
  discord.places.denyBot(channel, PermissionFlagsBits.SendMessagesInThreads);
  expect((await post('two')).code).toBe(50013);
});

it('tells of open threads and their last messages when the bot connects', async () => {
  const { discord, guild, channel, person, connect, heardOf, call, open, ask } = startThreads();
  const message = ask();
  await open(channel.id, message.id);
  const thread = discord.world.channels.get(message.id);
  if (thread === undefined) throw new Error('no thread');
  const last = discord.people.say(person, thread, { text: 'and this?' });
  await connect();
  expect(heardOf('GUILD_CREATE')).toMatchObject([{ threads: [{ id: thread.id, last_message_id: last.id }] }]);
  const listed = await call('GET', `/guilds/${guild.id}/threads/active`);
  expect(listed.body).toMatchObject({ threads: [{ id: thread.id }] });
  discord.places.setArchived(thread, true);
  expect((await call('GET', `/guilds/${guild.id}/threads/active`)).body).toMatchObject({ threads: [] });
});

it('shows a post in a forum as a thread whose first message has its id', async () => {
  const { discord, guild, person, call } = startThreads();
  const forum = discord.places.createChannel(guild, { kind: 'forum' });
  const { thread, message } = discord.people.openPost(person, forum, 'Which plant?', {
    text: 'this one',
    mentionsBot: true,
  });
  expect(message.id).toBe(thread.id);
  const replied = await call('POST', `/channels/${thread.id}/messages`, plainMessage('a fern'));
  expect(replied.status).toBe(200);
  const started = await call('POST', `/channels/${forum.id}/threads`, { name: 'mine', message: plainEdit('first') });
  expect(started).toMatchObject({ status: 201, body: { message: { content: 'first' } } });
  discord.expectNoViolations();
});
