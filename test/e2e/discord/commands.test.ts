import { PermissionFlagsBits } from 'discord-api-types/v10';
import { describe, expect, it } from 'vitest';
import { createDiscordBotRig, picture, slowly } from './discord-bot-rig.ts';

const image = picture('photo.png');
const pointing = 'Ask about this image';

describe('/ask', () => {
  it('in a channel is answered there for everyone; a reply that mentions the bot goes on', async () => {
    const rig = createDiscordBotRig();
    const program = await rig.start();
    rig.chat.script(slowly('A bridge over a quiet river.'));
    const asked = await rig.command({ name: 'ask', options: { image, question: 'what is this?' } });
    expect(rig.answerTo(asked)).toBe(
      'A bridge over a quiet river.\n\nTo ask more, reply to this message and mention me.',
    );
    expect(asked.response?.ephemeral).toBe(false);
    expect(rig.shown(rig.channel)).toHaveLength(1);

    const answer = rig.lastMessage(rig.channel);
    rig.mention('how long is it?', { files: [], replyTo: answer });
    await rig.pass(30_000);
    expect(rig.shown(rig.channel)[1]).toContain('inspector on 1: how long is it?');
    expect(rig.chat.questions[1]?.conversationId).toBe(rig.chat.questions[0]?.conversationId);
    rig.judge();
    await program.stop();
  });

  it('takes four pictures in the order of the boxes', async () => {
    const rig = createDiscordBotRig();
    const program = await rig.start();
    const [image2, image3, image4] = [picture('b.png'), picture('c.png'), picture('d.png')];
    await rig.command({ name: 'ask', options: { image, question: 'compare', image2, image3, image4 } });
    expect(rig.shown(rig.channel)[0]).toContain('inspector on 4: compare');
    expect(rig.chat.questions[0]?.imageKeys.map((key) => /_(\w+)\./.exec(key)?.[1])).toEqual(['photo', 'b', 'c', 'd']);
    rig.judge();
    await program.stop();
  });

  it('in a thread is answered in the thread and belongs to its conversation', async () => {
    const rig = createDiscordBotRig();
    const program = await rig.start();
    const message = rig.mention('what is this?');
    await rig.pass(30_000);
    const thread = rig.threadOn(message);
    await rig.command({ name: 'ask', options: { image: picture('b.png'), question: 'and this?' } }, thread);
    expect(rig.shown(thread)[1]).toContain('inspector on 1: and this?');
    expect(rig.chat.questions[1]?.conversationKey).toBe(rig.chat.questions[0]?.conversationKey);
    rig.judge();
    await program.stop();
  });

  it('in a direct message belongs to the conversation there', async () => {
    const rig = createDiscordBotRig();
    const direct = rig.discord.places.direct(rig.person);
    const program = await rig.start();
    await rig.command({ name: 'ask', options: { image, question: 'what is this?' } }, direct);
    rig.discord.people.say(rig.person, direct, { text: 'and above?' });
    await rig.pass(30_000);
    expect(rig.shown(direct)).toEqual(['inspector on 1: what is this?', 'inspector on 1: and above?']);
    rig.judge();
    await program.stop();
  });

  it.each([
    [
      'in a server',
      (rig: ReturnType<typeof createDiscordBotRig>) => {
        const guild = rig.discord.places.createGuild({ name: 'Elsewhere', withBot: false });
        rig.discord.places.join(guild, rig.person, { permissions: PermissionFlagsBits.UseExternalApps });
        return rig.discord.places.createChannel(guild);
      },
    ],
    [
      'among friends',
      (rig: ReturnType<typeof createDiscordBotRig>) =>
        rig.discord.places.group([rig.person, rig.discord.places.createPerson({ name: 'bea' })]),
    ],
  ])(
    'where a person brought the bot along, %s, is answered through the interaction alone, and can be asked again',
    async (_where, place) => {
      const rig = createDiscordBotRig();
      const where = place(rig);
      const program = await rig.start();
      rig.chat.script(slowly('A bridge over a quiet river.'));
      const asked = await rig.command({ name: 'ask', options: { image, question: 'what is this?' } }, where);
      expect(rig.answerTo(asked)).toBe('A bridge over a quiet river.');
      const again = await rig.press('again', rig.lastMessage(where));
      await rig.pass(20_000);
      expect(rig.answerTo(again)).toBe('inspector on 1: what is this?');
      expect(rig.discord.requests({ method: 'POST', route: '/channels/:channel/messages' })).toEqual([]);
      rig.judge();
      await program.stop();
    },
  );

  it('whose answer takes longer than the token of the interaction lives goes on by edits in the channel', async () => {
    const rig = createDiscordBotRig();
    const program = await rig.start();
    const words = Array.from({ length: 200 }, (_, index) => `word${index} `);
    rig.chat.script({ words, wordDelayMs: 5_000 });
    const asked = await rig.command({ name: 'ask', options: { image, question: 'what is this?' } });
    await rig.pass(20 * 60_000);
    expect(rig.answerTo(asked)).toContain(words.join('').trim());
    expect(rig.shown(rig.channel)).toHaveLength(1);
    const edits = rig.discord.requests({ method: 'PATCH', route: '/channels/:channel/messages/:message' });
    expect(edits.length).toBeGreaterThan(3);
    rig.judge();
    await program.stop();
  });
});

