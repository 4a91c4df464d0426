import { PermissionFlagsBits } from 'discord-api-types/v10';
import { describe, expect, it } from 'vitest';
import { createDiscordBotRig, picture, slowly } from './discord-bot-rig.ts';

const hint = '\n\nTo ask more, mention me or reply to me here.';
const tenWords = slowly('one two three four five six seven eight nine ten', 1_000);
const wholeAnswer = `one two three four five six seven eight nine ten${hint}`;

/** A killed program logs what it could not do; the scripted API tells an answer again from its beginning. */
const killed = { errors: true, vanished: true } as const;

describe('events that come twice', () => {
  it('make one answer, at once and after the answer', async () => {
    const rig = createDiscordBotRig();
    const program = await rig.start();
    const question = rig.mention('what is this?');
    rig.discord.people.repeatEvent(question);
    await rig.pass(30_000);
    rig.discord.people.repeatEvent(question);
    rig.discord.gateway.repeatLastEvent();
    await rig.pass(30_000);
    expect(rig.shown(rig.threadOn(question))).toEqual([`inspector on 1: what is this?${hint}`]);
    expect(rig.chat.questions).toHaveLength(1);
    rig.judge();
    await program.stop();
  });

  it('make one answer when a command is repeated', async () => {
    const rig = createDiscordBotRig();
    const program = await rig.start();
    const asked = rig.discord.clicks.slash(rig.person, rig.channel, {
      name: 'ask',
      options: { image: picture('a.png'), question: 'what is this?' },
    });
    rig.discord.gateway.repeatLastEvent();
    await rig.pass(30_000);
    expect(rig.answerTo(asked)).toContain('inspector on 1: what is this?');
    expect(rig.chat.questions).toHaveLength(1);
    expect(rig.shown()).toHaveLength(1);
    rig.judge();
    await program.stop();
  });

  it('make one answer when a session is resumed', async () => {
    const rig = createDiscordBotRig();
    const program = await rig.start();
    rig.chat.script(tenWords);
    const before = rig.keptSessions();
    const question = rig.mention('what is this?');
    await rig.pass(5_000);
    await program.kill();
    // What was noted of the session is older than what was heard: it is heard again.
    rig.rewindSessions(before);
    const next = await rig.start();
    await rig.pass(60_000);
    expect(rig.shown(rig.threadOn(question))).toEqual([wholeAnswer]);
    rig.judge(killed);
    await next.stop();
  });
});

describe('a program that ends in the middle of an answer', () => {
  it.each([
    ['before the thread is open', 30],
    ['when the thread is open', 400],
    ['when the first words stand', 4_000],
    ['when nearly all stands', 10_000],
  ])('%s is followed by one that finishes the same messages', async (_when, afterMs) => {
    const rig = createDiscordBotRig();
    const program = await rig.start();
    rig.chat.script(tenWords);
    const question = rig.mention('what is this?');
    await rig.pass(afterMs);
    const before = rig.discord.screen.botMessages().map(({ id }) => id);
    await program.kill();
    await rig.pass(20_000);
    const next = await rig.start();
    await rig.pass(90_000);
    const thread = rig.threadOn(question);
    expect(rig.shown(thread)).toHaveLength(1);
    if (rig.chat.questions.length === 1) expect(rig.shown(thread)).toEqual([wholeAnswer]);
    for (const id of before) expect(rig.discord.screen.botMessages(thread.id).map((each) => each.id)).toContain(id);
    rig.judge(killed);
    await next.stop();
  });

  it.each(['a mention', 'a command'])(
    'at any moment of a long answer to %s, is followed by one that shows all of it once',
    async (what) => {
      const words = Array.from({ length: 700 }, (_, index) => `word${index}`);
      for (let afterMs = 200; afterMs < 14_000; afterMs += 970) {
        const rig = createDiscordBotRig();
        const program = await rig.start();
        rig.chat.script(slowly(words.join(' '), 15));
        const image = picture('photo.png');
        if (what === 'a mention') rig.mention('what is this?');
        else rig.discord.clicks.slash(rig.person, rig.channel, { name: 'ask', options: { image } });
        await rig.pass(afterMs);
        await program.kill();
        // Longer than Discord knows a nonce, and not.
        await rig.pass(afterMs % 20 === 0 ? 400_000 : 1_000);
        const next = await rig.start();
        await rig.pass(60_000);
        if (rig.chat.questions.length === 1) {
          expect(
            rig.shown().flatMap((text) => text.match(/word\d+/g) ?? []),
            `killed after ${afterMs} ms`,
          ).toEqual(words);
        } else expect(rig.shown()).toHaveLength(1);
        rig.judge(killed);
        await next.stop();
      }
    },
  );

  it('just after a message was posted, before it is known, does not post it again', async () => {
    const rig = createDiscordBotRig();
    const program = await rig.start();
    rig.chat.script(tenWords);
    const question = rig.mention('what is this?');
    rig.discord.faults.next({ method: 'POST', path: '/channels/:channel/messages' }, { type: 'slow', delayMs: 5_000 });
    await rig.pass(4_000);
    expect(rig.shown(rig.threadOn(question))).toHaveLength(1);
    await program.kill();
    await rig.pass(400_000);
    const next = await rig.start();
    await rig.pass(90_000);
    expect(rig.shown(rig.threadOn(question))).toEqual([wholeAnswer]);
    rig.judge({ errors: true });
    await next.stop();
  });

  it('that is a command’s is finished through the same interaction', async () => {
    const rig = createDiscordBotRig();
    const program = await rig.start();
    rig.chat.script(tenWords);
    const asked = rig.discord.clicks.slash(rig.person, rig.channel, {
      name: 'ask',
      options: { image: picture('a.png'), question: 'what is this?' },
    });
    await rig.pass(6_000);
    await program.kill();
    const next = await rig.start();
    await rig.pass(60_000);
    expect(rig.answerTo(asked)).toMatch(/^one two .* ten\n/);
    expect(rig.shown()).toHaveLength(1);
    rig.judge(killed);
    await next.stop();
  });
});

