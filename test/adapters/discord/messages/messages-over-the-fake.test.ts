import { PermissionFlagsBits } from 'discord-api-types/v10';
import { afterEach, describe, expect, it } from 'vitest';
import { createDiscordRest } from '../../../../adapters/discord/rest/rest.ts';
import type { InboxEvent } from '../../../../src/turn/inbox.ts';
import { createDiscordRig, unprivilegedIntents } from '../../../fakes/discord/discord-rig.ts';
import type { FakeDiscordOptions } from '../../../fakes/discord/fake-discord.ts';
import { createMessageRig } from './message-rig.ts';

const png = Uint8Array.from([0x89, 0x50, 0x4e, 0x47]);
const picture = (name: string) => ({ name, bytes: png, contentType: 'image/png' });
const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

/** A bot's inbox of messages at a fake Discord. */
async function createBot(options: { readsAll?: boolean } & Partial<FakeDiscordOptions> = {}) {
  const { readsAll = false, ...fake } = options;
  const { clock, discord, guild, channel, person } = createDiscordRig({
    ...fake,
    privileged: { messageContent: readsAll },
  });
  const rest = createDiscordRest({
    token: discord.token,
    apiUrl: 'https://discord.com/api',
    userAgent: 'Sightline/test',
    clock,
    onRefused: () => {},
    makeRequest: discord.makeRequest,
  });
  const rig = createMessageRig({ rest, clock, botId: discord.bot.id, messageContent: readsAll });
  const gateway = discord.connect({ intents: unprivilegedIntents | (readsAll ? 1 << 15 : 0) });
  const connected = gateway.run(rig.inbox.onDispatch, rig.stop.signal);
  await clock.runUntil(gateway.ready);
  await rig.idle();
  ends.push(async () => {
    await rig.end();
    await connected;
    expect(clock.pending()).toBe(0);
    expect(rig.logger.lines.filter(({ level }) => level === 'warn' || level === 'error')).toEqual([]);
    discord.expectNoViolations();
  });
  const { people, places } = discord;
  const messageOf = (event: InboxEvent) =>
    'turn' in event ? event.turn.message : 'subject' in event ? event.subject : '';
  /** What was handed over since it was last asked, in order of posting, with the names of pictures in place of pictures. */
  const taken = async () => {
    await rig.idle();
    const events = rig.events.splice(0).toSorted((left, right) => (messageOf(left) < messageOf(right) ? -1 : 1));
    return events.map((event) => {
      if (event.type !== 'turn' && event.type !== 'changed') return event;
      const namesOf = (images: readonly { name: string }[]) => images.map(({ name }) => name);
      const { turn } = event;
      return { ...turn, type: event.type, images: namesOf(turn.images), quotedImages: namesOf(turn.quotedImages) };
    });
  };
  const bob = places.createPerson({ name: 'bob', displayName: 'Bob' });
  places.join(guild, bob);
  return { clock, discord, people, places, guild, channel, ada: person, bob, memory: rig.memory, taken };
}

