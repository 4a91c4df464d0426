import { MessageResponseSchema } from 'discord-api-spec/zod';
import { PermissionFlagsBits } from 'discord-api-types/v10';
import { expect, it } from 'vitest';
import { callApi, plainEdit, plainMessage } from './call-api.ts';
import { createDiscordRig } from './discord-rig.ts';
import { timeOfSnowflake } from './snowflakes.ts';
import { strangeFields } from './strange-fields.ts';

it('gives ids of 17 to 19 digits that hold the time', () => {
  const { channel, guild, person, clock } = createDiscordRig();
  for (const { id } of [channel, guild, person]) expect(id).toMatch(/^\d{17,19}$/);
  expect(timeOfSnowflake(channel.id)).toBe(clock.now());
});

it('shows what the bot posts, edits and deletes', async () => {
  const { discord, channel, call, clock } = createDiscordRig();
  const posted = await call('POST', `/channels/${channel.id}/messages`, plainMessage('a red'));
  const path = `/channels/${channel.id}/messages/${posted.body['id']}`;
  await clock.advance(500);
  const edited = await call('PATCH', path, plainEdit('a red bicycle'));
  expect(edited.body).toMatchObject({ content: 'a red bicycle', author: { id: discord.bot.id, bot: true } });
  await clock.advance(500);
  expect((await call('DELETE', path)).status).toBe(204);
  expect(discord.screen.timeline(channel.id)).toEqual([
    [0, 'a red'],
    [500, 'a red bicycle'],
    [1_000, null],
  ]);
  discord.expectNoViolations();
});

it('writes messages that fit the published schema', async () => {
  const { discord, channel, person, call } = createDiscordRig();
  const asked = discord.people.say(person, channel, {
    text: 'what is this?',
    mentionsBot: true,
    files: [{ name: 'a.png', bytes: new Uint8Array(64), width: 3, height: 2 }],
  });
  await call('POST', `/channels/${channel.id}/messages`, {
    ...plainMessage('a bicycle'),
    message_reference: { message_id: asked.id },
  });
  const { list } = await call('GET', `/channels/${channel.id}/messages`);
  expect(list).toHaveLength(2);
  for (const message of list) expect(strangeFields(MessageResponseSchema, message)).toEqual([]);
});

it('returns the first message for a nonce that it knows, for a few minutes', async () => {
  const { discord, channel, call, clock } = createDiscordRig();
  const post = () => call('POST', `/channels/${channel.id}/messages`, plainMessage('once'));
  const first = await post();
  expect((await post()).body['id']).toBe(first.body['id']);
  await clock.advance(301_000);
  expect((await post()).body['id']).not.toBe(first.body['id']);
  expect(discord.screen.doubledMessages()).toEqual(['once']);
});

it('refuses a reply to a message that is gone, unless told not to mind', async () => {
  const { discord, channel, person, call } = createDiscordRig();
  const gone = discord.people.say(person, channel, { text: 'never mind' });
  discord.people.remove(gone);
  const reply = (more: object) =>
    call('POST', `/channels/${channel.id}/messages`, {
      ...plainMessage('an answer'),
      message_reference: { message_id: gone.id, ...more },
    });
  const refused = await reply({});
  expect([refused.status, refused.code]).toEqual([400, 50035]);
  expect(refused.body['errors']).toMatchObject({
    message_reference: { _errors: [{ code: 'MESSAGE_REFERENCE_UNKNOWN_MESSAGE' }] },
  });
  expect((await reply({ fail_if_not_exists: false })).body['type']).toBe(0);
});

it('lists messages before, after and around one, the newest first', async () => {
  const { discord, channel, person, call } = createDiscordRig();
  const said = ['one', 'two', 'three', 'four', 'five'].map((text) =>
    discord.people.say(person, channel, { text, mentionsBot: true }),
  );
  const list = async (query: string) => {
    const { list: messages } = await call('GET', `/channels/${channel.id}/messages?${query}`);
    return messages.map((message) => String(message['content']).split(' ')[1]);
  };
  expect(await list('limit=2')).toEqual(['five', 'four']);
  expect(await list(`before=${said[2]?.id}`)).toEqual(['two', 'one']);
  expect(await list(`after=${said[2]?.id}&limit=1`)).toEqual(['four']);
  expect(await list(`around=${said[2]?.id}&limit=3`)).toEqual(['four', 'three', 'two']);
  expect((await call('GET', `/channels/${channel.id}/messages?limit=101`)).code).toBe(50035);
});

