import { describe, expect, it } from 'vitest';
import { type AnswerSource, untilFinished } from '../../../src/engine/answer-source.ts';
import type { RecordStore } from '../../../src/engine/record-store.ts';
import { Failure } from '../../../src/lib/errors.ts';
import { ann, ben, createEngineRig, live } from '../../fakes/engine-rig.ts';
import { type ScriptStep, wordsOf } from '../../fakes/scripted-vision-model.ts';

const say = (text: string): ScriptStep => ({ type: 'text', text });
const wait = (delayMs: number): ScriptStep => ({ type: 'wait', delayMs });

function readAll(source: AnswerSource): string {
  const reader = source.read();
  let text = '';
  for (let piece = reader.take(); piece !== ''; piece = reader.take()) text += piece;
  reader.close();
  return text;
}

describe('an answer', () => {
  it('reaches early, late and second readers from its start', async () => {
    const rig = createEngineRig({ script: [say('A '), wait(100), say('red '), wait(100), say('cat.')] });
    const source = await rig.ask();
    const early = source.read();
    await rig.clock.advance(50);
    const seen = [early.take()];
    await rig.clock.advance(100);
    const second = (await rig.engine.answer(ann, source.recordId)).read();
    seen.push(early.take(), second.take());
    await rig.clock.advance(100);
    const late = await rig.engine.answer(ann, source.recordId);
    seen.push(early.take(), second.take(), readAll(late));
    expect(seen).toEqual(['A ', 'red ', 'A red ', 'cat.', 'cat.', 'A red cat.']);
    expect(late.read().finished()?.outcome).toMatchObject({ type: 'answered', finish: 'stop' });
  });

  it('wakes every waiting reader once for each change', async () => {
    const rig = createEngineRig({ script: [say('A'), say('B'), wait(10), say('C')] });
    const source = await rig.ask();
    const wakes: string[] = [];
    const [first, second, gone] = [source.read(), source.read(), source.read()];
    first.onChange(() => wakes.push('first'));
    second.onChange(() => wakes.push('second'));
    gone.onChange(() => wakes.push('gone'));
    gone.close();
    await rig.clock.advance(5);
    expect(wakes).toEqual(['first', 'second']);
  });

  it('goes on when its reader leaves', async () => {
    const rig = createEngineRig();
    const source = await rig.ask();
    source.read().close();
    await expect(untilFinished(source, AbortSignal.abort(new Error('left')))).rejects.toThrow('left');
    await rig.clock.advance(1_000);
    expect(await rig.engine.result(ann, source.recordId)).toMatchObject({ status: 'SUCCESS' });
  });

  it('stands to nobody but its owner', async () => {
    const rig = createEngineRig();
    const { recordId } = await rig.ask();
    for (const each of [recordId, 'unknown']) {
      await expect(rig.engine.answer(ben, each)).rejects.toMatchObject({ code: 'NOT_FOUND' });
      await expect(rig.engine.stop(ben, each)).rejects.toMatchObject({ code: 'NOT_FOUND' });
      expect(await rig.engine.result(ben, each)).toBeNull();
    }
    await rig.clock.advance(1_000);
    await expect(rig.engine.answer(ben, recordId)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await rig.engine.result(ann, recordId)).toMatchObject({ status: 'SUCCESS' });
  });

  it('is what its end says, where that differs from its pieces', async () => {
    const rig = createEngineRig({ script: [say('A cta'), { type: 'end', text: 'A cat.' }] });
    expect((await rig.finish()).outcome.text).toBe('A cat.');
  });

  it('ends at a megabyte, between characters, for length', async () => {
    const piece = '🐈'.repeat(50_000);
    const rig = createEngineRig({ script: Array.from({ length: 8 }, () => say(piece)) });
    const { outcome } = await rig.finish();
    expect(outcome).toMatchObject({ type: 'answered', finish: 'length' });
    expect(Buffer.byteLength(outcome.text)).toBe(1_048_576);
    expect(rig.model.open()).toBe(0);
  });

  it('that has no word is a failure', async () => {
    const rig = createEngineRig({ script: [say(' \n')] });
    expect((await rig.finish()).outcome).toMatchObject({ code: 'EMPTY_ANSWER' });
    const filtered = createEngineRig({ script: [{ type: 'end', finish: 'content-filter' }] });
    expect((await filtered.finish()).outcome).toMatchObject({ code: 'CONTENT_FILTERED' });
  });

  it('tells what it cost, and null where nobody knows', async () => {
    const usage = { inputTokens: 1_000, outputTokens: 100, credits: null };
    const rig = createEngineRig({ script: [say('A cat.'), { type: 'end', usage }] });
    const record = await rig.finish({ model: 'gpt-4o-mini' });
    expect(rig.engine.toAiRecord(record).metadata).toEqual({
      credit: null,
      inputCredit: null,
      outputCredit: null,
      inputToken: 1_000,
      outputToken: 100,
      promptToken: null,
      estimatedInputToken: null,
      totalToken: 1_100,
      finishReason: 'stop',
      executionTime: 0,
      costUsd: (1_000 * 0.15 + 100 * 0.6) / 1_000_000,
    });
    const unknown = createEngineRig();
    const metadata = unknown.engine.toAiRecord(await unknown.finish()).metadata;
    expect(metadata).toMatchObject({ inputToken: null, totalToken: null, costUsd: null, executionTime: 0.1 });
  });
});

