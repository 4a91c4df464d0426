import { describe, expect, it } from 'vitest';
import type { FitPicture } from '../../../src/engine/fit-picture.ts';
import type { VisionModel, VisionRequest } from '../../../src/engine/vision-model.ts';
import { Failure } from '../../../src/lib/errors.ts';
import { createEngineRig } from '../../fakes/engine-rig.ts';
import { createFakeIds } from '../../fakes/fake-ids.ts';
import type { ScriptStep } from '../../fakes/scripted-vision-model.ts';

const say = (text: string): ScriptStep => ({ type: 'text', text });
const fail = (code: string, options: ConstructorParameters<typeof Failure>[2] = {}): ScriptStep => ({
  type: 'fail',
  error: new Failure(code, `The vendor says ${code}.`, options),
});
const busy = fail('chat-rate-limited', { retryable: true });

type Script = readonly ScriptStep[];
type Counted = readonly [name: string, labels: object, amount: number];

/** OpenAI and Google answer from one script for each try, in order; the last is used from then on. */
function createBench(
  tries: readonly Script[],
  parts: NonNullable<Parameters<typeof createEngineRig>[0]>['parts'] = {},
) {
  const counted: Counted[] = [];
  let tried = 0;
  const script = () => {
    const next = tries[Math.min(tried, tries.length - 1)] ?? [];
    tried += 1;
    return next;
  };
  const rig = createEngineRig({
    script,
    parts: {
      ids: { ...createFakeIds(), uuid: halfUuids() },
      metrics: { count: (name, labels = {}, amount = 1) => counted.push([name, labels, amount]) },
      ...parts,
    },
  });
  const models = () => rig.model.requests.map(({ model }) => model);
  const counts = (name: string) => counted.filter(([each]) => each === name).map(([, labels]) => labels);
  return { ...rig, models, counts, counted };
}

/** UUIDs that count at their beginning and are half of all at their end: retries wait half of the most they may. */
function halfUuids(): () => string {
  let count = 0;
  return () => {
    count += 1;
    return `${String(count).padStart(8, '0')}-0000-4000-8000-800000000000`;
  };
}

const pictureNumbers = ({ history, pictures }: VisionRequest) =>
  [...history, { pictures }].map((turn) => turn.pictures.map(({ number }) => number));

describe('a model that fails before its first word', () => {
  it('is asked once more, after a pause, without anybody being told', async () => {
    const bench = createBench([[busy], [say('A cat.')]]);
    const startedAtMs = bench.clock.now();
    const { outcome } = await bench.finish();
    expect(outcome).toMatchObject({ type: 'answered', text: 'A cat.' });
    expect(outcome.finishedAtMs - startedAtMs).toBe(500);
    expect(bench.models()).toEqual(['gpt-4o', 'gpt-4o']);
    expect(bench.counts('model_retries_total')).toEqual([{ model: 'gpt-4o', reason: 'chat-rate-limited' }]);
    expect(bench.clock.pending()).toBe(0);
  });

  it('waits as long as the vendor wishes, up to five seconds', async () => {
    const patient = createBench([[fail('chat-rate-limited', { retryable: true, retryAfterMs: 3_000 })], [say('Yes.')]]);
    const startedAtMs = patient.clock.now();
    expect((await patient.finish()).outcome.finishedAtMs - startedAtMs).toBe(3_500);
    const late = createBench([[fail('chat-rate-limited', { retryable: true, retryAfterMs: 6_000 })], [say('Yes.')]]);
    expect((await late.finish()).outcome).toMatchObject({ code: 'RATE_LIMITED', retryAfterMs: 6_000 });
    expect(late.models()).toEqual(['gpt-4o']);
  });

  it.each(['chat-unauthorized', 'chat-out-of-credits', 'chat-moderated', 'chat-invalid-request'])(
    'is not asked again after %s',
    async (code) => {
      const bench = createBench([[fail(code)], [say('A cat.')]]);
      expect((await bench.finish()).outcome.type).toBe('failed');
      expect(bench.models()).toEqual(['gpt-4o']);
    },
  );

  it('fails with what it failed with last, after two tries', async () => {
    const bench = createBench([[busy], [fail('chat-unreachable', { retryable: true })]]);
    expect((await bench.finish()).outcome).toMatchObject({ code: 'MODEL_UNREACHABLE' });
    expect(bench.models()).toHaveLength(2);
  });

  it('is asked once more when it ends without a word', async () => {
    const bench = createBench([[say(' ')], [say('\n'), say('A cat.')]]);
    expect((await bench.finish()).outcome).toMatchObject({ text: '\nA cat.' });
  });

  it('keeps to the time of one answer, however often it is asked', async () => {
    const slow: Script = [{ type: 'wait', delayMs: 45_000 }, busy];
    const bench = createBench([slow, slow]);
    const startedAtMs = bench.clock.now();
    const { outcome } = await bench.finish();
    expect(outcome).toMatchObject({ type: 'failed', code: 'MODEL_STALLED' });
    expect(outcome.finishedAtMs - startedAtMs).toBe(60_000);
    expect(bench.clock.pending()).toBe(0);
  });
});

