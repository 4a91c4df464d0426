import { describe, expect, it } from 'vitest';
import type { ChannelOptions } from '../../fakes/slack/places.ts';
import { createSlackBotRig, picture, slowly } from './slack-bot-rig.ts';

const modes = ['socket', 'http'] as const;
const files = [picture('a.png')];

describe.each(modes)('over %s', (mode) => {
  it.each(['channel', 'group', 'mpim'] satisfies ChannelOptions['kind'][])(
    'a mention with a picture in a conversation of the kind “%s” is answered in a thread, where the answer grows',
    async (kind) => {
      const rig = createSlackBotRig({ mode });
      const place = rig.slack.places.createChannel(rig.team, { kind, members: [rig.person, rig.bot] });
      const program = await rig.start();
      rig.chat.script(slowly('A bridge over a quiet river at dusk.'));
      const question = rig.mention('what is this?', {}, place);
      await rig.pass(30_000);
      expect(rig.shown(place)).toEqual(['A bridge over a quiet river at dusk.']);
      expect(rig.shown(place, question)).toHaveLength(1);
      expect(rig.slack.screen.timeline({ channel: place }).length).toBeGreaterThan(3);
      expect(rig.lastMessage(place).stream).not.toBeNull();
      await rig.end(program);
    },
  );

  it('direct messages are answered where they are written, without a thread, and go on', async () => {
    const rig = createSlackBotRig({ mode });
    const direct = rig.slack.places.direct(rig.person, rig.installation);
    const program = await rig.start();
    rig.slack.people.say(rig.person, direct, { text: 'what is this?', files });
    await rig.pass(30_000);
    rig.slack.people.say(rig.person, direct, { text: 'and the colours?' });
    await rig.pass(30_000);
    const shown = rig.slack.screen.botMessages({ channel: direct });
    expect(shown.map(({ text }) => text)).toEqual([
      'inspector on 1: what is this?',
      'inspector on 1: and the colours?',
    ]);
    expect(shown.map(({ threadTs }) => threadTs)).toEqual([null, null]);
    expect(rig.chat.questions[1]?.conversationId).toBe(rig.chat.questions[0]?.conversationId);
    await rig.end(program);
  });

  it('the thread goes on without mentions, whoever of it asks, about the same pictures', async () => {
    const rig = createSlackBotRig({ mode });
    const friend = rig.slack.places.createPerson(rig.team, { name: 'bea' });
    rig.channel.memberIds.add(friend.id);
    const program = await rig.start();
    const question = rig.mention('what is this?');
    await rig.pass(30_000);
    rig.slack.people.say(rig.person, rig.channel, { text: 'who built it?', inThreadOf: question });
    await rig.pass(30_000);
    rig.slack.people.say(friend, rig.channel, { text: 'and when?', inThreadOf: question });
    await rig.pass(30_000);
    expect(rig.shown(rig.channel, question)).toEqual([
      'inspector on 1: what is this?',
      'inspector on 1: who built it?',
      'inspector on 1: and when?',
    ]);
    expect(new Set(rig.chat.questions.map(({ conversationId }) => conversationId)).size).toBe(1);
    expect(rig.chat.questions.map(({ isMixed }) => isMixed)).toEqual([false, false, false]);
    await rig.end(program);
  });

  it.each([
    { first: 'message', files: 'with', sends: 'both' },
    { first: 'message', files: 'without', sends: 'both' },
    { first: 'mention', files: 'with', sends: 'both' },
    { first: 'mention', files: 'without', sends: 'both' },
    { first: 'mention', files: 'with', sends: 'mention' },
    { first: 'mention', files: 'without', sends: 'mention' },
    { first: 'message', files: 'with', sends: 'message' },
  ] as const)('the twins of a mention make one answer: $sends sent, $first first, $files files', async (mentions) => {
    const rig = createSlackBotRig({ mode, slack: { settings: { mentions } } });
    const program = await rig.start();
    const question = rig.mention('what is this?');
    await rig.pass(30_000);
    expect(rig.shown(rig.channel)).toEqual(['inspector on 1: what is this?']);
    expect(rig.shown(rig.channel, question)).toHaveLength(1);
    expect(rig.chat.questions).toHaveLength(1);
    await rig.end(program);
  });

  it('an event that comes four times, and once more under another id, makes one answer', async () => {
    const rig = createSlackBotRig({ mode, slack: { settings: { deliverTimes: 4 } } });
    const program = await rig.start();
    const question = rig.mention('what is this?');
    await rig.pass(5_000);
    rig.slack.people.announceAgain(question);
    await rig.pass(30_000);
    rig.slack.people.announceAgain(question);
    await rig.pass(30_000);
    expect(rig.shown(rig.channel)).toEqual(['inspector on 1: what is this?']);
    expect(rig.chat.questions).toHaveLength(1);
    await rig.end(program);
  });

  it('nothing is said to bots, itself, Slackbot, everybody, groups, other people, and messages that call nobody', async () => {
    const rig = createSlackBotRig({ mode });
    const { places, people } = rig.slack;
    const robot = places.createBot(rig.team, 'robot');
    const friend = places.createPerson(rig.team, { name: 'bea' });
    for (const each of [robot, friend]) rig.channel.memberIds.add(each.id);
    const program = await rig.start();
    const call = `<@${rig.bot.id}>`;
    people.say(robot, rig.channel, { text: 'what is this?', mentionsBot: true, files });
    people.say(robot, rig.channel, { text: `${call} what is this?`, subtype: 'bot_message' });
    people.say(rig.bot, rig.channel, { text: `${call} what is this?`, files });
    people.say(places.slackbot(rig.team), rig.channel, { text: `${call} reminder: look`, files });
    for (const everybody of ['<!here>', '<!channel>', '<!everyone>', '<!subteam^S0123456|@painters>']) {
      people.say(rig.person, rig.channel, { text: `${everybody} what is this?`, files });
    }
    people.say(rig.person, rig.channel, { text: `<@${friend.id}> what is this?`, files });
    people.say(rig.person, rig.channel, { text: 'what is this?', files });
    people.say(rig.person, rig.channel, {
      text: `<@${rig.person.id}> has joined the channel`,
      subtype: 'channel_join',
    });
    await rig.pass(30_000);
    expect(rig.chat.questions).toEqual([]);
    expect(rig.slack.requests({ method: 'chat.postMessage' })).toEqual([]);
    expect(rig.slack.requests({ method: 'chat.startStream' })).toEqual([]);
    expect(rig.slack.screen.statusChanges()).toEqual([]);
    expect(rig.slack.screen.botMessages().filter(({ text }) => !text.includes('what is this?'))).toEqual([]);
    rig.slack.takeViolations();
    await program.stop();
    expect(rig.untaken()).toEqual([]);
  });
});

