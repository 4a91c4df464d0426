import { describe, expect, it } from 'vitest';
import { createSlackBotRig, picture, slowly } from './slack-bot-rig.ts';

type Rig = ReturnType<typeof createSlackBotRig>;

const modes = ['socket', 'http'] as const;
const ways = ['streamed', 'changed'] as const;
type Way = (typeof ways)[number];

const cases = modes.flatMap((mode) => ways.map((way) => ({ mode, way })));
const tenWords = 'one two three four five six seven eight nine ten';
const numbered = (count: number) => Array.from({ length: count }, (_, index) => `word${index}`);

/** A killed program logs what it could not do; the scripted API tells an answer again from its beginning. */
const killed = { errors: true, vanished: true } as const;

const placeOf = (rig: Rig, way: Way) =>
  way === 'streamed' ? rig.channel : rig.slack.places.direct(rig.person, rig.installation);

/** Asks where answers are streamed, or where messages are posted and changed. */
function ask(rig: Rig, way: Way, text = 'what is this?') {
  const files = [picture(`${text}.png`)];
  return way === 'streamed'
    ? rig.mention(text, { files })
    : rig.slack.people.say(rig.person, placeOf(rig, way), { text, files });
}

const shownIn = (rig: Rig, way: Way) => rig.slack.screen.botMessages({ channel: placeOf(rig, way) });