describe('a model that fails', () => {
  const failures = [
    ['chat-unauthorized', 'EXTERNAL_API_RESPONSE_WITH_ERROR'],
    ['chat-out-of-credits', 'INSUFFICIENT_CREDITS'],
    ['chat-image-refused', 'IMAGE_REFUSED'],
    ['chat-rate-limited', 'RATE_LIMITED'],
    ['chat-moderated', 'CONTENT_FILTERED'],
    ['chat-prompt-too-long', 'PROMPT_TOO_LONG'],
    ['chat-unreachable', 'MODEL_UNREACHABLE'],
    ['chat-broken-stream', 'ANSWER_BROKEN_OFF'],
    ['chat-stalled', 'MODEL_STALLED'],
    ['chat-timeout', 'MODEL_TIMEOUT'],
  ] as const;
  it.each(failures)('with %s is told as %s, its half answer kept', async (code, apiCode) => {
    const error = new Failure(code, 'The vendor said no.', { retryAfterMs: 2_000 });
    const rig = createEngineRig({ script: [say('Half'), { type: 'fail', error }] });
    expect((await rig.finish()).outcome).toMatchObject({
      type: 'failed',
      code: apiCode,
      sentence: 'The vendor said no.',
      text: 'Half',
      retryAfterMs: 2_000,
    });
  });

  it('unexpectedly tells the log, not the caller', async () => {
    const rig = createEngineRig({ script: [{ type: 'fail', error: new TypeError('key sk-123 of undefined') }] });
    const { outcome, uuid } = await rig.finish();
    expect(outcome).toMatchObject({ code: 'INTERNAL_ERROR' });
    expect(JSON.stringify(outcome)).not.toContain('sk-123');
    expect(JSON.stringify(outcome)).toContain(uuid);
    expect(rig.logLines).toMatchObject([{ level: 'error', facts: { record: uuid } }]);
  });

  it('without an end is a broken answer', async () => {
    const rig = createEngineRig({
      models: [
        [
          'google',
          {
            answer: async function* () {
              yield { type: 'text-delta', text: 'Half' };
            },
          },
        ],
      ],
    });
    const { outcome } = await rig.finish({ model: 'gemini-2.5-pro' });
    expect(outcome).toMatchObject({ code: 'ANSWER_BROKEN_OFF', text: 'Half' });
  });

  const silences = [
    ['before its first word', [{ type: 'stall' }], 60_000],
    ['after a word', [say('A '), { type: 'stall' }], 30_000],
    ['and does not even react to being aborted', [say('A '), { type: 'hang' }], 30_000],
  ] as const;
  it.each(silences)('by silence %s is given up at its limit', async (_what, script, limitMs) => {
    const rig = createEngineRig({ script });
    const source = await rig.ask();
    await rig.clock.advance(limitMs - 1);
    expect(source.read().finished()).toBeNull();
    await rig.clock.advance(1);
    expect(source.read().finished()?.outcome).toMatchObject({ code: 'MODEL_STALLED' });
    expect(rig.clock.pending()).toBe(0);
  });

  it('by never coming to an end is given up after five minutes', async () => {
    const rig = createEngineRig({ script: wordsOf('on '.repeat(40), 10_000) });
    const source = await rig.ask();
    await rig.clock.advance(299_999);
    expect(source.read().finished()).toBeNull();
    await rig.clock.advance(1);
    expect(source.read().finished()?.outcome).toMatchObject({ code: 'MODEL_TIMEOUT', text: 'on '.repeat(29) });
    expect(rig.model.open()).toBe(0);
    expect(rig.clock.pending()).toBe(0);
  });

  it('leaves no wait behind when it ends well', async () => {
    const rig = createEngineRig();
    await rig.finish();
    await rig.clock.advance(0);
    expect([rig.clock.pending(), rig.model.open()]).toEqual([0, 0]);
  });
});

