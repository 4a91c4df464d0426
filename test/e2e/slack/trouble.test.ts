import { describe, expect, it } from 'vitest';
import type { Fault } from '../../fakes/slack/faults.ts';
import type { ChannelRecord, MessageRecord } from '../../fakes/slack/records.ts';
import type { FileToShare } from '../../fakes/slack/shared-files.ts';
import { createSlackBotRig, picture, slowly } from './slack-bot-rig.ts';

type Rig = ReturnType<typeof createSlackBotRig>;
type Options = Parameters<typeof createSlackBotRig>[0];

const ways = ['streamed', 'changed'] as const;
type Way = (typeof ways)[number];

const tenWords = 'one two three four five six seven eight nine ten';
const formLate = 'Slack did not let me open the form in time. Please try once more.';
const formNotOpened = 'I could not open the form. Try again in a minute.';
const numbered = (count: number, name = 'word') => Array.from({ length: count }, (_, index) => `${name}${index}`);

/** Asks where answers are streamed, or where messages are posted and changed. */
function ask(rig: Rig, way: Way, text = 'what is this?', change: Partial<FileToShare> = {}): MessageRecord {
  const files = [picture(`${text}.png`, change)];
  if (way === 'streamed') return rig.mention(text, { files });
  return rig.slack.people.say(rig.person, placeOf(rig, way), { text, files });
}

const placeOf = (rig: Rig, way: Way): ChannelRecord =>
  way === 'streamed' ? rig.channel : rig.slack.places.direct(rig.person, rig.installation);

/** All words that stand there, in order. */
const wordsIn = (rig: Rig, where: ChannelRecord) =>
  rig
    .shown(where)
    .flatMap((text) => text.match(/\b[a-z]+\d+\b/g) ?? [])
    .join(' ');

/** A program in the middle of an answer of ten words. */
async function inMidAnswer(way: Way, options: Options = {}) {
  const rig = createSlackBotRig(options);
  const program = await rig.start();
  rig.chat.script(slowly(tenWords, 1_000));
  const question = ask(rig, way);
  await rig.pass(6_000);
  const where = placeOf(rig, way);
  expect(rig.shown(where)[0]).toMatch(/^one two/);
  return { rig, program, question, where };
}

/** The bot takes another question and answers it. */
async function expectItGoesOn(rig: Rig, way: Way, text = 'and this?'): Promise<void> {
  ask(rig, way, text);
  await rig.pass(60_000);
  expect(rig.shown(placeOf(rig, way)).at(-1)).toBe(`inspector on 1: ${text}`);
}

const sorted = (words: string) => words.split(' ').toSorted().join(' ');

/** Picks by chance, the same every time for a seed. */
function createChance(seed: number) {
  let state = seed * 7_919;
  return <Value>(values: readonly [Value, ...Value[]]): Value => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return values[(state >>> 16) % values.length] ?? values[0];
  };
}

