import { describe, expect, test } from 'vitest';
import { noUsage } from '../../../src/answer/say.ts';
import { createGrowingAnswer } from '../../../src/engine/answer-source.ts';
import { createWakePace, wakeGapMs } from '../../../src/engine/wake-pace.ts';
import { createFakeClock } from '../../fakes/fake-clock.ts';

/** An answer among so many live ones, and when its reader was told of something new. */
function createPacedAnswer(liveAnswers: number) {
  const clock = createFakeClock(0);
  const pace = createWakePace(clock, () => liveAnswers);
  const answer = createGrowingAnswer('record', 1_000_000, pace);
  const reader = answer.read();
  const read: [number, string][] = [];
  const onChange = () => {
    read.push([clock.now(), reader.take()]);
    reader.onChange(onChange);
  };
  reader.onChange(onChange);
  return { clock, pace, answer, read };
}

describe('the pace of live answers', () => {
  test('few answers are told word by word', async () => {
    const { clock, answer, read } = createPacedAnswer(40);
    for (const word of ['one ', 'two ', 'three ']) {
      answer.append(word);
      await clock.advance(1);
    }
    expect(read).toEqual([
      [0, 'one '],
      [1, 'two '],
      [2, 'three '],
    ]);
    expect(clock.pending()).toBe(0);
  });

  test('the words of one among many go together, the first one at once', async () => {
    const { clock, answer, read } = createPacedAnswer(1_000);
    for (const word of ['one ', 'two ', 'three ', 'four ']) {
      answer.append(word);
      await clock.advance(50);
    }
    await clock.advance(50);
    expect(read).toEqual([
      [0, 'one '],
      [250, 'two three four '],
    ]);
    expect(clock.pending()).toBe(0);
  });

  test('a word after a long silence is told at once', async () => {
    const { clock, answer, read } = createPacedAnswer(1_000);
    answer.append('one ');
    await clock.advance(900);
    answer.append('two ');
    expect(read).toEqual([
      [0, 'one '],
      [900, 'two '],
    ]);
  });

  test('the end is told at once, with what came before it', async () => {
    const { clock, answer, read } = createPacedAnswer(1_000);
    answer.append('one ');
    await clock.advance(10);
    answer.append('two ');
    answer.finish({
      uuid: 'record',
      ownerId: 'owner',
      conversationId: null,
      keepsHistory: false,
      model: 'model',
      type: 'CHAT_WITH_IMAGE',
      prompt: 'What is it?',
      imageKeys: [],
      isMixed: false,
      webSearch: null,
      createdAtMs: 0,
      outcome: {
        type: 'answered',
        text: 'one two ',
        finish: 'stop',
        usage: noUsage,
        answering: null,
        finishedAtMs: 10,
      },
    });
    expect(read.at(-1)).toEqual([10, 'two ']);
    await clock.advance(1_000);
    expect(read).toHaveLength(2);
    expect(clock.pending()).toBe(0);
  });

  test('a crowd is told in portions, everybody within the gap and a little', async () => {
    const clock = createFakeClock(0);
    const pace = createWakePace(clock, () => 200);
    const toldAtMs: number[] = [];
    const notices = Array.from({ length: 200 }, () => pace.createNotice(() => toldAtMs.push(clock.now())));
    for (const notice of notices) notice.now();
    toldAtMs.length = 0;
    for (const notice of notices) notice.soon();
    await clock.advance(100);
    expect(toldAtMs).toHaveLength(200);
    const atOnce = Map.groupBy(toldAtMs, (atMs) => atMs);
    expect(Math.max(...[...atOnce.values()].map((told) => told.length))).toBe(40);
    expect(Math.max(...toldAtMs)).toBeLessThanOrEqual(wakeGapMs(200) + 5);
  });

  test('closing tells whoever still waits and leaves no timer', async () => {
    const { clock, pace, answer, read } = createPacedAnswer(1_000);
    answer.append('one ');
    answer.append('two ');
    await pace.close();
    expect(read.at(-1)).toEqual([0, 'two ']);
    answer.append('three ');
    expect(read.at(-1)).toEqual([0, 'three ']);
    expect(clock.pending()).toBe(0);
  });

  test('the gap grows with the crowd, up to a quarter of a second', () => {
    expect([1, 40, 100, 400, 1_000, 1_200].map(wakeGapMs)).toEqual([0, 0, 25, 100, 250, 250]);
  });
});