describe('a fallback model', () => {
  const fallback = { fallbackModel: 'gemini-3.8-flash' };

  it('answers where the chosen one does not, and the answer and its record say so', async () => {
    const usage = { inputTokens: 1_000, outputTokens: 100, credits: null };
    const bench = createBench([[busy], [busy], [say('A cat.'), { type: 'end', usage }]], fallback);
    const record = await bench.finish();
    expect(record.outcome.text).toBe('_gpt-4o did not answer; gemini-3.8-flash answers._\n\nA cat.');
    expect(bench.models()).toEqual(['gpt-4o', 'gpt-4o', 'gemini-3.8-flash']);
    const { model, modelDetail, metadata } = bench.engine.toAiRecord(record);
    expect({ model, modelDetail }).toEqual({
      model: 'gpt-4o',
      modelDetail: { name: 'gemini-3.8-flash', provider: 'GOOGLE' },
    });
    expect(metadata?.costUsd).toBeCloseTo((1_000 * 0.75 + 100 * 3.75) / 1_000_000, 10);
    expect(bench.counts('model_fallbacks_total')).toEqual([
      { model: 'gpt-4o', to: 'gemini-3.8-flash', reason: 'chat-rate-limited' },
    ]);
    expect(bench.counted.filter(([name]) => name === 'model_tokens_total')).toEqual([
      ['model_tokens_total', { model: 'gemini-3.8-flash', direction: 'input' }, 1_000],
      ['model_tokens_total', { model: 'gemini-3.8-flash', direction: 'output' }, 100],
    ]);
  });

  it('is asked at once after a failure that no pause helps', async () => {
    const bench = createBench([[fail('chat-out-of-credits')], [say('A cat.')]], fallback);
    expect((await bench.finish()).outcome.text).toContain('gemini-3.8-flash answers');
    expect(bench.models()).toEqual(['gpt-4o', 'gemini-3.8-flash']);
    expect(bench.clock.pending()).toBe(0);
  });

  it('has a third of the time when the chosen one is silent', async () => {
    const bench = createBench([[{ type: 'stall' }], [say('A cat.')]], fallback);
    const startedAtMs = bench.clock.now();
    const { outcome } = await bench.finish();
    expect(outcome.text).toBe('_gpt-4o did not answer; gemini-3.8-flash answers._\n\nA cat.');
    expect(outcome.finishedAtMs - startedAtMs).toBe(40_000);
    expect(bench.clock.pending()).toBe(0);
  });

  it('leaves the failure of the chosen one standing when it fails as well', async () => {
    const bench = createBench([[fail('chat-out-of-credits')], [fail('chat-unreachable')]], fallback);
    expect((await bench.finish()).outcome).toMatchObject({ code: 'INSUFFICIENT_CREDITS' });
  });

  it.each(['chat-moderated', 'chat-image-refused', 'chat-prompt-too-long'])('is not asked after %s', async (code) => {
    const bench = createBench([[fail(code)], [say('A cat.')]], fallback);
    expect((await bench.finish()).outcome.type).toBe('failed');
    expect(bench.models()).toEqual(['gpt-4o']);
  });

  it.each([
    ['is the chosen one itself', 'gpt-4o'],
    ['has no vendor', 'claude-opus-5-5'],
    ['does not see', 'mistral-large-latest'],
    ['is not listed', 'gpt-99'],
  ])('is not asked when it %s', async (_why, fallbackModel) => {
    const bench = createBench([[fail('chat-out-of-credits')], [say('A cat.')]], { fallbackModel });
    expect((await bench.finish()).outcome).toMatchObject({ code: 'INSUFFICIENT_CREDITS' });
    expect(bench.models()).toEqual(['gpt-4o']);
  });
});