describe('“Ask about this image”', () => {
  it('opens a form, answers privately, and shows the answer to everyone when that is wished', async () => {
    const rig = createDiscordBotRig();
    const { people, clicks } = rig.discord;
    const friend = rig.discord.places.createPerson({ name: 'bea' });
    rig.discord.places.join(rig.guild, friend);
    const posted = people.say(friend, rig.channel, { text: 'my trip', files: [picture('trip.png')] });
    const program = await rig.start();
    const pointed = clicks.messageCommand(rig.person, posted, pointing);
    await rig.pass(1_000);
    const asked = clicks.submit(pointed, { question: 'where is this?' });
    await rig.pass(20_000);
    expect(rig.whispers()).toEqual(['inspector on 1: where is this?']);
    expect(asked.response?.ephemeral).toBe(true);

    await rig.press('show', rig.lastMessage(rig.channel));
    await rig.pass(5_000);
    const open = rig.discord.screen.botMessages(rig.channel.id).filter(({ visibleTo }) => visibleTo === null);
    expect(open.map(({ text }) => text)).toEqual(['inspector on 1: where is this?']);
    expect(rig.messageOf(open[0]?.id ?? '').reference?.messageId).toBe(posted.id);
    rig.judge();
    await program.stop();
  });

  it('describes the picture when the form is sent empty, and asks again privately', async () => {
    const rig = createDiscordBotRig();
    const { people, clicks } = rig.discord;
    const posted = people.say(rig.person, rig.channel, { text: 'my trip', files: [picture('trip.png')] });
    const program = await rig.start();
    const pointed = clicks.messageCommand(rig.person, posted, pointing);
    await rig.pass(1_000);
    clicks.submit(pointed, { question: '' });
    await rig.pass(20_000);
    expect(rig.whispers()[0]).toContain('You sent no question, so here is a description.');
    rig.chat.script({ words: ['Another description.'] });
    await rig.press('again', rig.lastMessage(rig.channel));
    await rig.pass(20_000);
    expect(rig.whispers()).toHaveLength(2);
    expect(rig.whispers()[1]).toContain('Another description.');
    rig.judge();
    await program.stop();
  });

  it('shows an answer of several messages to everyone, each of them', async () => {
    const rig = createDiscordBotRig();
    const { people, clicks } = rig.discord;
    const posted = people.say(rig.person, rig.channel, { text: 'my trip', files: [picture('trip.png')] });
    const program = await rig.start();
    const pointed = clicks.messageCommand(rig.person, posted, pointing);
    await rig.pass(1_000);
    rig.chat.script({ words: Array.from({ length: 700 }, (_, index) => `word${index} `), wordDelayMs: 5 });
    clicks.submit(pointed, { question: 'tell me everything' });
    await rig.pass(30_000);
    await rig.press('show', rig.lastMessage(rig.channel));
    await rig.pass(10_000);
    const open = rig.discord.screen.botMessages(rig.channel.id).filter(({ visibleTo }) => visibleTo === null);
    expect(open).toHaveLength(3);
    expect(open.map(({ text }) => text)).toEqual(rig.whispers());
    rig.judge();
    await program.stop();
  });

  it('on a message without a picture says so at once, to that person alone', async () => {
    const rig = createDiscordBotRig();
    const posted = rig.discord.people.say(rig.person, rig.channel, { text: 'just words' });
    const program = await rig.start();
    rig.discord.clicks.messageCommand(rig.person, posted, pointing);
    await rig.pass(5_000);
    expect(rig.whispers()).toEqual([
      'There is no picture on that message that I can see. Use the command on a message with a picture.',
    ]);
    rig.judge();
    await program.stop();
  });
});