describe('messages at Discord', () => {
  it('become turns with their pictures and places', async () => {
    const { people, places, guild, channel, ada, taken } = await createBot();
    const voice = places.createChannel(guild, { kind: 'voice' });
    const forum = places.createChannel(guild, { kind: 'forum' });
    const asked = people.say(ada, channel, { text: 'what is this?', mentionsBot: true, files: [picture('cat.png')] });
    const spoken = people.say(ada, voice, { mentionsBot: true, files: [picture('board.png')] });
    const { thread } = people.openPost(ada, forum, 'birds', { text: 'which?', mentionsBot: true });
    people.say(ada, places.direct(ada), { text: 'hello', files: [picture('dog.png')] });
    const turns = await taken();
    expect(turns).toHaveLength(4);
    expect(turns).toMatchObject([
      { thread: asked.id, opensThread: true, text: 'what is this?', images: ['cat.png'] },
      { thread: spoken.id, opensThread: false, images: ['board.png'] },
      { channel: forum.id, thread: thread.id, opensThread: false, text: 'which?' },
      { tenant: 'dm', direct: true, images: ['dog.png'] },
    ]);
  });

  it('of bots, webhooks and people who do not mean the bot are left alone', async () => {
    const { people, places, guild, channel, ada, bob, taken } = await createBot({ readsAll: true });
    const other = places.createBot('other');
    places.join(guild, other);
    people.say(other, channel, { text: 'beep', mentionsBot: true });
    people.sayByWebhook('news', channel, { text: 'news', mentionsBot: true });
    const said = people.say(ada, channel, { text: '@everyone look' });
    people.say(bob, channel, { text: 'nice', replyTo: said });
    people.say(ada, channel, { text: people.mention({ roleId: guild.botRoleId ?? '' }) });
    people.openThread(ada, said, 'talk');
    expect(await taken()).toEqual([]);
  });

  it('in a thread of the bot need no mention where it reads everything', async () => {
    const { people, channel, ada, bob, memory, taken } = await createBot({ readsAll: true });
    const thread = people.openThread(ada, people.say(ada, channel, { text: 'look' }), 'talk');
    await memory.markBotThread(thread.id, channel.id, thread.id);
    const said = people.say(bob, thread, { text: 'what is it?' });
    people.say(ada, thread, { text: 'I know', replyTo: said });
    people.say(ada, thread, { text: `${people.mention(bob)} guess` });
    people.say(bob, thread, { text: 'and really?', replyTo: said });
    expect((await taken()).map((turn) => 'text' in turn && turn.text)).toEqual(['what is it?', 'and really?']);
  });

  it('that only Discord hides from the bot lead to a way out', async () => {
    const { people, channel, ada, bob, taken } = await createBot();
    const painting = people.say(bob, channel, { text: 'look', files: [picture('painting.png')] });
    people.say(ada, channel, { text: 'who painted it?', mentionsBot: true, replyTo: painting });
    const thread = people.openThread(ada, painting, 'talk');
    people.say(ada, thread, { text: 'who?', mentionsBot: true });
    const [replied, called] = await taken();
    expect(replied).toMatchObject({ quotedImages: [], unseen: expect.stringContaining('Ask about this image') });
    expect(called).toMatchObject({ quotedImages: [], unseen: expect.stringContaining('Ask about this image') });
  });

  it('are about the picture they reply to, or that their thread is about', async () => {
    const { people, places, guild, channel, ada, bob, taken } = await createBot({ readsAll: true });
    const painting = people.say(bob, channel, { text: 'look', files: [picture('painting.png')] });
    const forum = places.createChannel(guild, { kind: 'forum' });
    const { thread: post } = people.openPost(bob, forum, 'birds', { files: [picture('bird.png')] });
    people.say(ada, channel, { text: 'who?', mentionsBot: true, replyTo: painting });
    people.say(ada, people.openThread(ada, painting, 'talk'), { text: 'who?', mentionsBot: true });
    people.say(ada, post, { text: 'which?', mentionsBot: true });
    const forwarded = people.forward(ada, painting, places.direct(ada));
    const turns = await taken();
    expect(turns).toMatchObject([
      { quotedImages: ['painting.png'] },
      { quotedImages: ['painting.png'] },
      { quotedImages: ['bird.png'] },
      { message: forwarded.id, images: ['painting.png'] },
    ]);
  });

  it('wait for the preview of their link', async () => {
    const { clock, people, channel, ada, taken } = await createBot();
    const asked = people.say(ada, channel, { text: 'what is https://pictures.example/sunset.png', mentionsBot: true });
    await clock.advance(800);
    people.showPreview(asked, { url: 'https://pictures.example/sunset.png', file: picture('sunset.png') });
    expect(await taken()).toMatchObject([{ type: 'turn', images: ['sunset.png'] }]);
  });

  it('are asked again when they are edited, and taken back when they are deleted', async () => {
    const { clock, discord, people, channel, ada, taken } = await createBot();
    const asked = people.say(ada, channel, { text: 'what is this?', mentionsBot: true, files: [picture('cat.png')] });
    const subject = `discord:${asked.id}`;
    expect(await taken()).toMatchObject([{ id: subject }]);
    await clock.advance(5_000);
    people.edit(asked, `<@${discord.bot.id}> whose is this?`);
    const [changed] = await taken();
    expect(changed).toMatchObject({ type: 'changed', subject, text: 'whose is this?', images: ['cat.png'] });
    expect(changed).toMatchObject({ id: expect.stringMatching(new RegExp(`^${subject}~2026-01-01T00:00:05`)) });
    people.remove(asked);
    expect(await taken()).toEqual([{ type: 'deleted', subject }]);
  });

  it('say what their authors may do where they wrote', async () => {
    const { people, places, guild, channel, taken } = await createBot();
    const moderator = places.createPerson({ name: 'mo' });
    places.join(guild, moderator, { permissions: PermissionFlagsBits.ManageMessages, nick: 'Mo the Mod' });
    const keeper = places.createPerson({ name: 'kim' });
    places.join(guild, keeper, { permissions: PermissionFlagsBits.ManageGuild | PermissionFlagsBits.ManageChannels });
    places.setAvailable(guild, true);
    for (const each of [moderator, keeper]) people.say(each, channel, { text: 'hi', mentionsBot: true });
    expect((await taken()).map((turn) => 'person' in turn && turn.person)).toEqual([
      { id: moderator.id, name: 'Mo the Mod', moderator: true, managesChannel: false, managesServer: false },
      { id: keeper.id, name: 'kim', moderator: false, managesChannel: true, managesServer: true },
    ]);
  });
});
