import { PermissionFlagsBits } from 'discord-api-types/v10';
import { describe, expect, it } from 'vitest';
import type { Fault } from '../../fakes/discord/faults.ts';
import { createDiscordBotRig, picture, slowly } from './discord-bot-rig.ts';

const hint = '\n\nTo ask more, mention me or reply to me here.';
const replyHint = '\n\nTo ask more, reply to this message.';
const threads = '/channels/:channel/messages/:message/threads';
const messages = '/channels/:channel/messages';
const message = '/channels/:channel/messages/:message';

/** Picks by chance, the same every time for a seed. */
function createChance(seed: number) {
  let state = seed * 7_919;
  return <Value>(values: readonly [Value, ...Value[]]): Value => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return values[(state >>> 16) % values.length] ?? values[0];
  };
}

describe('where no thread can be opened', () => {
  it('for want of the right, the answer is a reply, and a reply to it goes on in the same conversation', async () => {
    const rig = createDiscordBotRig();
    rig.discord.places.denyBot(rig.channel, PermissionFlagsBits.CreatePublicThreads);
    const program = await rig.start();
    const question = rig.mention('what is this?');
    await rig.pass(30_000);
    expect(rig.shown(rig.channel)).toEqual([`inspector on 1: what is this?${replyHint}`]);
    expect(rig.lastMessage(rig.channel).reference?.messageId).toBe(question.id);

    rig.discord.people.say(rig.person, rig.channel, { text: 'who built it?', replyTo: rig.lastMessage(rig.channel) });
    await rig.pass(30_000);
    expect(rig.shown(rig.channel)[1]).toContain('inspector on 1: who built it?');
    expect(rig.chat.questions[1]?.conversationId).toBe(rig.chat.questions[0]?.conversationId);
    rig.judge();
    await program.stop();
  });

  it('because there are too many, the answer is a reply', async () => {
    const rig = createDiscordBotRig();
    rig.guild.activeThreadLimit = 0;
    const program = await rig.start();
    rig.mention('what is this?');
    await rig.pass(30_000);
    expect(rig.shown(rig.channel)).toEqual([`inspector on 1: what is this?${replyHint}`]);
    rig.judge();
    await program.stop();
  });

  it('because somebody was quicker, the answer stands in the thread that there is', async () => {
    const rig = createDiscordBotRig();
    const program = await rig.start();
    const question = rig.mention('what is this?');
    const thread = rig.discord.people.openThread(rig.person, question, 'mine');
    await rig.pass(30_000);
    expect(rig.shown(thread)).toEqual([`inspector on 1: what is this?${hint}`]);
    expect(rig.discord.requests({ method: 'POST', route: threads, status: 400 })).toHaveLength(1);
    rig.judge();
    await program.stop();
  });

  it('for want of any right to write, nothing is tried for ever, and the log says why nothing is said', async () => {
    const rig = createDiscordBotRig();
    rig.discord.places.denyBot(
      rig.channel,
      PermissionFlagsBits.CreatePublicThreads |
        PermissionFlagsBits.SendMessages |
        PermissionFlagsBits.SendMessagesInThreads,
    );
    const program = await rig.start();
    rig.mention('what is this?');
    await rig.pass(300_000);
    expect(rig.shown()).toEqual([]);
    const tried = rig.discord.requests({ method: 'POST', route: messages }).length;
    expect(tried).toBeLessThan(5);
    expect(rig.logger.lines.filter(({ level }) => level === 'warn')).toMatchObject([
      { facts: { code: 'platform-forbidden', reason: expect.stringContaining('50013') } },
    ]);
    await rig.pass(600_000);
    expect(rig.discord.requests({ method: 'POST', route: messages })).toHaveLength(tried);
    await program.stop();
  });
});

describe('in the middle of an answer', () => {
  async function inMidAnswer() {
    const rig = createDiscordBotRig();
    const program = await rig.start();
    rig.chat.script(slowly('one two three four five six seven eight nine ten', 1_000));
    const question = rig.mention('what is this?');
    await rig.pass(6_000);
    const thread = rig.threadOn(question);
    return { rig, program, question, thread };
  }

  it('a thread that is deleted ends it; the bot goes on with others', async () => {
    const { rig, program, thread } = await inMidAnswer();
    rig.discord.places.deleteChannel(thread);
    await rig.pass(180_000);
    const next = rig.mention('and this?');
    await rig.pass(30_000);
    expect(rig.shown()).toEqual([`inspector on 1: and this?${hint}`]);
    expect(rig.shown(rig.threadOn(next))).toHaveLength(1);
    const late = rig.discord.requests({ status: 404 });
    expect(late.length).toBeLessThan(5);
    rig.judge({ vanished: true, errors: true });
    await program.stop();
  });

  it('a message of the answer that is deleted is not written again', async () => {
    const { rig, program, thread } = await inMidAnswer();
    rig.discord.people.remove(rig.lastMessage(thread));
    await rig.pass(180_000);
    expect(rig.shown(thread)).toEqual([]);
    expect(rig.discord.requests({ method: 'POST', route: messages })).toHaveLength(1);
    rig.judge({ vanished: true, errors: true });
    await program.stop();
  });

  it('a thread that is archived takes its last words all the same', async () => {
    const { rig, program, thread } = await inMidAnswer();
    rig.discord.places.setArchived(thread, true);
    await rig.pass(60_000);
    expect(rig.shown(thread)).toEqual([`one two three four five six seven eight nine ten${hint}`]);
    rig.judge();
    await program.stop();
  });
});