describe('in a thread', () => {
  it('that people opened the bot joins on a mention, and then goes on without', async () => {
    const rig = createSlackBotRig();
    const { people } = rig.slack;
    const program = await rig.start();
    const starter = people.say(rig.person, rig.channel, { text: 'look' });
    people.say(rig.person, rig.channel, { text: 'nobody is called here', inThreadOf: starter });
    await rig.pass(10_000);
    expect(rig.shown()).toEqual([]);
    rig.mention('what is this?', { inThreadOf: starter });
    await rig.pass(30_000);
    people.say(rig.person, rig.channel, { text: 'and that?', inThreadOf: starter });
    await rig.pass(30_000);
    expect(rig.shown(rig.channel, starter)).toEqual(['inspector on 1: what is this?', 'inspector on 1: and that?']);
    await rig.end(program);
  });

  it('of the bot people can talk to each other by calling each other, or everybody', async () => {
    const rig = createSlackBotRig();
    const { people, places } = rig.slack;
    const friend = places.createPerson(rig.team, { name: 'bea' });
    rig.channel.memberIds.add(friend.id);
    const program = await rig.start();
    const question = rig.mention('what is this?');
    await rig.pass(30_000);
    people.say(rig.person, rig.channel, { text: `<@${friend.id}> look at that`, inThreadOf: question });
    people.say(friend, rig.channel, { text: `<@${rig.person.id}> nice`, inThreadOf: question });
    people.say(friend, rig.channel, { text: '<!here> come and see', inThreadOf: question });
    await rig.pass(30_000);
    expect(rig.shown(rig.channel, question)).toEqual(['inspector on 1: what is this?']);
    people.say(friend, rig.channel, { text: `who is <@${rig.person.id}> on it?`, inThreadOf: question });
    await rig.pass(30_000);
    expect(rig.shown(rig.channel, question)[1]).toBe('inspector on 1: who is @ada on it?');
    await rig.end(program);
  });

  it('a reply that is also sent to the channel is answered in the thread, once', async () => {
    const rig = createSlackBotRig();
    const program = await rig.start();
    const question = rig.mention('what is this?');
    await rig.pass(30_000);
    rig.slack.people.say(rig.person, rig.channel, { text: 'and when?', inThreadOf: question, broadcast: true });
    await rig.pass(30_000);
    expect(rig.shown(rig.channel, question)).toEqual(['inspector on 1: what is this?', 'inspector on 1: and when?']);
    expect(rig.shown()).toHaveLength(2);
    await rig.end(program);
  });

  it('questions that come quickly after each other are answered in order, also before the first answer stands', async () => {
    const rig = createSlackBotRig();
    const program = await rig.start();
    const question = rig.mention('first?');
    for (const text of ['second?', 'third?', 'fourth?']) {
      rig.slack.people.say(rig.person, rig.channel, { text, inThreadOf: question });
    }
    await rig.pass(60_000);
    expect(rig.shown(rig.channel, question)).toEqual(
      ['first?', 'second?', 'third?', 'fourth?'].map((text) => `inspector on 1: ${text}`),
    );
    await rig.end(program);
  });

  it('other threads of the same channel are conversations of their own', async () => {
    const rig = createSlackBotRig();
    const program = await rig.start();
    rig.mention('what is this?');
    rig.mention('what is that?');
    await rig.pass(30_000);
    expect(rig.shown()).toHaveLength(2);
    expect(new Set(rig.chat.questions.map(({ conversationId }) => conversationId)).size).toBe(2);
    await rig.end(program);
  });

  it('after a restart the thread still goes on', async () => {
    const rig = createSlackBotRig();
    const before = await rig.start();
    const question = rig.mention('what is this?');
    await rig.pass(30_000);
    await before.stop();
    const program = await rig.start();
    rig.slack.people.say(rig.person, rig.channel, { text: 'and when?', inThreadOf: question });
    await rig.pass(30_000);
    expect(rig.shown(rig.channel, question)).toEqual(['inspector on 1: what is this?', 'inspector on 1: and when?']);
    await rig.end(program);
  });
});