describe('streams that Slack closes', () => {
  it('an answer of five minutes goes on in another message in time', async () => {
    const rig = createSlackBotRig();
    const program = await rig.start();
    const words = numbered(600);
    rig.chat.script(slowly(words.join(' '), 500));
    const question = rig.mention('what is this?');
    await rig.pass(360_000);
    expect(wordsIn(rig, rig.channel)).toBe(words.join(' '));
    expect(rig.shown(rig.channel, question).length).toBe(2);
    expect(rig.slack.requests({ error: 'message_not_in_streaming_state' })).toEqual([]);
    await rig.end(program);
  });

  it.each([60_000, 4_000])('after %i ms the answer is whole all the same', async (streamLifeMs) => {
    const rig = createSlackBotRig({ slack: { settings: { streamLifeMs } } });
    const program = await rig.start();
    const words = numbered(240);
    rig.chat.script(slowly(words.join(' '), 500));
    rig.mention('what is this?');
    await rig.pass(240_000);
    expect(wordsIn(rig, rig.channel)).toBe(words.join(' '));
    expect(rig.slack.requests({ error: 'message_not_in_streaming_state' }).length).toBeGreaterThan(0);
    await rig.end(program);
  });

  it('at its size: the answer goes on in another message before', async () => {
    const rig = createSlackBotRig();
    const program = await rig.start();
    const words = numbered(4_000);
    rig.chat.script(slowly(words.join(' '), 15));
    rig.mention('what is this?');
    await rig.pass(240_000);
    expect(wordsIn(rig, rig.channel)).toBe(words.join(' '));
    expect(rig.slack.requests({ error: 'msg_too_long' })).toEqual([]);
    await rig.end(program);
  });

  it('at a smaller size than is known the answer is whole all the same', async () => {
    const rig = createSlackBotRig({ slack: { settings: { streamBytes: 3_000 } } });
    const program = await rig.start();
    const words = numbered(1_000);
    rig.chat.script(slowly(words.join(' '), 15));
    rig.mention('what is this?');
    await rig.pass(240_000);
    expect(wordsIn(rig, rig.channel)).toBe(words.join(' '));
    await rig.end(program);
  });

  it('inside of code: each message has whole fences', async () => {
    const rig = createSlackBotRig();
    const program = await rig.start();
    const code = Array.from({ length: 450 }, (_, index) => `const value${index} = measure(${index});`).join('\n');
    const text = `First some code.\n\n\`\`\`js\n${code}\n\`\`\`\n\nThe end.`;
    rig.chat.script({ words: text.match(/[\s\S]{1,40}/g) ?? [], wordDelayMs: 60 });
    rig.mention('measure everything');
    await rig.pass(180_000);
    const shown = rig.shown();
    expect(shown.length).toBeGreaterThan(1);
    for (const each of shown) {
      expect(Buffer.byteLength(each)).toBeLessThanOrEqual(9_100);
      expect((each.match(/^```/gm) ?? []).length % 2).toBe(0);
    }
    const whole = shown.join('\n');
    for (let index = 0; index < 450; index += 1) expect(whole).toContain(`const value${index} = measure(${index});`);
    expect(whole).toContain('The end.');
    await rig.end(program);
  });
});

describe('what Slack does not take', () => {
  it.each([
    'feature_not_enabled',
    'unknown_method',
    'method_deprecated',
    'not_allowed_token_type',
    'channel_type_not_supported',
    'missing_recipient_user_id',
    'missing_recipient_team_id',
    'invalid_chunks',
    'invalid_arguments',
    'msg_too_long',
  ])('streams (%s): messages are posted and changed instead', async (error) => {
    const rig = createSlackBotRig();
    const program = await rig.start();
    rig.slack.faults.always({ method: 'chat.startStream' }, { type: 'error', error });
    rig.chat.script(slowly(tenWords, 1_000));
    const question = rig.mention('what is this?');
    await rig.pass(30_000);
    expect(rig.shown(rig.channel, question)).toEqual([tenWords]);
    expect(rig.slack.screen.timeline({ channel: rig.channel }).length).toBeGreaterThan(4);
    await expectItGoesOn(rig, 'streamed');
    await rig.end(program);
  });

  it('blocks in streams: the answer is streamed without its button', async () => {
    const rig = createSlackBotRig();
    const program = await rig.start();
    rig.slack.faults.next({ method: 'chat.startStream' }, { type: 'error', error: 'invalid_blocks' });
    rig.chat.script(slowly(tenWords, 1_000));
    rig.mention('what is this?');
    await rig.pass(30_000);
    expect(rig.shown()).toEqual([tenWords]);
    expect(rig.slack.requests({ method: 'chat.startStream', error: null })).toHaveLength(1);
    await rig.end(program);
  });

  it.each(ways)('blocks at all: an answer that is %s says its words in plain text', async (way) => {
    const rig = createSlackBotRig();
    const program = await rig.start();
    rig.slack.faults.next({ method: 'chat.startStream' }, { type: 'error', error: 'invalid_blocks' }, 2);
    rig.slack.faults.next({ method: 'chat.postMessage' }, { type: 'error', error: 'invalid_blocks' }, 2);
    rig.slack.faults.next({ method: 'chat.update' }, { type: 'error', error: 'invalid_blocks' }, 3);
    rig.chat.script(slowly(tenWords, 1_000));
    ask(rig, way);
    await rig.pass(30_000);
    expect(rig.shown(placeOf(rig, way))).toEqual([tenWords]);
    await expectItGoesOn(rig, way);
    await rig.end(program);
  });
});

/** What an answer calls in either place, and what is called on the way to it. */
const calls = {
  streamed: [
    'chat.startStream',
    'chat.appendStream',
    'chat.stopStream',
    'chat.update',
    'assistant.threads.setStatus',
    'users.info',
    'conversations.info',
  ],
  changed: ['chat.postMessage', 'chat.update', 'users.info'],
} as const;

const faults = [
  ['refused as one too many', { type: 'rate-limited', retryAfterSeconds: 3 }, 3],
  ['refused for half a minute', { type: 'rate-limited', retryAfterSeconds: 30 }, 1],
  ['broken within Slack', { type: 'status', status: 500 }, 2],
  ['answered by a page', { type: 'html', status: 502 }, 2],
  ['answered by an inner error', { type: 'error', error: 'internal_error' }, 2],
  ['cut off', { type: 'refused' }, 2],
  ['done, but the reply is lost', { type: 'lost-reply' }, 2],
  ['never answered', { type: 'silent' }, 1],
  ['slow', { type: 'slow', delayMs: 4_000 }, 4],
] as const satisfies readonly (readonly [string, Fault, number])[];

describe.each(ways)('while an answer is %s, a call', (way) => {
  it.each(faults)('that is %s costs nothing, whichever it is', async (_what, fault, times) => {
    for (const method of calls[way]) {
      const rig = createSlackBotRig();
      const program = await rig.start();
      const words = numbered(60);
      rig.chat.script(slowly(words.join(' '), 200));
      rig.slack.faults.next({ method }, fault, times);
      ask(rig, way);
      await rig.pass(180_000);
      expect(wordsIn(rig, placeOf(rig, way)), method).toBe(words.join(' '));
      expect(rig.slack.requests({ method }).length, method).toBeGreaterThan(0);
      await rig.end(program);
    }
  });

  it('that is refused as one too many long after the start costs no more than Slack asks for', async () => {
    const rig = createSlackBotRig();
    const program = await rig.start();
    await rig.pass(120_000);
    rig.chat.script(slowly(numbered(60).join(' '), 500));
    const method = way === 'streamed' ? 'chat.appendStream' : 'chat.update';
    rig.slack.faults.next({ method }, { type: 'rate-limited', retryAfterSeconds: 5 });
    ask(rig, way);
    await rig.pass(90_000);
    const times = rig.slack.screen.timeline({ channel: placeOf(rig, way) }).map(([atMs]) => atMs);
    const gaps = times.slice(1).map((atMs, index) => atMs - (times[index] ?? 0));
    expect(Math.max(...gaps)).toBeLessThan(15_000);
    expect(wordsIn(rig, placeOf(rig, way))).toBe(numbered(60).join(' '));
    // A stream stays one.
    if (way === 'streamed') expect(rig.slack.requests({ method: 'chat.update' }).length).toBeLessThan(3);
    await rig.end(program);
  });

  it('by chance, anywhere, leaves every answer whole and single', async () => {
    const kinds: readonly Fault[] = faults.map(([, fault]) => fault).filter((_fault, index) => index !== 1);
    for (let seed = 1; seed <= 8; seed += 1) {
      const random = createChance(seed);
      const rig = createSlackBotRig();
      const program = await rig.start();
      for (let count = 0; count < 9; count += 1) {
        const [first, ...rest] = calls[way];
        rig.slack.faults.next(
          { method: random([first, ...rest]) },
          random([kinds[0] ?? { type: 'silent' }, ...kinds]),
          random([1, 2]),
        );
      }
      const texts = ['a', 'b', 'c'].map((name) => numbered(400, name).join(' '));
      rig.chat.script(...texts.map((text) => slowly(text, 30)));
      for (const [index] of texts.entries()) ask(rig, way, `question ${index}`);
      await rig.pass(400_000);
      expect(sorted(wordsIn(rig, placeOf(rig, way))), `seed ${seed}`).toBe(sorted(texts.join(' ')));
      await rig.end(program);
    }
  });

  it('that is never answered for a minute holds nothing up for good', async () => {
    const { rig, program, where } = await inMidAnswer(way);
    const end = rig.slack.faults.always({}, { type: 'refused' });
    await rig.pass(60_000);
    end();
    await rig.pass(120_000);
    expect(rig.shown(where)).toEqual([tenWords]);
    await rig.end(program);
  });
});

it.each(faults)('a picture that has to be asked for is seen although asking is %s', async (_what, fault) => {
  const rig = createSlackBotRig();
  const program = await rig.start();
  rig.slack.faults.next({ method: 'files.info' }, fault, 1);
  ask(rig, 'streamed', 'what is this?', { stub: true });
  await rig.pass(60_000);
  const isTooLong = fault.type === 'rate-limited' && fault.retryAfterSeconds > 10;
  expect(rig.shown()).toEqual([
    isTooLong
      ? 'The picture could not be downloaded from here. Try again, or upload it anew.'
      : 'inspector on 1: what is this?',
  ]);
  await rig.end(program);
});

it.each(['status', 'refused', 'lost-reply'] as const)(
  'a mention without its files whose message cannot be fetched at first (%s) is answered',
  async (type) => {
    const mentions = { files: 'without', sends: 'mention', first: 'mention' } as const;
    const rig = createSlackBotRig({ slack: { settings: { mentions } } });
    const program = await rig.start();
    const fault: Fault = type === 'status' ? { type, status: 500 } : { type };
    rig.slack.faults.next({ method: 'conversations.replies' }, fault, 2);
    rig.mention('what is this?');
    await rig.pass(30_000);
    expect(rig.shown()).toEqual(['inspector on 1: what is this?']);
    await rig.end(program);
  },
);

describe.each(ways)('under an answer that is %s', (way) => {
  it('a channel that is archived ends it quickly', async () => {
    const { rig, program, where } = await inMidAnswer(way);
    rig.slack.places.setArchived(where, true);
    const before = rig.slack.requests().length;
    await rig.pass(300_000);
    expect(rig.slack.requests().length - before).toBeLessThan(8);
    rig.slack.places.setArchived(where, false);
    await expectItGoesOn(rig, way);
    await rig.end(program, { leftovers: true });
  });

  it('a channel that is deleted ends it quickly', async () => {
    const { rig, program, where } = await inMidAnswer(way);
    rig.slack.world.channels.delete(`${where.teamId}/${where.id}`);
    const before = rig.slack.requests().length;
    await rig.pass(300_000);
    expect(rig.slack.requests().length - before).toBeLessThan(8);
    await rig.end(program, { leftovers: true });
  });

  it('a bot that is thrown out of the channel asks no more, and goes on when it is back', async () => {
    const { rig, program, where } = await inMidAnswer(way);
    rig.slack.places.leave(where, rig.bot);
    const before = rig.slack.requests().length;
    await rig.pass(300_000);
    expect(rig.slack.requests().length - before).toBeLessThan(12);
    rig.slack.places.join(where, rig.bot);
    await expectItGoesOn(rig, way);
    await rig.end(program, { leftovers: true });
  });

  it('a message that an admin deletes is not written again', async () => {
    const { rig, program, where } = await inMidAnswer(way);
    rig.slack.people.remove(rig.lastMessage(where));
    const before = rig.slack.requests().length;
    await rig.pass(300_000);
    expect(rig.shown(where)).toEqual([]);
    expect(rig.slack.requests().length - before).toBeLessThan(8);
    await expectItGoesOn(rig, way);
    await rig.end(program, { vanished: true });
  });

  it('a question that is deleted takes its answer with it', async () => {
    const { rig, program, question, where } = await inMidAnswer(way);
    rig.slack.people.remove(question);
    await rig.pass(120_000);
    expect(rig.shown(where)).toEqual([]);
    await rig.end(program, { vanished: true });
  });

  it('messages that may not be changed any more stay as they are, and the log says why', async () => {
    const { rig, program } = await inMidAnswer(way, { slack: { settings: { editWindowMs: 7_000 } } });
    const before = rig.slack.requests().length;
    await rig.pass(300_000);
    expect(rig.slack.requests().length - before).toBeLessThan(25);
    if (way === 'changed') {
      expect(rig.logger.lines.filter(({ level }) => level === 'warn')).toMatchObject([
        { facts: { code: 'platform-forbidden', reason: expect.stringContaining('edit_window_closed') } },
      ]);
    }
    await rig.end(program, { leftovers: true });
  });

  it('a channel in which only some may write ends it quickly, and the log says why', async () => {
    const { rig, program, where } = await inMidAnswer(way);
    rig.slack.places.setRestricted(where, true);
    const before = rig.slack.requests().length;
    await rig.pass(300_000);
    expect(rig.slack.requests().length - before).toBeLessThan(12);
    expect(rig.logger.lines.filter(({ level }) => level === 'warn').length).toBeGreaterThan(0);
    rig.slack.places.setRestricted(where, false);
    await expectItGoesOn(rig, way);
    await rig.end(program, { leftovers: true });
  });

  it('a token that is revoked ends it, and the log says so', async () => {
    const { rig, program } = await inMidAnswer(way);
    rig.slack.people.revoke(rig.installation);
    const before = rig.slack.requests().length;
    await rig.pass(600_000);
    expect(rig.slack.requests().length - before).toBeLessThan(15);
    expect(rig.logger.lines.some(({ level }) => level === 'warn' || level === 'error')).toBe(true);
    rig.judge({ leftovers: true, errors: true });
    await program.stop();
  });
});

it('a thread whose first message is deleted under an answer to a later one takes that answer', async () => {
  const rig = createSlackBotRig();
  const program = await rig.start();
  const root = rig.mention('what is this?');
  await rig.pass(30_000);
  rig.chat.script(slowly(tenWords, 1_000));
  rig.slack.people.say(rig.person, rig.channel, { text: 'and who built it?', inThreadOf: root });
  await rig.pass(5_000);
  rig.slack.people.remove(root);
  await rig.pass(120_000);
  // The first answer went with its question.
  expect(rig.shown()).toEqual([tenWords]);
  rig.slack.people.say(rig.person, rig.channel, { text: 'and when?', inThreadOf: root });
  await rig.pass(60_000);
  expect(rig.shown()[1]).toContain('and when?');
  await rig.end(program, { vanished: true });
});

it.each([
  ['refused as one too many', { type: 'rate-limited', retryAfterSeconds: 5 }, formNotOpened],
  ['broken', { type: 'status', status: 500 }, formNotOpened],
  ['never answered', { type: 'silent' }, formLate],
  ['too late', { type: 'error', error: 'expired_trigger_id' }, formLate],
] as const)(
  'a form that cannot be opened (%s) is said to whoever asked for it, and to nobody else',
  async (_what, fault, sentence) => {
    const rig = createSlackBotRig();
    const program = await rig.start();
    const end = rig.slack.faults.always({ method: 'views.open' }, fault);
    await rig.command('/ask');
    end();
    expect(rig.shown()).toEqual([]);
    expect(rig.whispers()).toEqual([sentence]);
    await rig.end(program);
  },
);

describe.each(['socket', 'http'] as const)('over %s', (mode) => {
  it('what comes while the database is down is taken when Slack repeats it, and answered once', async () => {
    const rig = createSlackBotRig({ mode });
    const program = await rig.start();
    const resume = rig.stall();
    rig.mention('what is this?');
    await rig.pass(50_000);
    expect(rig.shown()).toEqual([]);
    expect(rig.slack.deliveries.log().filter(({ outcome }) => outcome === 'taken')).toEqual([]);
    resume();
    await rig.pass(60_000);
    expect(rig.shown()).toEqual(['inspector on 1: what is this?']);
    expect(rig.chat.questions).toHaveLength(1);
    rig.judge();
    await program.stop();
    expect(rig.untaken().every(({ retry }) => retry < 2)).toBe(true);
  });

  it('a database that refuses what is to be kept has Slack repeat it', async () => {
    const rig = createSlackBotRig({ mode });
    const program = await rig.start();
    rig.breakStore(true);
    rig.mention('what is this?');
    await rig.pass(30_000);
    rig.breakStore(false);
    await rig.pass(90_000);
    expect(rig.shown()).toEqual(['inspector on 1: what is this?']);
    expect(rig.chat.questions).toHaveLength(1);
    rig.judge();
    await program.stop();
  });

  it('a database that takes two seconds for everything still makes one answer', async () => {
    const rig = createSlackBotRig({ mode });
    const program = await rig.start();
    rig.slowStore(400);
    rig.mention('what is this?');
    await rig.pass(120_000);
    expect(rig.shown()).toEqual(['inspector on 1: what is this?']);
    expect(rig.chat.questions).toHaveLength(1);
    rig.judge();
    await program.stop();
  });
});

describe('many at once', () => {
  it('thirty answers in one workspace are whole, each in its own thread, and within what Slack allows', async () => {
    const rig = createSlackBotRig();
    const program = await rig.start();
    const texts = Array.from({ length: 30 }, (_, index) =>
      numbered(80, `w${String.fromCharCode(97 + index)}`).join(' '),
    );
    rig.chat.script(...texts.map((text) => slowly(text, 250)));
    const questions = texts.map((_, index) => rig.mention(`question ${index}`, { files: [picture(`p${index}.png`)] }));
    await rig.pass(300_000);
    const shown = questions.map((question) => rig.shown(rig.channel, question).join(' '));
    expect(shown.toSorted()).toEqual(texts.toSorted());
    expect(rig.slack.requests({ status: 429 }).length).toBeLessThan(5);
    const streams = rig.slack.requests({ method: 'chat.startStream', error: null }).length;
    expect(streams).toBeGreaterThan(10);
    expect(streams).toBeLessThan(30);
    await rig.end(program);
  });

  it('streamed and changed ones do not hold each other up', async () => {
    const rig = createSlackBotRig();
    const program = await rig.start();
    const people = Array.from({ length: 5 }, (_, index) =>
      rig.slack.places.createPerson(rig.team, { name: `p${index}` }),
    );
    const directs = people.map((person) => rig.slack.places.direct(person, rig.installation));
    for (const [index, direct] of directs.entries()) {
      const person = people[index];
      if (person !== undefined)
        rig.slack.people.say(person, direct, { text: `direct ${index}`, files: [picture(`d${index}.png`)] });
      rig.mention(`mention ${index}`, { files: [picture(`m${index}.png`)] });
    }
    rig.chat.script(...Array.from({ length: 10 }, (_, index) => slowly(numbered(60, `x${index}x`).join(' '), 300)));
    await rig.pass(180_000);
    const whole = [...directs, rig.channel].flatMap((where) => rig.shown(where));
    expect(whole).toHaveLength(10);
    for (const text of whole) expect(text.split(' ')).toHaveLength(60);
    expect(rig.slack.requests({ status: 429 }).length).toBeLessThan(5);
    await rig.end(program);
  });

  it('a flood of messages that are none of the bot’s costs nothing, and a question in it is answered', async () => {
    const rig = createSlackBotRig();
    const program = await rig.start();
    const before = rig.slack.requests().length;
    for (let index = 0; index < 500; index += 1) {
      rig.slack.people.say(rig.person, rig.channel, { text: `chatter ${index}` });
      if (index === 250) rig.mention('what is this?');
    }
    await rig.pass(30_000);
    expect(rig.shown()).toEqual(['inspector on 1: what is this?']);
    expect(rig.slack.requests().length - before).toBeLessThan(20);
    await rig.end(program);
  });

  it('who asks more than the bot can keep is told so, once', async () => {
    const rig = createSlackBotRig({ perConversation: 2 });
    const program = await rig.start();
    rig.chat.script(slowly(tenWords, 1_000));
    const root = rig.mention('first?');
    await rig.pass(3_000);
    for (let index = 0; index < 7; index += 1) {
      rig.slack.people.say(rig.person, rig.channel, { text: `question ${index}`, inThreadOf: root });
    }
    await rig.pass(120_000);
    const busy = 'I am busy with other questions and did not take this one. Please ask again in a minute.';
    expect(rig.shown().filter((text) => text === busy)).toHaveLength(1);
    expect(rig.shown()).toHaveLength(1 + rig.chat.questions.length);
    await rig.end(program);
  });
});