describe('a model that fails after its first word', () => {
  it('is not asked again, nor is another; what it said is kept', async () => {
    const bench = createBench([[say('Half of '), busy], [say('A cat.')]], { fallbackModel: 'gemini-3.8-flash' });
    const record = await bench.finish();
    expect(record.outcome).toMatchObject({ type: 'failed', code: 'RATE_LIMITED', text: 'Half of ' });
    expect(bench.models()).toEqual(['gpt-4o']);
    expect(bench.engine.toAiRecord(record)).toMatchObject({
      status: 'FAILED',
      aiRecordDetail: { resultObject: ['Half of '], errorCode: 'RATE_LIMITED' },
    });
  });

  it('may take as long for a first word as ever, once a fallback has answered', async () => {
    const slow: Script = [
      say('A '),
      { type: 'wait', delayMs: 29_000 },
      say('slow '),
      { type: 'wait', delayMs: 29_000 },
      say('cat.'),
    ];
    const bench = createBench([slow], { fallbackModel: 'gemini-3.8-flash' });
    expect((await bench.finish()).outcome).toMatchObject({ type: 'answered', text: 'A slow cat.' });
  });
});

describe('a retired model', () => {
  it('is answered by its successor, which is said once in a conversation', async () => {
    const bench = createBench([[say('A cat.')]]);
    const first = await bench.finish({ model: 'gemini-1.5-pro' });
    expect(first.outcome.text).toBe('_gemini-1.5-pro is retired; gemini-3.8-flash answers._\n\nA cat.');
    expect(first.outcome.answering?.model).toBe('gemini-3.8-flash');
    const second = await bench.finish({ model: 'gemini-1.5-pro' });
    expect(second.outcome.text).toBe('A cat.');
    expect(bench.models()).toEqual(['gemini-3.8-flash', 'gemini-3.8-flash']);
    expect(bench.model.requests[1]?.history.map(({ answer }) => answer)).toEqual(['A cat.']);
  });

  it('is answered by its successor as well when its vendor says first that it does not know it', async () => {
    const bench = createBench([[fail('chat-model-unknown')], [say('A cat.')]]);
    const { outcome } = await bench.finish({ model: 'gpt-5-chat-latest' });
    expect(outcome.text).toBe('_gpt-5-chat-latest is retired; gpt-6.1-sol answers._\n\nA cat.');
    expect(bench.models()).toEqual(['gpt-5-chat-latest', 'gpt-6.1-sol']);
  });

  it('is named with its successor where the operator wants nobody else to answer', async () => {
    const bench = createBench([[fail('chat-model-unknown')]], { retiredModels: 'refuse' });
    await expect(bench.ask({ model: 'gemini-1.5-pro' })).rejects.toMatchObject({
      code: 'UNSUPPORTED_MODEL',
      message: 'gemini-1.5-pro was retired by Google on 2025-09-29. Ask gemini-3.8-flash instead.',
    });
    const { outcome } = await bench.finish({ model: 'gpt-5-chat-latest' });
    expect(outcome).toMatchObject({
      code: 'UNSUPPORTED_MODEL',
      sentence: 'gpt-5-chat-latest is no longer offered by its vendor. Ask gpt-6.1-sol instead.',
    });
  });

  it('has all of the time for a first word although something was said in front of it', async () => {
    const bench = createBench([[{ type: 'wait', delayMs: 55_000 }, say('A cat.')]]);
    expect((await bench.finish({ model: 'gemini-1.5-pro' })).outcome).toMatchObject({ type: 'answered' });
  });
});