describe('the other commands', () => {
  it('suggest models while a name is typed', async () => {
    const rig = createDiscordBotRig();
    const program = await rig.start();
    const typed = rig.discord.clicks.autocomplete(rig.person, rig.channel, {
      name: 'model',
      options: { name: 'oth' },
      focused: 'name',
    });
    await rig.pass(1_000);
    expect(typed.response?.choices.map(({ value }) => value)).toEqual(['other']);
    rig.judge();
    await program.stop();
  });

  it('/model switches the model of a thread, for that thread alone', async () => {
    const rig = createDiscordBotRig();
    const program = await rig.start();
    const message = rig.mention('what is this?');
    await rig.pass(30_000);
    const thread = rig.threadOn(message);
    const switched = await rig.command({ name: 'model', options: { name: 'other' } }, thread);
    expect(rig.answerTo(switched)).toBe('`other` answers in this conversation from now on.');
    expect(switched.response?.ephemeral).toBe(true);
    rig.mention('and this?', { files: [] }, thread);
    const elsewhere = rig.mention('what is that?');
    await rig.pass(30_000);
    expect(rig.shown(thread).at(-1)).toBe('other on 1: and this?');
    expect(rig.shown(rig.threadOn(elsewhere))[0]).toContain('inspector on 1: what is that?');
    rig.judge();
    await program.stop();
  });

  it('/model for a channel needs the right to manage it', async () => {
    const rig = createDiscordBotRig();
    const boss = rig.discord.places.createPerson({ name: 'boss' });
    rig.discord.places.join(rig.guild, boss, { permissions: PermissionFlagsBits.ManageChannels });
    const program = await rig.start();
    const words = { name: 'model', options: { name: 'other', scope: 'channel' } };
    expect(rig.answerTo(await rig.command(words))).toBe(
      'Only people who manage this channel can switch its model. Try /model other me.',
    );
    expect(rig.answerTo(await rig.command(words, rig.channel, boss))).toBe(
      '`other` answers in this channel from now on.',
    );
    const message = rig.mention('what is this?');
    await rig.pass(30_000);
    expect(rig.shown(rig.threadOn(message))[0]).toContain('other on 1: what is this?');
    rig.judge();
    await program.stop();
  });

  it('/model with a name that there is not says so in one sentence; alone it lists what there is', async () => {
    const rig = createDiscordBotRig();
    const program = await rig.start();
    const refused = await rig.command({ name: 'model', options: { name: 'gpt-9' } });
    expect(rig.answerTo(refused)).toBe('There is no model “gpt-9”. Write /model to see them all.');
    expect(rig.answerTo(await rig.command({ name: 'model' }))).toContain('**Ready**');
    rig.judge();
    await program.stop();
  });

  it('/search and /new belong into a conversation and say so elsewhere; /help helps everywhere', async () => {
    const rig = createDiscordBotRig();
    const program = await rig.start();
    const message = rig.mention('what is this?');
    await rig.pass(30_000);
    const thread = rig.threadOn(message);
    const search = { name: 'search', options: { mode: 'on' } };
    expect(rig.answerTo(await rig.command(search))).toBe(
      'Web search is set for a conversation. Write that in a thread or a direct message.',
    );
    expect(rig.answerTo(await rig.command({ name: 'new' }))).toBe(
      'Each mention in a channel starts afresh already. Use /new in a thread or a direct message.',
    );
    expect(rig.answerTo(await rig.command({ name: 'help' }))).toContain('Mention me with a picture');
    expect(rig.answerTo(await rig.command(search, thread))).toBe('Models may search the web in this conversation.');
    rig.mention('who built it?', { files: [] }, thread);
    await rig.pass(30_000);
    expect(rig.chat.questions[1]?.webSearch).not.toBeNull();
    expect(rig.answerTo(await rig.command({ name: 'new' }, thread))).toBe(
      'A new conversation starts here. Earlier pictures and questions are left behind.',
    );
    expect(rig.discord.screen.botMessages(rig.channel.id).every(({ visibleTo }) => visibleTo === rig.person.id)).toBe(
      true,
    );
    rig.judge();
    await program.stop();
  });

  it('given while an answer is being written are answered at once', async () => {
    const rig = createDiscordBotRig();
    const program = await rig.start();
    rig.chat.script(slowly('one two three four five six seven eight nine ten', 6_000));
    const message = rig.mention('what is this?');
    await rig.pass(12_000);
    const thread = rig.threadOn(message);
    const helped = rig.discord.clicks.slash(rig.person, thread, { name: 'help' });
    await rig.pass(3_000);
    expect(rig.answerTo(helped)).toContain('Mention me with a picture');
    await rig.pass(60_000);
    rig.judge();
    await program.stop();
  });
});