describe('a bot that may not write for a while', () => {
  it('because it was timed out finishes its answers all the same', async () => {
    const rig = createDiscordBotRig();
    const program = await rig.start();
    rig.chat.script(slowly('one two three four five six seven eight nine ten', 1_000));
    const question = rig.mention('what is this?');
    await rig.pass(6_000);
    rig.discord.places.timeOutBot(rig.guild, rig.clock.now() + 60_000);
    await rig.pass(180_000);
    expect(rig.shown(rig.threadOn(question))).toEqual([`one two three four five six seven eight nine ten${hint}`]);
    rig.judge();
    await program.stop();
  });

  it('because it was thrown out asks no more', async () => {
    const rig = createDiscordBotRig();
    const program = await rig.start();
    rig.chat.script(slowly('one two three four five six seven eight nine ten', 1_000));
    rig.mention('what is this?');
    await rig.pass(6_000);
    rig.discord.places.removeBot(rig.guild);
    await rig.pass(300_000);
    expect(rig.discord.requests({ status: 403 }).length).toBeLessThan(10);
    rig.discord.places.addBot(rig.guild);
    const next = rig.mention('and this?');
    await rig.pass(30_000);
    expect(rig.shown(rig.threadOn(next))).toEqual([`inspector on 1: and this?${hint}`]);
    rig.judge();
    await program.stop();
  });

  it('because the server is away takes questions when it is back', async () => {
    const rig = createDiscordBotRig();
    const program = await rig.start();
    rig.discord.places.setAvailable(rig.guild, false);
    await rig.pass(60_000);
    rig.discord.places.setAvailable(rig.guild, true);
    await rig.pass(5_000);
    const question = rig.mention('what is this?');
    await rig.pass(30_000);
    expect(rig.shown(rig.threadOn(question))).toHaveLength(1);
    rig.judge();
    await program.stop();
  });
});

it('who asks more than the bot can keep is told so, once', async () => {
  const rig = createDiscordBotRig({ perConversation: 2 });
  const direct = rig.discord.places.direct(rig.person);
  const program = await rig.start();
  rig.chat.script(slowly('one two three four five six seven eight nine ten', 1_000));
  for (let index = 0; index < 7; index += 1) {
    rig.discord.people.say(rig.person, direct, { text: `question ${index}`, files: [picture(`${index}.png`)] });
  }
  await rig.pass(120_000);
  const busy = 'I am busy with other questions and did not take this one. Please ask again in a minute.';
  expect(rig.shown(direct).filter((text) => text === busy)).toHaveLength(1);
  expect(rig.shown(direct)).toHaveLength(1 + rig.chat.questions.length);
  expect(rig.chat.questions.length).toBeGreaterThan(1);
  rig.judge();
  await program.stop();
});

it('an answer of more than an hour is written sparingly, and whole in the end', async () => {
  const rig = createDiscordBotRig();
  const program = await rig.start();
  const words = Array.from({ length: 90 }, (_, index) => `word${index} `);
  rig.chat.script({ words, wordDelayMs: 60_000 });
  const question = rig.mention('what is this?');
  await rig.pass(100 * 60_000);
  const thread = rig.threadOn(question);
  expect(rig.shown(thread)).toEqual([`${words.join('').trim()}${hint}`]);
  const startedMs = rig.discord.screen.changes(thread.id)[0]?.atMs ?? 0;
  const late = rig.discord
    .requests({ method: 'PATCH', route: message })
    .filter(({ atMs }) => atMs - startedMs > 61 * 60_000);
  expect(late.length).toBeLessThan(4);
  rig.judge();
  await program.stop();
});