describe.each(cases)('over $mode, where messages are $way', ({ mode, way }) => {
  it('events that come four times make one answer, at once and after it', async () => {
    const rig = createSlackBotRig({ mode, slack: { settings: { deliverTimes: 4 } } });
    const program = await rig.start();
    const question = ask(rig, way);
    await rig.pass(30_000);
    rig.slack.people.announceAgain(question);
    await rig.pass(30_000);
    expect(shownIn(rig, way).map(({ text }) => text)).toEqual(['inspector on 1: what is this?']);
    expect(rig.chat.questions).toHaveLength(1);
    await rig.end(program);
  });

  it('a program that is killed at any moment of a long answer is followed by one that shows all of it once', async () => {
    const words = numbered(500);
    for (let afterMs = 10; afterMs < 13_000; afterMs += afterMs < 1_400 ? 137 : 1_490) {
      const rig = createSlackBotRig({ mode });
      const program = await rig.start();
      rig.chat.script(slowly(words.join(' '), 20));
      ask(rig, way);
      await rig.pass(afterMs);
      const before = shownIn(rig, way).map(({ ts }) => ts);
      await program.kill();
      // Longer than Slack keeps a stream open, and not.
      await rig.pass(afterMs % 20 < 7 ? 400_000 : 1_000);
      const next = await rig.start();
      await rig.pass(120_000);
      const shown = shownIn(rig, way);
      const why = `killed after ${afterMs} ms`;
      if (rig.chat.questions.length === 1) {
        expect(shown.flatMap(({ text }) => text.match(/word\d+/g) ?? []).join(' '), why).toBe(words.join(' '));
      } else expect(shown, why).toHaveLength(1);
      expect(
        shown.map(({ ts }) => ts),
        why,
      ).toEqual(expect.arrayContaining(before));
      rig.judge(killed);
      await next.stop();
      rig.slack.end();
      await rig.clock.advance(0);
      expect(rig.clock.pending(), why).toBe(0);
    }
  });

  it.each(['chat.startStream', 'chat.postMessage', 'chat.appendStream', 'chat.update', 'chat.stopStream'])(
    'a program that is killed while %s is done but not answered is followed by one that finishes the same messages',
    async (method) => {
      const rig = createSlackBotRig({ mode });
      const program = await rig.start();
      rig.chat.script(slowly(tenWords, 600));
      rig.slack.faults.next({ method }, { type: 'slow', delayMs: 9_000 });
      ask(rig, way);
      for (let steps = 0; steps < 100 && rig.slack.requests({ method }).length === 0; steps += 1) await rig.pass(100);
      const before = shownIn(rig, way).map(({ ts }) => ts);
      await program.kill();
      await rig.pass(20_000);
      const next = await rig.start();
      await rig.pass(120_000);
      expect(shownIn(rig, way).map(({ text }) => text)).toEqual([tenWords]);
      expect(shownIn(rig, way).map(({ ts }) => ts)).toEqual(expect.arrayContaining(before));
      rig.judge(killed);
      await next.stop();
    },
  );

  it('one that is killed again and again finishes in the end', async () => {
    const rig = createSlackBotRig({ mode });
    const words = numbered(300);
    let program = await rig.start();
    rig.chat.script(slowly(words.join(' '), 30));
    ask(rig, way);
    for (let kills = 0; kills < 2; kills += 1) {
      await rig.pass(4_000);
      await program.kill();
      program = await rig.start();
    }
    await rig.pass(120_000);
    expect(shownIn(rig, way)).toHaveLength(1);
    expect(
      shownIn(rig, way)[0]
        ?.text.match(/word\d+/g)
        ?.join(' '),
    ).toBe(words.join(' '));
    rig.judge(killed);
    await program.stop();
  });

  it('a stop in the middle of an answer lets it finish, and leaves nothing running', async () => {
    const rig = createSlackBotRig({ mode });
    const program = await rig.start();
    rig.chat.script(slowly(tenWords, 1_000));
    ask(rig, way);
    await rig.pass(4_000);
    await program.stop();
    expect(shownIn(rig, way).map(({ text }) => text)).toEqual([tenWords]);
    // What Slack would still repeat is none of the bot’s.
    rig.slack.end();
    await rig.clock.advance(0);
    expect(rig.clock.pending()).toBe(0);
    rig.judge();
  });

  it('a start while Slack is not to be reached goes on trying, and then finishes what was begun', async () => {
    const rig = createSlackBotRig({ mode });
    const program = await rig.start();
    rig.chat.script(slowly(tenWords, 1_000));
    ask(rig, way);
    await rig.pass(5_000);
    await program.kill();
    const end = rig.slack.faults.always({}, { type: 'refused' });
    const starting = rig.start();
    await rig.pass(40_000);
    end();
    const next = await starting;
    await rig.pass(120_000);
    expect(shownIn(rig, way).map(({ text }) => text)).toEqual([tenWords]);
    rig.judge(killed);
    await next.stop();
  });

  it('what is asked while the program is away for a while is answered once when Slack repeats it', async () => {
    const rig = createSlackBotRig({ mode });
    const first = await rig.start();
    ask(rig, way, 'known?');
    await rig.pass(30_000);
    await first.kill();
    ask(rig, way, 'missed?');
    await rig.pass(30_000);
    const second = await rig.start();
    await rig.pass(120_000);
    expect(shownIn(rig, way).map(({ text }) => text)).toEqual(['inspector on 1: known?', 'inspector on 1: missed?']);
    rig.judge(killed);
    await second.stop();
  });
});

describe('sockets', () => {
  it('that are cut in the middle of an answer cost nothing: it goes on, and so do questions', async () => {
    const rig = createSlackBotRig();
    const program = await rig.start();
    rig.chat.script(slowly(tenWords, 1_000));
    rig.mention('what is this?');
    await rig.pass(4_000);
    rig.slack.sockets.cut();
    await rig.pass(1_000);
    rig.mention('and this?', { files: [picture('b.png')] });
    await rig.pass(60_000);
    expect(rig.shown()).toEqual([tenWords, 'inspector on 1: and this?']);
    await rig.end(program);
  });

  it('that are renewed cost nothing', async () => {
    const rig = createSlackBotRig();
    const program = await rig.start();
    for (let round = 0; round < 4; round += 1) {
      rig.mention(`question ${round}`, { files: [picture(`${round}.png`)] });
      rig.slack.sockets.refresh(round % 2);
      await rig.pass(20_000);
    }
    expect(rig.shown()).toEqual([0, 1, 2, 3].map((round) => `inspector on 1: question ${round}`));
    expect(rig.untaken().every(({ retry }) => retry === 0)).toBe(true);
    rig.judge();
    await program.stop();
  });
});