describe('a picture that the vendor refuses', () => {
  const refused = (picture: number) => fail('chat-image-refused', { facts: { picture } });
  const two = async (bench: ReturnType<typeof createBench>) => ({
    imageKeys: [await bench.assets.put('ann'), await bench.assets.put('ann')],
  });

  it('is taken out and named, and the others keep their numbers', async () => {
    const bench = createBench([[refused(1)], [say('One cat.')]]);
    const { outcome } = await bench.finish(await two(bench));
    expect(outcome.text).toBe('_Picture 1 was refused by the model and left out._\n\nOne cat.');
    expect(bench.model.requests.map(pictureNumbers)).toEqual([[[1, 2]], [[2]]]);
  });

  it('is named beside whatever else is to be said', async () => {
    const bench = createBench([[refused(1)], [fail('chat-model-unknown')], [say('One cat.')]]);
    const { outcome } = await bench.finish({ ...(await two(bench)), model: 'gpt-5-chat-latest' });
    expect(outcome.text).toBe(
      '_Picture 1 was refused by the model and left out._\n\n_gpt-5-chat-latest is retired; gpt-6.1-sol answers._\n\nOne cat.',
    );
  });

  it('is counted from the first of the question, also when others came before', async () => {
    const bench = createBench([[say('A cat.')], [refused(3)], [say('One cat.')]]);
    await bench.finish();
    const { outcome } = await bench.finish(await two(bench));
    expect(outcome.text).toContain('_Picture 2 was refused');
    expect(bench.model.requests.at(-1) && pictureNumbers(bench.model.requests.at(-1) ?? never)).toEqual([[1], [2]]);
  });

  it('of an earlier question is left out as such', async () => {
    const bench = createBench([[say('A cat.')], [refused(1)], [say('One cat.')]]);
    await bench.finish();
    const { outcome } = await bench.finish();
    expect(outcome.text).toBe('_An earlier picture was refused by the model and left out._\n\nOne cat.');
  });

  it('has the question refused whole when it is its only one, also with earlier ones around', async () => {
    const bench = createBench([[say('A cat.')], [refused(2)]]);
    await bench.finish();
    expect((await bench.finish()).outcome).toMatchObject({ type: 'failed', code: 'IMAGE_REFUSED' });
    expect(bench.models()).toHaveLength(2);
  });

  it('is not looked for among several when the vendor does not say which', async () => {
    const bench = createBench([[fail('chat-image-refused')], [say('A cat.')]]);
    expect((await bench.finish(await two(bench))).outcome).toMatchObject({ code: 'IMAGE_REFUSED' });
  });

  it('is taken out once, not a second one after it', async () => {
    const bench = createBench([[refused(1)], [refused(2)], [say('A cat.')]]);
    const imageKeys = await Promise.all([1, 2, 3].map(() => bench.assets.put('ann')));
    expect((await bench.finish({ imageKeys })).outcome).toMatchObject({ code: 'IMAGE_REFUSED' });
    expect(bench.models()).toHaveLength(2);
  });
});

const never: VisionRequest = {
  model: '',
  prompt: '',
  pictures: [],
  history: [],
  webSearch: null,
  sources: [],
};

describe('a conversation that is too long for the model', () => {
  const tooLong = fail('chat-prompt-too-long');
  const ask = async (bench: ReturnType<typeof createBench>, times: number) => {
    for (let time = 0; time < times; time += 1) await bench.finish();
  };

  it('loses the older half of its pictures first, then all that came before, and says so', async () => {
    const bench = createBench([
      [say('A cat.')],
      [say('A cat.')],
      [say('A cat.')],
      [tooLong],
      [tooLong],
      [say('A dog.')],
    ]);
    await ask(bench, 3);
    const { outcome } = await bench.finish();
    expect(outcome.text).toBe(
      '_The conversation is too long for gpt-4o: its older messages and pictures were left out._\n\nA dog.',
    );
    expect(bench.model.requests.slice(3).map(pictureNumbers)).toEqual([
      [[1], [2], [3], [4]],
      [[], [], [3], [4]],
      [[4]],
    ]);
  });

  it('keeps the pictures that a question without its own is about', async () => {
    const bench = createBench([[say('A cat.')], [say('Two.')], [tooLong], [say('A dog.')]]);
    await bench.finish();
    await bench.finish({ imageKeys: [], imagesOptional: true });
    const { outcome } = await bench.finish({ imageKeys: [], imagesOptional: true });
    expect(outcome.text).toBe('_The conversation is too long for gpt-4o: its older messages were left out._\n\nA dog.');
    expect(bench.model.requests.at(-1)?.history.map((turn) => turn.pictures.length)).toEqual([1]);
  });

  it('fails when the question alone is too long', async () => {
    const bench = createBench([[tooLong], [say('A cat.')]]);
    expect((await bench.finish()).outcome).toMatchObject({ code: 'PROMPT_TOO_LONG' });
    expect(bench.models()).toEqual(['gpt-4o']);
  });

  it('fails when it is too long all the same', async () => {
    const bench = createBench([[say('A cat.')], [tooLong]]);
    await bench.finish();
    expect((await bench.finish()).outcome).toMatchObject({ code: 'PROMPT_TOO_LONG' });
    expect(bench.clock.pending()).toBe(0);
  });
});