it('refuses as Discord does', async () => {
  const { discord, guild, channel, person, call } = createDiscordRig();
  const forum = discord.places.createChannel(guild, { kind: 'forum' });
  const other = discord.people.say(person, channel, { text: 'hello' });
  const hidden = discord.places.createChannel(guild);
  discord.places.denyBot(hidden, PermissionFlagsBits.ViewChannel);
  const quiet = discord.places.createChannel(guild);
  discord.places.denyBot(quiet, PermissionFlagsBits.SendMessages);
  const post = (channelId: string, body = plainMessage('hello')) =>
    call('POST', `/channels/${channelId}/messages`, body);
  const said = async (answer: ReturnType<typeof post>) => {
    const { status, code } = await answer;
    return [status, code];
  };
  expect(await said(post('123456789012345678'))).toEqual([404, 10003]);
  expect(await said(post(hidden.id))).toEqual([403, 50001]);
  expect(await said(post(quiet.id))).toEqual([403, 50013]);
  expect(await said(post(forum.id))).toEqual([400, 50008]);
  expect(await said(post(channel.id, plainMessage(' \n ')))).toEqual([400, 50006]);
  expect(await said(call('PATCH', `/channels/${channel.id}/messages/${other.id}`, plainEdit('mine')))).toEqual([
    403, 50005,
  ]);
  expect(await said(call('PATCH', `/channels/${channel.id}/messages/123456789012345678`, plainEdit('x')))).toEqual([
    404, 10008,
  ]);
  expect(await said(callApi(discord, 'GET', '/users/@me', undefined, 'wrong'))).toEqual([401, 0]);
  expect(await said(call('GET', '/nowhere'))).toEqual([404, 0]);
  expect(discord.server.invalidRequests()).toBe(4);
  discord.places.timeOutBot(guild, discord.world.clock.now() + 1_000);
  expect(await said(post(channel.id))).toEqual([403, 50013]);
});

it('says which field of a form is wrong', async () => {
  const { discord, channel, call } = createDiscordRig();
  const refused = await call('POST', `/channels/${channel.id}/messages`, plainMessage('x'.repeat(2_001)));
  expect(refused).toMatchObject({ status: 400, code: 50035 });
  expect(refused.body['errors']).toEqual({
    content: { _errors: [{ code: 'BASE_TYPE_MAX_LENGTH', message: 'Must be 2000 or fewer in length.' }] },
  });
  expect(discord.takeViolations()).toMatchObject([{ rule: 'discord' }]);
});

it('keeps the history to itself where the bot may not read it', async () => {
  const { discord, channel, person, call } = createDiscordRig();
  const said = discord.people.say(person, channel, { text: 'hello' });
  discord.places.denyBot(channel, PermissionFlagsBits.ReadMessageHistory);
  expect((await call('GET', `/channels/${channel.id}/messages`)).list).toEqual([]);
  expect((await call('GET', `/channels/${channel.id}/messages/${said.id}`)).code).toBe(50013);
  const reply = { ...plainMessage('an answer'), message_reference: { message_id: said.id } };
  expect((await call('POST', `/channels/${channel.id}/messages`, reply)).code).toBe(160002);
});

it('opens direct messages, which people can refuse', async () => {
  const { discord, person, call } = createDiscordRig();
  const opened = await call('POST', '/users/@me/channels', { recipient_id: person.id });
  expect(opened.body).toMatchObject({ type: 1, recipients: [{ id: person.id }], id: discord.places.direct(person).id });
  discord.settings.refuseDirectMessages.add(person.id);
  expect((await call('POST', `/channels/${opened.body['id']}/messages`, plainMessage('hello'))).code).toBe(50007);
});

it('tells of servers, roles, members and itself', async () => {
  const { discord, guild, person, call } = createDiscordRig();
  expect((await call('GET', `/guilds/${guild.id}`)).body).toMatchObject({ id: guild.id, name: 'Painters' });
  expect((await call('GET', `/guilds/${guild.id}/roles`)).list.map((role) => role['name'])).toEqual([
    '@everyone',
    'sightline',
  ]);
  expect((await call('GET', `/guilds/${guild.id}/members/${person.id}`)).body).toMatchObject({
    user: { id: person.id },
  });
  expect((await call('GET', `/guilds/${guild.id}/members/123456789012345678`)).code).toBe(10013);
  expect((await call('GET', '/applications/@me')).body).toMatchObject({ id: discord.applicationId, flags: 0 });
  expect((await call('GET', '/users/@me')).body).toMatchObject({ id: discord.bot.id, bot: true });
});