describe('stopping', () => {
  it('stops the model and keeps what came so far as the answer', async () => {
    const rig = createEngineRig({ script: [say('A red '), wait(1_000), say('cat.')] });
    const source = await rig.ask();
    await rig.clock.advance(500);
    await rig.engine.stop(ann, source.recordId);
    expect(rig.model.open()).toBe(0);
    expect(source.read().finished()?.outcome).toMatchObject({ type: 'answered', text: 'A red ', finish: 'stopped' });
    expect(await rig.engine.result(ann, source.recordId)).toMatchObject({
      status: 'SUCCESS',
      metadata: { finishReason: 'stopped' },
    });
  });

  it('changes nothing the second time, nor after the end', async () => {
    const rig = createEngineRig();
    const { uuid } = await rig.finish();
    await rig.engine.stop(ann, uuid);
    await rig.engine.stop(ann, uuid);
    expect(await rig.engine.result(ann, uuid)).toMatchObject({ metadata: { finishReason: 'stop' } });
  });

  it('before the first word leaves an empty answer that is never part of a history', async () => {
    const rig = createEngineRig({
      script: (request) => (request.prompt === 'stop' ? [{ type: 'stall' }] : [say('A cat.')]),
    });
    const source = await rig.ask({ prompt: 'stop' });
    await rig.engine.stop(ann, source.recordId);
    await rig.finish();
    expect(rig.model.requests[1]?.history).toEqual([]);
  });
});

