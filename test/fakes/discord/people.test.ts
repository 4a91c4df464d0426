import { expect, it } from 'vitest';
import { plainEdit, plainMessage } from './call-api.ts';
import { createDiscordRig } from './discord-rig.ts';

async function startListening() {
  const rig = createDiscordRig();
  await rig.connect();
  const hear = async (name = 'MESSAGE_CREATE') => {
    await rig.clock.advance(0);
    return rig.heardOf(name);
  };
  return { ...rig, hear };
}

it('sends a message with everything that Discord sends', async () => {
  const { discord, guild, channel, person, hear } = await startListening();
  discord.people.say(person, channel, { text: 'hello', mentionsBot: true });
  const [message] = await hear();
  expect(Object.keys(message ?? {})).toEqual(
    expect.arrayContaining(
      'attachments author channel_id channel_type components content edited_timestamp embeds flags guild_id id member mention_everyone mention_roles mentions nonce pinned timestamp tts type'.split(
        ' ',
      ),
    ),
  );
  expect(message).toMatchObject({
    guild_id: guild.id,
    channel_type: 0,
    member: { roles: [] },
    mentions: [{ id: discord.bot.id, member: { roles: [guild.botRoleId] } }],
  });
});

it('lets people edit, delete and forward', async () => {
  const { discord, guild, channel, person, hear } = await startListening();
  const other = discord.places.createChannel(guild);
  const said = discord.people.say(person, channel, { text: 'first', mentionsBot: true });
  discord.people.edit(said, `<@${discord.bot.id}> second`);
  expect(
    (await hear('MESSAGE_UPDATE')).map(({ content, edited_timestamp }) => [content, edited_timestamp !== null]),
  ).toEqual([[`<@${discord.bot.id}> second`, true]]);
  discord.people.forward(person, said, other);
  expect((await hear()).at(-1)).toMatchObject({
    content: '',
    message_reference: { type: 1, message_id: said.id },
    message_snapshots: [{ message: { content: '' } }],
  });
  discord.people.forward(person, said, discord.places.direct(person));
  expect((await hear()).at(-1)).toMatchObject({
    message_snapshots: [{ message: { content: `<@${discord.bot.id}> second` } }],
  });
  discord.people.remove(said);
  expect(await hear('MESSAGE_DELETE')).toMatchObject([{ id: said.id, channel_id: channel.id, guild_id: guild.id }]);
});

it('brings the preview of an address later, without an edit', async () => {
  const { discord, channel, person, hear } = await startListening();
  const said = discord.people.say(person, channel, { text: 'https://example.org/a.png', mentionsBot: true });
  const file = { name: 'a.png', bytes: new Uint8Array(8), width: 3, height: 2 };
  discord.people.showPreview(said, { url: 'https://example.org/a.png', file });
  expect(await hear('MESSAGE_UPDATE')).toMatchObject([
    {
      edited_timestamp: null,
      embeds: [{ type: 'image', thumbnail: { url: 'https://example.org/a.png', width: 3, height: 2 } }],
    },
  ]);
});

it('lets webhooks, other bots, roles and everyone call', async () => {
  const { discord, guild, channel, person, hear } = await startListening();
  const owner = discord.world.users.get(guild.ownerId);
  if (owner === undefined) throw new Error('nobody owns the server');
  discord.people.sayByWebhook('News', channel, { text: 'hello', mentionsBot: true });
  discord.people.say(discord.places.createBot('other'), channel, { text: 'beep', mentionsBot: true });
  discord.people.say(person, channel, { text: discord.people.mention({ roleId: guild.botRoleId ?? '' }) });
  discord.people.say(owner, channel, { text: '@everyone look' });
  discord.people.say(person, channel, { text: '@everyone look' });
  const messages = await hear();
  expect(messages[0]).toMatchObject({ author: { username: 'News', bot: true, discriminator: '0000' } });
  expect(messages[0]?.['webhook_id']).toMatch(/^\d{17,19}$/);
  expect(messages[1]).toMatchObject({ author: { username: 'other', bot: true } });
  expect(messages[2]).toMatchObject({ mention_roles: [guild.botRoleId], mentions: [] });
  expect(messages.slice(3).map((message) => message['mention_everyone'])).toEqual([true, false]);
});

it('marks spoilers and pictures that move', async () => {
  const { discord, channel, person, hear } = await startListening();
  const bytes = new Uint8Array(8);
  discord.people.say(person, channel, {
    mentionsBot: true,
    files: [
      { name: 'SPOILER_a.png', bytes },
      { name: 'b.gif', bytes, animated: true },
      { name: 'c.png', bytes, description: 'a cat' },
    ],
  });
  expect((await hear())[0]?.['attachments']).toMatchObject([{ flags: 8 }, { flags: 32 }, { description: 'a cat' }]);
});

it('repeats events, as Discord may', async () => {
  const { discord, channel, person, hear } = await startListening();
  const said = discord.people.say(person, channel, { text: 'once', mentionsBot: true });
  discord.people.repeatEvent(said);
  discord.gateway.repeatLastEvent();
  expect((await hear()).map((message) => message['id'])).toEqual([said.id, said.id, said.id]);
});

it('judges pings, previews, doubled messages and words that vanish', async () => {
  const { discord, channel, person, call } = createDiscordRig({
    projectRules: { mentionsNobody: false, suppressesEmbeds: false },
  });
  const path = `/channels/${channel.id}/messages`;
  const body = { nonce: '1', enforce_nonce: true };
  const posted = await call('POST', path, {
    ...body,
    content: `<@${person.id}> see https://example.org/x and <https://example.org/y>`,
  });
  await call('PATCH', `${path}/${posted.body['id']}`, plainEdit('something else'));
  await call('POST', path, plainMessage('something else'));
  expect(discord.screen.pings()).toEqual([{ messageId: posted.body['id'], target: `user:${person.id}` }]);
  expect(discord.screen.previews()).toEqual(['https://example.org/x']);
  expect(discord.screen.doubledMessages()).toEqual(['something else']);
  expect(discord.screen.vanishedWords()).toHaveLength(1);
  expect(discord.screen.leftWaiting(/^something/)).toHaveLength(2);
});

it('finds nothing to judge in an answer that grows', async () => {
  const { discord, channel, call, clock } = createDiscordRig();
  const path = `/channels/${channel.id}/messages`;
  const posted = await call('POST', path, plainMessage('a red'));
  for (const text of ['a red bicycle', 'a red bicycle\n**and a cat**']) {
    await clock.advance(1_000);
    await call('PATCH', `${path}/${posted.body['id']}`, plainEdit(text));
  }
  const { screen } = discord;
  expect(
    [screen.pings(), screen.previews(), screen.doubledMessages(), screen.vanishedWords(), screen.leftWaiting()].flat(),
  ).toEqual([]);
  expect(discord.requests({ method: 'PATCH' })).toHaveLength(2);
  expect(discord.requests({ status: 429 })).toHaveLength(0);
  discord.expectNoViolations();
});