describe('long answers', () => {
  it('stand in several messages, each whole in itself, and nothing of them is lost', async () => {
    const rig = createDiscordBotRig();
    const program = await rig.start();
    const code = Array.from({ length: 120 }, (_, index) => `const value${index} = measure(${index});`).join('\n');
    const table = [
      '| part | size |',
      '| --- | --- |',
      ...Array.from({ length: 60 }, (_, index) => `| part ${index} | ${index} cm |`),
    ].join('\n');
    const text = `First some code.\n\n\`\`\`js\n${code}\n\`\`\`\n\nThen a table.\n\n${table}\n\nThe end.`;
    rig.chat.script({ words: text.match(/[\s\S]{1,40}/g) ?? [], wordDelayMs: 50 });
    const question = rig.mention('measure everything');
    await rig.pass(120_000);
    const shown = rig.shown(rig.threadOn(question));
    expect(shown.length).toBeGreaterThan(2);
    for (const each of shown) {
      expect(each.length).toBeLessThanOrEqual(2_000);
      expect((each.match(/^```/gm) ?? []).length % 2).toBe(0);
    }
    const whole = shown.join('\n');
    for (let index = 0; index < 120; index += 1) expect(whole).toContain(`const value${index} = measure(${index});`);
    for (let index = 0; index < 60; index += 1) expect(whole).toMatch(new RegExp(`part ${index}\\b.*${index} cm`));
    expect(whole).toContain('The end.');
    rig.judge();
    await program.stop();
  });
});

describe('trouble with Discord', () => {
  it.each([
    [
      'calls that are limited again and again',
      (rig: ReturnType<typeof createDiscordBotRig>) => {
        rig.discord.faults.next({ path: threads }, { type: 'rate-limited', retryAfterMs: 1_500, scope: 'shared' }, 2);
        rig.discord.faults.next({ method: 'POST', path: messages }, { type: 'rate-limited', retryAfterMs: 2_000 }, 3);
        rig.discord.faults.next({ method: 'PATCH' }, { type: 'rate-limited', retryAfterMs: 1_000 }, 6);
        rig.discord.faults.next({ method: 'PATCH' }, { type: 'rate-limited', retryAfterMs: 3_000, scope: 'global' }, 1);
      },
    ],
    [
      'errors of Discord for a while',
      (rig: ReturnType<typeof createDiscordBotRig>) => {
        rig.discord.faults.next({ path: threads }, { type: 'status', status: 500 }, 2);
        rig.discord.faults.next({ method: 'POST', path: messages }, { type: 'html', status: 502 }, 2);
        rig.discord.faults.next({ method: 'PATCH' }, { type: 'status', status: 503 }, 5);
      },
    ],
    [
      'posts that are done while their replies are lost',
      (rig: ReturnType<typeof createDiscordBotRig>) => {
        rig.discord.faults.next({ path: threads }, { type: 'lost-reply' }, 1);
        rig.discord.faults.next({ method: 'POST', path: messages }, { type: 'lost-reply' }, 2);
        rig.discord.faults.next({ method: 'PATCH' }, { type: 'lost-reply' }, 3);
      },
    ],
    [
      'replies that take four seconds',
      (rig: ReturnType<typeof createDiscordBotRig>) => {
        rig.discord.faults.next({}, { type: 'slow', delayMs: 4_000 }, 6);
      },
    ],
    [
      'calls that are never answered',
      (rig: ReturnType<typeof createDiscordBotRig>) => {
        rig.discord.faults.next({ method: 'POST', path: messages }, { type: 'silent' }, 1);
        rig.discord.faults.next({ method: 'PATCH' }, { type: 'silent' }, 2);
      },
    ],
  ])('such as %s: the answer is complete and stands there once', async (_what, makeTrouble) => {
    const rig = createDiscordBotRig();
    const program = await rig.start();
    const words = Array.from({ length: 500 }, (_, index) => `word${index} `);
    rig.chat.script({ words, wordDelayMs: 30 });
    makeTrouble(rig);
    const question = rig.mention('what is this?');
    await rig.pass(180_000);
    const shown = rig.shown(rig.threadOn(question));
    expect(shown.join(' ').replace(hint, '').split(/\s+/)).toEqual(words.map((word) => word.trim()));
    expect(rig.shown(rig.channel)).toEqual([]);
    // All of the trouble was met.
    const { id } = rig.threadOn(question);
    expect(rig.discord.faults.take({ method: 'POST', path: `/channels/${id}/messages`, route: messages })).toBeNull();
    expect(rig.discord.faults.take({ method: 'PATCH', path: `/channels/${id}/messages/1`, route: message })).toBeNull();
    rig.judge();
    await program.stop();
  });

  it('that bans the address for a minute is not asked meanwhile', async () => {
    const rig = createDiscordBotRig();
    const program = await rig.start();
    rig.chat.script(slowly('one two three four five six seven eight nine ten', 1_000));
    const question = rig.mention('what is this?');
    await rig.pass(6_000);
    const end = rig.discord.faults.always({}, { type: 'cloudflare-ban', retryAfterMs: 60_000 });
    await rig.pass(58_000);
    expect(rig.discord.requests({ status: 429 }).length).toBeLessThan(3);
    end();
    await rig.pass(120_000);
    expect(rig.shown(rig.threadOn(question))).toEqual([`one two three four five six seven eight nine ten${hint}`]);
    rig.judge();
    await program.stop();
  });

  it('by chance, anywhere, leaves every answer whole and single', async () => {
    const kinds: readonly [Fault, ...Fault[]] = [
      { type: 'status', status: 500 },
      { type: 'html', status: 502 },
      { type: 'rate-limited', retryAfterMs: 700 },
      { type: 'lost-reply' },
      { type: 'refused' },
      { type: 'silent' },
      { type: 'slow', delayMs: 3_000 },
    ];
    const methods = ['POST', 'PATCH', 'GET'] as const;
    for (let seed = 1; seed <= 8; seed += 1) {
      const random = createChance(seed);
      const rig = createDiscordBotRig();
      const talk = rig.discord.places.createChannel(rig.guild, { kind: 'voice', name: 'talk' });
      const program = await rig.start();
      for (let count = 0; count < 12; count += 1) {
        const path = /^\/(channels|webhooks)\//;
        rig.discord.faults.next({ path, method: random(methods) }, random(kinds), random([1, 2]));
      }
      const texts = ['a', 'b', 'c'].map((name) =>
        Array.from({ length: 500 }, (_, index) => `${name}${index}`).join(' '),
      );
      rig.chat.script(...texts.map((text) => slowly(text, 15)));
      const image = picture('1.png');
      rig.mention('first?', { files: [image] });
      rig.mention('second?', { files: [picture('2.png')] }, talk);
      rig.discord.clicks.slash(rig.person, rig.channel, { name: 'ask', options: { image, question: 'third?' } });
      await rig.pass(300_000);
      const shown = rig.shown().flatMap((text) => text.match(/\b[abc]\d+\b/g) ?? []);
      expect(shown.toSorted(), `seed ${seed}`).toEqual(texts.join(' ').split(' ').toSorted());
      rig.judge();
      await program.stop();
    }
  });

  it('that answers nothing for a minute holds nothing up for good', async () => {
    const rig = createDiscordBotRig();
    const program = await rig.start();
    rig.chat.script(slowly('one two three four five six', 500));
    const question = rig.mention('what is this?');
    await rig.pass(3_000);
    const end = rig.discord.faults.always({}, { type: 'refused' });
    await rig.pass(60_000);
    end();
    await rig.pass(120_000);
    expect(rig.shown(rig.threadOn(question))).toEqual([`one two three four five six${hint}`]);
    rig.judge();
    await program.stop();
  });
});

describe('many at once', () => {
  it('two people who ask in one channel in the same second each get their own answer', async () => {
    const rig = createDiscordBotRig();
    const friend = rig.discord.places.createPerson({ name: 'bea' });
    rig.discord.places.join(rig.guild, friend);
    const program = await rig.start();
    const mine = rig.mention('mine?', { files: [picture('mine.png')] });
    const theirs = rig.mention('theirs?', { files: [picture('theirs.png')] }, rig.channel, friend);
    await rig.pass(30_000);
    expect(rig.shown(rig.threadOn(mine))).toEqual([`inspector on 1: mine?${hint}`]);
    expect(rig.shown(rig.threadOn(theirs))).toEqual([`inspector on 1: theirs?${hint}`]);
    expect(new Set(rig.chat.questions.map(({ conversationKey }) => conversationKey)).size).toBe(2);
    rig.judge();
    await program.stop();
  });

  it('five answers that grow as replies in one channel are all whole, within its limits', async () => {
    const rig = createDiscordBotRig();
    const channel = rig.discord.places.createChannel(rig.guild, { kind: 'voice', name: 'talk' });
    const program = await rig.start();
    const texts = Array.from({ length: 5 }, (_, index) =>
      Array.from({ length: 60 }, (__, word) => `w${index}x${word}`).join(' '),
    );
    rig.chat.script(...texts.map((text) => slowly(text, 100)));
    const questions = texts.map((_, index) =>
      rig.mention(`question ${index}`, { files: [picture(`p${index}.png`)] }, channel),
    );
    await rig.pass(120_000);
    expect(
      rig
        .shown(channel)
        .map((text) => text.replace(replyHint, ''))
        .toSorted(),
    ).toEqual(texts);
    expect(questions).toHaveLength(5);
    expect(rig.discord.requests({ status: 429 }).length).toBeLessThan(3);
    rig.judge();
    await program.stop();
  });
});