describe('bounds', () => {
  it('refuses more live answers than there are places, and frees a place at the end', async () => {
    const rig = createEngineRig({ limits: { maxLiveAnswers: 2 } });
    await rig.ask();
    await rig.ask();
    await expect(rig.ask()).rejects.toMatchObject({ code: 'OVERLOADED', retryAfterMs: 5_000 });
    await rig.clock.advance(1_000);
    await rig.finish();
    expect(rig.model.requests).toHaveLength(3);
  });

  it('gives the place of a refused question back', async () => {
    const rig = createEngineRig({ limits: { maxLiveAnswers: 1 } });
    for (let index = 0; index < 3; index += 1)
      await expect(rig.ask({ model: 'gpt-9' })).rejects.toMatchObject({ code: 'UNSUPPORTED_MODEL' });
    await rig.finish();
    expect(rig.model.requests).toHaveLength(1);
  });

  it('forgets records after 30 days', async () => {
    const rig = createEngineRig();
    const { uuid } = await rig.finish();
    await rig.clock.advance(29 * 86_400_000);
    await rig.engine.sweep();
    expect(await rig.engine.result(ann, uuid)).not.toBeNull();
    await rig.clock.advance(2 * 86_400_000);
    await rig.engine.sweep();
    expect(await rig.engine.result(ann, uuid)).toBeNull();
    await expect(rig.engine.answer(ann, uuid)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('a restart', () => {
  it('replays finished answers from the store', async () => {
    const rig = createEngineRig();
    const { uuid } = await rig.finish();
    const source = await rig.restart().answer(ann, uuid);
    expect(readAll(source)).toBe('A cat.');
    expect(source.read().finished()?.outcome).toMatchObject({ type: 'answered', finish: 'stop' });
  });

  it('fails what a crash cut off, so that nobody waits for it', async () => {
    const rig = createEngineRig({ script: [say('A '), { type: 'stall' }] });
    const { recordId } = await rig.ask();
    const engine = rig.restart();
    await engine.recover();
    const source = await engine.answer(ann, recordId);
    expect(source.read().finished()?.outcome).toMatchObject({ type: 'failed', code: 'INTERRUPTED' });
    expect(await engine.result(ann, recordId)).toMatchObject({ status: 'FAILED' });
  });
});

describe('closing', () => {
  it('waits for the answers being written and takes no more questions', async () => {
    const rig = createEngineRig();
    const source = await rig.ask();
    const closing = rig.engine.close(live());
    await expect(rig.ask()).rejects.toMatchObject({ code: 'OVERLOADED' });
    await rig.clock.runUntil(closing);
    expect(source.read().finished()?.outcome).toMatchObject({ type: 'answered', text: 'A cat.' });
  });

  it('interrupts what is left when time is up, and stores that', async () => {
    const rig = createEngineRig({ script: [say('A '), { type: 'hang' }] });
    const source = await rig.ask();
    const timeIsUp = new AbortController();
    const closing = rig.engine.close(timeIsUp.signal);
    await rig.clock.advance(10);
    timeIsUp.abort(new Error('time is up'));
    await closing;
    expect(source.read().finished()?.outcome).toMatchObject({ type: 'failed', code: 'INTERRUPTED', text: 'A ' });
    expect(await rig.engine.result(ann, source.recordId)).toMatchObject({ status: 'FAILED' });
  });

  it('also ends a question that is just being accepted', async () => {
    const rig = createEngineRig({ script: [{ type: 'stall' }] });
    const asking = rig.ask();
    const key = await rig.assets.put('ann');
    const second = rig.ask({ imageKeys: [key] });
    await rig.engine.close(AbortSignal.abort(new Error('time is up')));
    const ended = await Promise.all([asking, second]);
    expect(ended.map((source) => source.read().finished()?.outcome)).toMatchObject([
      { code: 'INTERRUPTED' },
      { code: 'INTERRUPTED' },
    ]);
    expect(rig.clock.pending()).toBe(0);
  });
});

describe('a store that breaks', () => {
  const broken = (name: 'insert' | 'finish') => (records: RecordStore) => ({
    ...records,
    [name]: () => Promise.reject(new Error('disk full')),
  });

  it('before the question is stored lets it fail and frees the place', async () => {
    const rig = createEngineRig({ wrapRecords: broken('insert'), limits: { maxLiveAnswers: 1 } });
    await expect(rig.ask()).rejects.toThrow('disk full');
    await expect(rig.ask()).rejects.toThrow('disk full');
    expect(rig.model.requests).toEqual([]);
  });

  it('before the answer is stored does not pass it off as kept', async () => {
    const rig = createEngineRig({ wrapRecords: broken('finish') });
    expect((await rig.finish()).outcome).toMatchObject({ type: 'failed', code: 'INTERNAL_ERROR', text: 'A cat.' });
    expect(rig.logLines.map((line) => line.level)).toEqual(['error']);
  });
});
