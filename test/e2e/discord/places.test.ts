import { describe, expect, it } from 'vitest';
import { createDiscordBotRig, picture, slowly } from './discord-bot-rig.ts';

const threadHint = 'To ask more, mention me or reply to me here.';
const replyHint = 'To ask more, reply to this message.';

describe('a mention with a picture', () => {
  it.each(['text', 'announcement'] as const)(
    'in a channel of the kind “%s” opens a thread with the question as its name, where the answer grows',
    async (kind) => {
      const rig = createDiscordBotRig();
      const channel = rig.discord.places.createChannel(rig.guild, { kind, name: 'sights' });
      const program = await rig.start();
      rig.chat.script(slowly('A bridge over a quiet river at dusk.'));
      const message = rig.mention('what is **this**?', {}, channel);
      await rig.pass(30_000);

      const thread = rig.threadOn(message);
      expect(thread.name).toBe('what is this?');
      expect(rig.shown(channel)).toEqual([]);
      expect(rig.shown(thread)).toEqual([`A bridge over a quiet river at dusk.\n\n${threadHint}`]);
      expect(rig.discord.screen.timeline(thread.id).length).toBeGreaterThan(3);
      rig.judge();
      await program.stop();
    },
  );

  it.each(['voice', 'stage'] as const)(
    'in a channel of the kind “%s”, which has no threads, is replied to',
    async (kind) => {
      const rig = createDiscordBotRig();
      const channel = rig.discord.places.createChannel(rig.guild, { kind, name: 'talk' });
      const program = await rig.start();
      const message = rig.mention('what is this?', {}, channel);
      await rig.pass(30_000);
      expect(rig.shown(channel)).toEqual([`inspector on 1: what is this?\n\n${replyHint}`]);
      expect(rig.lastMessage(channel).reference?.messageId).toBe(message.id);
      expect(message.threadId).toBeNull();

      rig.discord.people.say(rig.person, channel, { text: 'and above it?', replyTo: rig.lastMessage(channel) });
      await rig.pass(30_000);
      expect(rig.shown(channel)[1]).toContain('inspector on 1: and above it?');
      expect(rig.chat.questions[1]?.conversationKey).toBe(rig.chat.questions[0]?.conversationKey);
      rig.judge();
      await program.stop();
    },
  );

  it.each(['forum', 'media'] as const)(
    'in a post of a channel of the kind “%s” is answered in the post',
    async (kind) => {
      const rig = createDiscordBotRig();
      const forum = rig.discord.places.createChannel(rig.guild, { kind, name: 'finds' });
      const program = await rig.start();
      const { thread } = rig.discord.people.openPost(rig.person, forum, 'A find', {
        text: 'what is this?',
        mentionsBot: true,
        files: [picture('find.png')],
      });
      await rig.pass(30_000);
      expect(rig.shown(thread)).toEqual([`inspector on 1: what is this?\n\n${threadHint}`]);

      rig.mention('how old is it?', { files: [] }, thread);
      await rig.pass(30_000);
      expect(rig.shown(thread)[1]).toBe('inspector on 1: how old is it?');
      expect(rig.shown(forum)).toEqual([]);
      rig.judge();
      await program.stop();
    },
  );
});

it('a mention without words is asked for a description, in a thread named after the person', async () => {
  const rig = createDiscordBotRig();
  const program = await rig.start();
  const message = rig.mention('');
  await rig.pass(30_000);
  const thread = rig.threadOn(message);
  expect(thread.name).toBe('Picture from ada');
  expect(rig.shown(thread)[0]).toMatch(/^You sent no question, so here is a description\./);
  rig.judge();
  await program.stop();
});

it('questions that come quickly after each other in a thread are answered in order', async () => {
  const rig = createDiscordBotRig();
  const program = await rig.start();
  const message = rig.mention('first?');
  await rig.pass(30_000);
  const thread = rig.threadOn(message);
  for (const text of ['second?', 'third?', 'fourth?']) rig.mention(text, { files: [] }, thread);
  await rig.pass(60_000);
  expect(rig.shown(thread).slice(1)).toEqual(['second?', 'third?', 'fourth?'].map((text) => `inspector on 1: ${text}`));
  rig.judge();
  await program.stop();
});