describe('direct messages', () => {
  it('in a thread are answered in the thread, as a conversation of its own, streamed', async () => {
    const rig = createSlackBotRig();
    const direct = rig.slack.places.direct(rig.person, rig.installation);
    const program = await rig.start();
    const first = rig.slack.people.say(rig.person, direct, { text: 'what is this?', files });
    await rig.pass(30_000);
    rig.slack.people.say(rig.person, direct, { text: 'and that?', files: [picture('b.png')], inThreadOf: first });
    await rig.pass(30_000);
    const shown = rig.slack.screen.botMessages({ channel: direct });
    expect(shown.map(({ threadTs }) => threadTs)).toEqual([null, first.ts]);
    expect(shown[1]?.text).toBe('inspector on 1: and that?');
    expect(rig.lastMessage(direct).stream).not.toBeNull();
    expect(rig.chat.questions[1]?.conversationId).not.toBe(rig.chat.questions[0]?.conversationId);
    await rig.end(program);
  });

  it('that call the bot are answered once, without the call', async () => {
    const rig = createSlackBotRig();
    const direct = rig.slack.places.direct(rig.person, rig.installation);
    const program = await rig.start();
    rig.mention('what is this?', {}, direct);
    await rig.pass(30_000);
    expect(rig.shown(direct)).toEqual(['inspector on 1: what is this?']);
    await rig.end(program);
  });

  it('of different people are different conversations', async () => {
    const rig = createSlackBotRig();
    const friend = rig.slack.places.createPerson(rig.team, { name: 'bea' });
    const mine = rig.slack.places.direct(rig.person, rig.installation);
    const hers = rig.slack.places.direct(friend, rig.installation);
    const program = await rig.start();
    rig.slack.people.say(rig.person, mine, { text: 'what is this?', files });
    rig.slack.people.say(friend, hers, { text: 'and here?' });
    await rig.pass(30_000);
    expect(rig.shown(mine)).toEqual(['inspector on 1: what is this?']);
    expect(rig.shown(hers)[0]).toContain('I see no picture here');
    await rig.end(program);
  });
});

