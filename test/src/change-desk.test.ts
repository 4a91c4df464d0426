import { describe, expect, it } from 'vitest';
import { conversationKey } from '../../src/turn/turn.ts';
import { createSamplePerson } from '../fakes/sample-turn.ts';
import { createBotRig, picture } from './bot-rig.ts';

type Rig = ReturnType<typeof createBotRig>;

/** A question of that server, answered. */
async function askIn(rig: Rig, tenant: string, thread = 'thread') {
  const turn = rig.turn('what is this?', [picture('cat.png')], { tenant, thread });
  await rig.clock.runUntil(rig.platform.say(turn));
  await rig.clock.advance(20_000);
  return turn;
}

/** All keys that are kept, of whatever kind. */
async function keysOf(rig: Rig): Promise<string[]> {
  return (await rig.store.list('', null, 1_000)).entries.map(({ key }) => key);
}

describe('what people think of an answer', () => {
  const ada = createSamplePerson('ada', 'Ada');
  const bo = createSamplePerson('bo', 'Bo');

  it('is counted once for each verdict of each person, whatever they change', async () => {
    const rig = createBotRig();
    rig.start();
    const { subject } = await askIn(rig, 'server');
    const think = (person: typeof ada, verdict: 'good' | 'bad' | null) =>
      rig.clock.runUntil(rig.platform.report({ type: 'feedback', subject, person, verdict }));
    const counted = () => rig.counted.filter((line) => line.startsWith('answer_feedback_total'));
    expect(await think(ada, 'good')).toBe('accepted');
    expect(await think(ada, 'good')).toBe('accepted');
    expect(await think(ada, null)).toBe('accepted');
    expect(counted()).toEqual(['answer_feedback_total fake good']);
    for (const verdict of ['bad', 'good', 'bad', null] as const) await think(ada, verdict);
    expect(counted()).toEqual(['answer_feedback_total fake good', 'answer_feedback_total fake bad']);
    await think(bo, 'bad');
    expect(counted()).toHaveLength(3);
  });

  it('is unknown of what nobody remembers, and of what is deleted', async () => {
    const rig = createBotRig();
    rig.start();
    const about = (subject: string) =>
      rig.clock.runUntil(rig.platform.report({ type: 'feedback', subject, person: ada, verdict: 'good' }));
    expect(await about('nothing')).toBe('unknown');
    const { subject } = await askIn(rig, 'server');
    await rig.clock.runUntil(rig.platform.report({ type: 'deleted', subject }));
    expect(await about(subject)).toBe('unknown');
    expect(rig.counted.filter((line) => line.startsWith('answer_feedback_total'))).toEqual([]);
  });
});

describe('a server that the bot was taken out of', () => {
  const left = (tenant: string) => ({ type: 'left', tenant }) as const;

  it('is forgotten with all that was kept of it, and no other', async () => {
    const rig = createBotRig();
    rig.start();
    const fill = async (tenant: string) => {
      const turn = await askIn(rig, tenant);
      const person = turn.person;
      await rig.clock.runUntil(
        rig.platform.report({ type: 'feedback', subject: turn.subject, person, verdict: 'good' }),
      );
      await rig.clock.runUntil(rig.platform.say(rig.turn('/model other me', [], { tenant })));
      await rig.clock.advance(20_000);
      return turn;
    };
    const stays = await fill('stays');
    const before = await keysOf(rig);
    const goes = await fill('goes');
    expect((await keysOf(rig)).length).toBeGreaterThanOrEqual(before.length + 4);
    expect(await rig.clock.runUntil(rig.platform.report(left('goes')))).toBe('accepted');
    expect(await keysOf(rig)).toEqual(before);
    await rig.clock.advance(1_000);
    const asked = rig.chat.questions.map((question) => [question.conversationKey, question.conversationId]);
    expect(asked.map(([key]) => key)).toEqual([conversationKey(stays), conversationKey(goes)]);
    expect(rig.chat.forgotten).toEqual([asked[1]?.[1]]);
  });

  it('has its answers withdrawn, the waiting ones too, and nothing of them is kept or taken away', async () => {
    const rig = createBotRig();
    rig.start();
    rig.chat.script({ words: ['one ', 'two ', 'three ', 'four '], wordDelayMs: 5_000 });
    const running = rig.turn('count', [picture('a.png')], { tenant: 'goes' });
    const waiting = rig.turn('and then?', [], { tenant: 'goes' });
    for (const turn of [running, waiting]) await rig.clock.runUntil(rig.platform.say(turn));
    await rig.clock.advance(8_000);
    const calls = { ...rig.platform.calls };
    expect(await rig.clock.runUntil(rig.platform.report(left('goes')))).toBe('accepted');
    await rig.clock.advance(60_000);
    expect(rig.chat.stopped).toEqual(['record-1']);
    expect(rig.chat.questions).toHaveLength(1);
    expect(rig.platform.calls).toEqual(calls);
    expect(await keysOf(rig)).toEqual([]);
  });

  it('is served like any other when the bot is back', async () => {
    const rig = createBotRig();
    rig.start();
    await askIn(rig, 'back');
    await rig.clock.runUntil(rig.platform.report(left('back')));
    await rig.clock.advance(1_000);
    await askIn(rig, 'back', 'another thread');
    expect(rig.chat.questions).toHaveLength(2);
  });

  it('is accepted only when it is forgotten', async () => {
    const rig = createBotRig();
    rig.start();
    rig.store.fail();
    await expect(rig.clock.runUntil(rig.platform.report(left('server')))).rejects.toMatchObject({
      code: 'store-failed',
    });
  });
});