describe('stopping', () => {
  it('ends an answer that waits for its second try', async () => {
    const bench = createBench([[fail('chat-rate-limited', { retryable: true, retryAfterMs: 4_000 })], [say('A cat.')]]);
    const source = await bench.ask();
    await bench.clock.advance(100);
    await bench.engine.stop({ ownerId: 'ann', limited: true }, source.recordId);
    expect(source.read().finished()?.outcome).toMatchObject({ type: 'answered', finish: 'stopped', text: '' });
    expect(bench.models()).toEqual(['gpt-4o']);
    expect(bench.clock.pending()).toBe(0);
  });
});

describe('the record of an answer', () => {
  it('has what the question was estimated to have in tokens, with the pictures as they are sent', async () => {
    const fitPicture: FitPicture = async (_bytes, { longEdge }) => ({
      bytes: new Uint8Array(4),
      mimeType: 'image/jpeg',
      width: longEdge,
      height: longEdge,
    });
    const bench = createBench([[say('A cat.')]], { fitPicture });
    const record = await bench.finish({ prompt: 'x'.repeat(4_000) });
    const estimated = record.outcome.answering?.estimatedInputTokens ?? 0;
    // A picture of four tiles, a thousand tokens of words, and what every model is told.
    expect(estimated).toBeGreaterThan(765 + 1_000);
    expect(estimated).toBeLessThan(765 + 1_700);
    expect(bench.engine.toAiRecord(record).metadata?.estimatedInputToken).toBe(estimated);
  });

  it('of a damaged picture among others names it, and the others are answered about', async () => {
    const damaged = new Failure('image-damaged', 'It is damaged.');
    const first: { bytes: Uint8Array | null } = { bytes: null };
    const fitPicture: FitPicture = async (bytes) => {
      first.bytes ??= bytes;
      if (bytes === first.bytes) throw damaged;
      return { bytes, mimeType: 'image/jpeg', width: 10, height: 10 };
    };
    const bench = createBench([[say('One cat.')]], { fitPicture });
    const imageKeys = [
      await bench.assets.put('ann', Buffer.from('GIF89a-first')),
      await bench.assets.put('ann', Buffer.from('GIF89a-second')),
    ];
    const { outcome } = await bench.finish({ imageKeys });
    expect(outcome.text).toBe('_Picture 1 was refused by the model and left out._\n\nOne cat.');
    expect(bench.model.picturesRead.map((bytes) => Buffer.from(bytes).toString())).toEqual(['GIF89a-second']);
  });
});

describe('web search', () => {
  const source = { url: 'https://example.com/', title: 'Cats', text: 'About cats.' };
  const webSearch = { numOfSite: 1, maxWord: 50 };

  it('stands in front of it all: its query is written by the plain model, its time is its own', async () => {
    const queries: string[] = [];
    const parts = {
      findSources: async (query: string) => {
        queries.push(query);
        return { type: 'found', sources: [source] } as const;
      },
      writeQuery: async (vision: VisionModel, request: VisionRequest, signal: AbortSignal) => {
        let text = '';
        for await (const event of vision.answer(request, signal)) if (event.type === 'answer-end') text = event.text;
        return text;
      },
    };
    const slow: Script = [{ type: 'wait', delayMs: 55_000 }, say('A cat.')];
    const bench = createBench([[{ type: 'wait', delayMs: 20_000 }, say('cats')], slow], { webSearch: parts });
    const { outcome } = await bench.finish({ model: 'gemini-1.5-pro', webSearch });
    expect(queries).toEqual(['cats']);
    expect(outcome).toMatchObject({ type: 'answered' });
    expect(outcome.text).toMatch(
      /^_Read 1 site on the web\._\n\n_gemini-1\.5-pro is retired; gemini-3\.8-flash answers\._\n\nA cat\./,
    );
    expect(bench.model.requests.map(({ model, sources }) => [model, sources.length])).toEqual([
      ['gemini-3.8-flash', 0],
      ['gemini-3.8-flash', 1],
    ]);
    expect(bench.clock.pending()).toBe(0);
  });

  it('is left to the vendor where the server has none', async () => {
    const bench = createBench([[say('A cat.')]]);
    await bench.finish({ webSearch });
    expect(bench.model.requests[0]?.webSearch).toEqual(webSearch);
  });
});