describe('every interaction is acknowledged in time', () => {
  it('while neither the database nor the list of models answers; what could not be done is said', async () => {
    const rig = createDiscordBotRig();
    const { people, clicks } = rig.discord;
    const program = await rig.start();
    const posted = people.say(rig.person, rig.channel, { text: 'trip', files: [picture('trip.png')] });
    rig.mention('what is this?');
    await rig.pass(30_000);
    const [answer] = rig.discord.screen.botMessages();
    const release = rig.stall();
    const answered = rig.messageOf(answer?.id ?? '');
    const menu = rig.controlIds(answered);
    const given = [
      clicks.slash(rig.person, rig.channel, { name: 'ask', options: { image, question: 'what is this?' } }),
      clicks.slash(rig.person, rig.channel, { name: 'model', options: { name: 'other' } }),
      clicks.slash(rig.person, rig.channel, { name: 'help' }),
      clicks.autocomplete(rig.person, rig.channel, { name: 'model', options: { name: 'o' }, focused: 'name' }),
      clicks.messageCommand(rig.person, posted, pointing),
      clicks.press(rig.person, answered, menu.find((id) => id.startsWith('again')) ?? ''),
      clicks.choose(rig.person, answered, menu.find((id) => id.startsWith('model')) ?? '', ['other']),
    ];
    await rig.pass(60_000);
    for (const each of given)
      expect((each.response?.atMs ?? Number.POSITIVE_INFINITY) - each.createdAtMs).toBeLessThan(2_500);
    expect(rig.whispers()).toContain('I cannot keep anything at the moment. Try again in a minute.');
    expect(rig.discord.screen.leftWaiting()).toEqual([]);
    release();
    await rig.pass(60_000);
    rig.discord.expectNoViolations();
    expect(clicks.unanswered()).toEqual([]);
    await program.stop();
  });
});