it('an answer that began as a reply stays one, although a thread could be opened by the next start', async () => {
  const rig = createDiscordBotRig();
  rig.discord.places.denyBot(rig.channel, PermissionFlagsBits.CreatePublicThreads);
  const program = await rig.start();
  rig.chat.script(tenWords);
  const question = rig.mention('what is this?');
  await rig.pass(6_000);
  const [before] = rig.discord.screen.botMessages(rig.channel.id);
  await program.kill();
  rig.discord.places.denyBot(rig.channel, 0n);
  const next = await rig.start();
  await rig.pass(60_000);
  expect(question.threadId).toBeNull();
  expect(rig.discord.screen.botMessages()).toMatchObject([
    { id: before?.id, text: expect.stringMatching(/^one two .* ten\n\nTo ask more, reply to this message\.$/) },
  ]);
  rig.judge(killed);
  await next.stop();
});

describe('a session that is lost', () => {
  it('in the middle of an answer, resumed or not, changes nothing about the answer', async () => {
    const rig = createDiscordBotRig();
    const program = await rig.start();
    rig.chat.script(tenWords);
    const question = rig.mention('what is this?');
    await rig.pass(5_000);
    rig.discord.gateway.cut();
    await rig.pass(2_000);
    rig.discord.gateway.loseSessions();
    await rig.pass(60_000);
    expect(rig.shown(rig.threadOn(question))).toEqual([wholeAnswer]);
    rig.judge();
    await program.stop();
  });

  it('is caught up with: what was asked meanwhile is answered once, what is older than a quarter of an hour is left', async () => {
    const rig = createDiscordBotRig();
    const direct = rig.discord.places.direct(rig.person);
    const first = await rig.start();
    const known = rig.mention('known?');
    rig.discord.people.say(rig.person, direct, { text: 'hello', files: [picture('d.png')] });
    await rig.pass(30_000);
    const thread = rig.threadOn(known);
    await first.stop();

    const stale = rig.mention('stale?', { files: [picture('stale.png')] });
    await rig.pass(20 * 60_000);
    const missed = rig.mention('missed?', { files: [picture('missed.png')] });
    rig.mention('more?', { files: [] }, thread);
    rig.discord.people.say(rig.person, direct, { text: 'are you there?' });
    await rig.pass(60_000);

    const second = await rig.start();
    expect(rig.discord.gateway.sessions().length).toBeGreaterThan(0);
    await rig.pass(120_000);
    expect(stale.threadId).toBeNull();
    expect(rig.shown(rig.threadOn(missed))).toEqual([`inspector on 1: missed?${hint}`]);
    expect(rig.shown(thread)).toEqual([`inspector on 1: known?${hint}`, 'inspector on 1: more?']);
    expect(rig.shown(direct)).toEqual(['inspector on 1: hello', 'inspector on 1: are you there?']);
    expect(rig.chat.questions).toHaveLength(5);
    rig.judge();
    await second.stop();
  });
});

it('what was edited or deleted while the program was away is seen to by the next start', async () => {
  const rig = createDiscordBotRig();
  const program = await rig.start();
  const edited = rig.mention('what is this?');
  const deleted = rig.mention('and that?', { files: [picture('b.png')] });
  await rig.pass(30_000);
  await program.kill();
  rig.discord.people.edit(edited, `<@${rig.discord.bot.id}> what is this, really?`);
  rig.discord.people.remove(deleted);
  const next = await rig.start();
  await rig.pass(60_000);
  expect(rig.shown()).toEqual([`inspector on 1: what is this, really?${hint}`]);
  rig.judge(killed);
  await next.stop();
});

it('a stop in the middle of an answer lets it finish, and leaves nothing running', async () => {
  const rig = createDiscordBotRig();
  const program = await rig.start();
  rig.chat.script(tenWords);
  const question = rig.mention('what is this?');
  await rig.pass(4_000);
  await program.stop();
  expect(rig.shown(rig.threadOn(question))).toEqual([wholeAnswer]);
  expect(rig.clock.pending()).toBe(0);
  rig.judge();
});