it('a mention without words is asked for a description', async () => {
  const rig = createSlackBotRig();
  const program = await rig.start();
  rig.mention('');
  await rig.pass(30_000);
  expect(rig.shown()[0]).toMatch(/^You sent no question, so here is a description\./);
  await rig.end(program);
});

it('a mention in the middle of a sentence is left out of the question, other people are called by their names', async () => {
  const rig = createSlackBotRig();
  const friend = rig.slack.places.createPerson(rig.team, { name: 'bea' });
  const program = await rig.start();
  const text = `Hey <@${rig.bot.id}>, is this <@${friend.id}> &amp; her dog in <#${rig.channel.id}|pictures>?`;
  rig.slack.people.say(rig.person, rig.channel, { text, files });
  await rig.pass(30_000);
  expect(rig.chat.questions.map(({ prompt }) => prompt)).toEqual(['Hey is this @bea & her dog in #pictures?']);
  await rig.end(program);
});

it.each([300, 1_500])(
  'a mention whose files come %i ms later with its twin is asked with them, once',
  async (lateMs) => {
    const rig = createSlackBotRig({
      slack: { settings: { historyLagMs: 500, mentions: { files: 'without', sends: 'mention', first: 'mention' } } },
    });
    const program = await rig.start();
    const question = rig.mention('what is this?');
    await rig.clock.advance(lateMs);
    rig.slack.settings.mentions = { files: 'with', sends: 'message', first: 'message' };
    rig.slack.people.announceAgain(question);
    await rig.pass(30_000);
    expect(rig.shown(rig.channel)).toEqual(['inspector on 1: what is this?']);
    expect(rig.chat.questions).toHaveLength(1);
    await rig.end(program);
  },
);

it('a message of a channel shared by Slack Connect, heard through two workspaces, is answered once', async () => {
  const rig = createSlackBotRig({ mode: 'http', oauth: true });
  const { places } = rig.slack;
  const other = places.createTeam({ name: 'Sculptors' });
  const boss = places.createPerson(other, { name: 'carl' });
  const program = await rig.start();
  await rig.install(program, rig.team, rig.person);
  await rig.install(program, other, boss);
  places.connect(rig.channel, other);
  for (const { bot } of rig.slack.world.installations) rig.channel.memberIds.add(bot.id);
  rig.channel.memberIds.add(boss.id);
  const question = rig.slack.people.say(rig.person, rig.channel, {
    text: `<@${rig.bot.id}> what is this?`,
    files,
  });
  await rig.pass(30_000);
  const events = rig.slack.deliveries.log().filter(({ what }) => what === 'message');
  expect(new Set(events.map(({ teamId }) => teamId)).size).toBe(2);
  expect(rig.shown(rig.channel, question)).toEqual(['inspector on 1: what is this?']);
  rig.slack.people.say(boss, rig.channel, { text: 'and who painted it?', inThreadOf: question });
  await rig.pass(30_000);
  expect(rig.shown(rig.channel, question)).toEqual([
    'inspector on 1: what is this?',
    'inspector on 1: and who painted it?',
  ]);
  expect(rig.chat.questions).toHaveLength(2);
  expect(rig.chat.questions[1]?.conversationId).toBe(rig.chat.questions[0]?.conversationId);
  rig.slack.people.edit(question, `<@${rig.bot.id}> what is that?`);
  await rig.pass(30_000);
  expect(rig.chat.questions).toHaveLength(3);
  expect(rig.shown(rig.channel, question)[0]).toBe('inspector on 1: what is that?');
  rig.slack.people.remove(question);
  await rig.pass(30_000);
  expect(rig.shown(rig.channel, question)).toEqual(['inspector on 1: and who painted it?']);
  await rig.end(program, { vanished: true });
});