describe('direct messages', () => {
  it('are answered by replies, and go on without mentions or threads', async () => {
    const rig = createDiscordBotRig();
    const direct = rig.discord.places.direct(rig.person);
    const program = await rig.start();
    const first = rig.discord.people.say(rig.person, direct, { text: 'what is this?', files: [picture('a.png')] });
    await rig.pass(30_000);
    rig.discord.people.say(rig.person, direct, { text: 'and the colours?' });
    await rig.pass(30_000);
    expect(rig.shown(direct)).toEqual(['inspector on 1: what is this?', 'inspector on 1: and the colours?']);
    expect(rig.discord.screen.botMessages(direct.id)).toHaveLength(2);
    expect(first.threadId).toBeNull();
    rig.judge();
    await program.stop();
  });

  it('start afresh with /new', async () => {
    const rig = createDiscordBotRig();
    const direct = rig.discord.places.direct(rig.person);
    const program = await rig.start();
    rig.discord.people.say(rig.person, direct, { text: 'what is this?', files: [picture('a.png')] });
    await rig.pass(30_000);
    rig.discord.people.say(rig.person, direct, { text: '/new' });
    await rig.pass(30_000);
    rig.discord.people.say(rig.person, direct, { text: 'and now?' });
    await rig.pass(30_000);
    expect(rig.shown(direct).slice(1)).toEqual([
      'A new conversation starts here. Earlier pictures and questions are left behind.',
      'I see no picture here, so I asked nothing. Add one to your message, or reply to a message that has one.',
    ]);
    rig.judge();
    await program.stop();
  });
});

describe('a thread of the bot', () => {
  it('without the privileged intent goes on by mentions and replies; the hint says so once, and other messages stay among people', async () => {
    const rig = createDiscordBotRig();
    const program = await rig.start();
    const message = rig.mention('what is this?');
    await rig.pass(30_000);
    const thread = rig.threadOn(message);
    rig.mention('who built it?', { files: [] }, thread);
    await rig.pass(30_000);
    rig.discord.people.say(rig.person, thread, { text: 'and when?', replyTo: rig.lastMessage(thread) });
    await rig.pass(30_000);
    rig.discord.people.say(rig.person, thread, { text: 'nice, is it not?' });
    await rig.pass(30_000);
    expect(rig.shown(thread)).toEqual([
      `inspector on 1: what is this?\n\n${threadHint}`,
      'inspector on 1: who built it?',
      'inspector on 1: and when?',
    ]);
    rig.judge();
    await program.stop();
  });

  it('with the privileged intent goes on without mentions, and leaves people alone who talk to each other', async () => {
    const rig = createDiscordBotRig({ messageContent: true });
    const { places, people } = rig.discord;
    const friend = places.createPerson({ name: 'bea' });
    places.join(rig.guild, friend);
    const program = await rig.start();
    const message = rig.mention('what is this?');
    await rig.pass(30_000);
    const thread = rig.threadOn(message);
    const follow = people.say(friend, thread, { text: 'who built it?' });
    await rig.pass(30_000);
    people.say(rig.person, thread, { text: 'good question', replyTo: follow });
    people.say(rig.person, thread, { text: `${people.mention(friend)} look at that` });
    people.say(rig.person, rig.channel, { text: 'nothing for a bot here' });
    await rig.pass(30_000);
    expect(rig.shown(thread)).toEqual(['inspector on 1: what is this?', 'inspector on 1: who built it?']);
    expect(rig.shown(rig.channel)).toEqual([]);
    rig.judge();
    await program.stop();
  });

  it('that people opened is joined by a mention', async () => {
    const rig = createDiscordBotRig();
    const program = await rig.start();
    const starter = rig.discord.people.say(rig.person, rig.channel, { text: 'look', files: [picture('a.png')] });
    const thread = rig.discord.people.openThread(rig.person, starter, 'about it');
    rig.mention('what is this?', { files: [picture('b.png')] }, thread);
    await rig.pass(30_000);
    expect(rig.shown(thread)).toEqual([`inspector on 1: what is this?\n\n${threadHint}`]);
    expect(rig.shown(rig.channel)).toEqual([]);
    rig.judge();
    await program.stop();
  });
});

describe('nothing is said', () => {
  it('to bots, webhooks, itself, everyone, roles, and messages that call nobody', async () => {
    const rig = createDiscordBotRig({ messageContent: true });
    const { places, people } = rig.discord;
    const robot = places.createBot('robot');
    places.join(rig.guild, robot);
    const roleId = places.createRole(rig.guild, { name: 'painters' });
    const botRole = rig.guild.botRoleId ?? '';
    const program = await rig.start();
    const files = [picture('a.png')];
    people.say(robot, rig.channel, { text: 'what is this?', mentionsBot: true, files });
    people.say(rig.discord.bot, rig.channel, { text: 'what is this?', mentionsBot: true, files });
    people.sayByWebhook('hook', rig.channel, { text: 'what is this?', mentionsBot: true, files });
    people.say(rig.person, rig.channel, { text: '@everyone what is this?', files });
    people.say(rig.person, rig.channel, { text: `${people.mention({ roleId })} what is this?`, files });
    people.say(rig.person, rig.channel, { text: `${people.mention({ roleId: botRole })} what is this?`, files });
    people.say(rig.person, rig.channel, { text: 'what is this?', files });
    await rig.pass(30_000);
    expect(rig.chat.questions).toEqual([]);
    expect(rig.discord.requests({ method: 'POST', route: '/channels/:channel/messages' })).toEqual([]);
    expect(rig.discord.requests({ method: 'POST', route: '/channels/:channel/messages/:message/threads' })).toEqual([]);
    await program.stop();
  });
});
