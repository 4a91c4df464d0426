import { expect, it } from 'vitest';
import { type AnswerFrames, streamAnswer } from '../../../../adapters/http/routes/answer-stream.ts';
import { createGrowingAnswer, type FinishedRecord } from '../../../../src/engine/answer-source.ts';
import { createFakeClock } from '../../../fakes/fake-clock.ts';
import { createApiRig, readEvents } from './api-rig.ts';

const frames: AnswerFrames = { text: (piece) => piece, end: () => '.', ping: ':' };
const record: FinishedRecord = {
  uuid: 'r',
  ownerId: 'ann',
  type: 'CHAT_WITH_IMAGE',
  model: 'gpt-4o',
  conversationId: null,
  keepsHistory: false,
  prompt: 'What is it?',
  imageKeys: [],
  isMixed: false,
  webSearch: null,
  createdAtMs: 0,
  outcome: {
    type: 'answered',
    text: 'A cat',
    finish: 'stop',
    usage: { inputTokens: null, outputTokens: null, credits: null },
    answering: null,
    finishedAtMs: 1,
  },
};

function createBench() {
  const clock = createFakeClock();
  const answer = createGrowingAnswer('r', 1_048_576);
  const seen = { brokenOff: 0 };
  const open = () => {
    const breakOff = () => {
      seen.brokenOff += 1;
    };
    return streamAnswer({ reader: answer.read(), frames, clock, breakOff }).getReader();
  };
  return { clock, answer, seen, open };
}

const decode = (value: Uint8Array | undefined) => Buffer.from(value ?? []).toString();

it('a reader that takes nothing for two minutes is let go, and leaves no timer', async () => {
  const { clock, answer, seen, open } = createBench();
  const reader = open();
  answer.append('A ');
  expect(decode((await reader.read()).value)).toBe('A ');
  answer.append('cat');
  await clock.advance(119_000);
  expect(seen.brokenOff).toBe(0);
  await clock.advance(16_000);
  expect([seen.brokenOff, clock.pending()]).toEqual([1, 0]);
  await expect(reader.read()).rejects.toThrow();
});

it('a reader that waits for a silent model is never let go', async () => {
  const { clock, answer, seen, open } = createBench();
  const reader = open();
  const pings: string[] = [];
  for (let minute = 0; minute < 40; minute += 1) {
    const next = reader.read();
    await clock.advance(15_000);
    pings.push(decode((await next).value));
  }
  expect([new Set(pings), seen.brokenOff]).toEqual([new Set([':']), 0]);
  answer.finish(record);
  expect(decode((await reader.read()).value)).toBe('.');
  expect([await reader.read(), clock.pending()]).toEqual([{ done: true, value: undefined }, 0]);
});

it('a slow reader gets everything that came meanwhile in one piece, never more than 16 KiB at once', async () => {
  const { answer, open } = createBench();
  const reader = open();
  for (let index = 0; index < 2_000; index += 1) answer.append('word '.repeat(10));
  answer.finish(record);
  const sizes: number[] = [];
  for (let next = await reader.read(); !next.done; next = await reader.read()) sizes.push(next.value.byteLength);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(100_001);
  expect(Math.max(...sizes)).toBeLessThanOrEqual(16_384);
});

it('many readers of one answer, early, late, slow and leaving, all see the same words and hold nobody back', async () => {
  const script = Array.from({ length: 200 }, (_, index) => [
    { type: 'text', text: `w${index} ` } as const,
    { type: 'wait', delayMs: 10 } as const,
  ]).flat();
  const rig = createApiRig({ script });
  const { data } = Object(await (await rig.post('/api/features', await rig.example())).json());
  const readAll = async (pauseMs: number, startMs: number) => {
    await rig.clock.sleep(startMs, new AbortController().signal);
    const reader = (await rig.request(data.streamingUrl)).body?.getReader();
    let text = '';
    for (let next = await reader?.read(); next !== undefined && !next.done; next = await reader?.read()) {
      text += decode(next.value);
      await rig.clock.sleep(pauseMs, new AbortController().signal);
    }
    return readEvents(text)
      .filter(([name]) => name === 'content')
      .map(([, content]) => Object(content).content)
      .join('');
  };
  const leaver = (await rig.request(data.streamingUrl)).body?.getReader();
  await leaver?.read();
  const leaving = leaver?.cancel();
  const readers = Promise.all([readAll(0, 0), readAll(1, 0), readAll(700, 0), readAll(0, 1_000), readAll(50, 60_000)]);
  const texts = await rig.clock.runUntil(readers);
  await leaving;
  expect(new Set(texts)).toEqual(new Set([Array.from({ length: 200 }, (_, index) => `w${index} `).join('')]));
  const { aiRecord } = Object(await (await rig.request(`/api/results/${data.aiRecordId}`)).json());
  expect(aiRecord.metadata.executionTime).toBe(2);
  expect(rig.clock.pending()).toBe(0);
});
