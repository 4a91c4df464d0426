import { describe, expect, it } from 'vitest';
import { say } from '../../../src/answer/say.ts';
import { StopRequest } from '../../../src/answer/stop-request.ts';
import { Failure } from '../../../src/lib/errors.ts';
import { createMemoryProgress } from '../../fakes/memory-progress.ts';
import { createDeliveryRig, type Script, wordScript } from './delivery-rig.ts';

const unreachable = new Failure('platform-unreachable', 'no route', { retryable: true } as const);

describe('one answer alone', () => {
  it('is shown from its first word in equal gaps, the last word at once', async () => {
    const rig = createDeliveryRig();
    const outcome = await rig.run(rig.play(wordScript(39, 100)));
    const timeline = rig.platform.screen.timeline().map(([atMs, text]) => [Math.round(atMs), text?.split(' ').at(-1)]);
    expect(timeline).toEqual([
      [210, 'w0'],
      [410, 'w2'],
      [1_462, 'w12'],
      [2_514, 'w23'],
      [3_566, 'w33'],
      [4_000, 'w38'],
    ]);
    expect(outcome).toMatchObject({ type: 'delivered', finish: 'stop' });
    expect(rig.platform.calls).toMatchObject({ posts: 1, edits: 5, rateLimited: 0 });
    expect(rig.clock.pending()).toBe(0);
  });

  it('waits with its last word only while the platform’s window is used up', async () => {
    const rig = createDeliveryRig();
    await rig.run(rig.play(wordScript(48, 100)));
    expect(
      rig.platform.screen
        .timeline()
        .slice(-2)
        .map(([atMs]) => Math.round(atMs)),
    ).toEqual([4_618, 5_460]);
    expect(rig.platform.calls.rateLimited).toBe(0);
  });

  it('offers to be asked again; the bot’s own words do only where they take the place of an answer', async () => {
    const rig = createDeliveryRig();
    const controls = () => rig.platform.screen.messages().map((message) => message.controls?.type ?? null);
    await rig.run(say('I see no picture.'), { id: 'first', question: 'first' });
    const { outcome, progress } = rig.begin(rig.play(wordScript(3, 100)), { id: 'second', question: 'second' });
    await rig.clock.runUntil(outcome);
    expect(controls()).toEqual([null, 'again']);

    const takenOver = createMemoryProgress({ parts: progress.current().parts });
    await rig.run(say('That model cannot be asked now.'), { id: 'second', question: 'second', progress: takenOver });
    expect(rig.texts()).toEqual(['I see no picture.', 'That model cannot be asked now.']);
    expect(controls()).toEqual([null, 'again']);
  });

  it('that comes whole is posted once, without typing', async () => {
    const rig = createDeliveryRig();
    await rig.run(say('Here you are.'));
    expect(rig.platform.screen.messages()).toMatchObject([{ text: 'Here you are.', state: 'final', key: 'turn:0' }]);
    expect(rig.platform.calls).toMatchObject({ posts: 1, edits: 0, typings: 0 });
  });

  it('is announced by typing until its first word', async () => {
    const rig = createDeliveryRig();
    await rig.run(rig.play([[20_000, 'At last.']]));
    expect(rig.platform.calls.typings).toBe(3);
    expect(rig.clock.pending()).toBe(0);
  });

  it('is not edited when there is nothing new', async () => {
    const rig = createDeliveryRig();
    await rig.run(
      rig.play([
        [0, 'One'],
        [10_000, ' '],
        [10_000, '\n'],
        [10_000, ''],
      ]),
    );
    expect(rig.platform.screen.changes().map(({ text, state }) => [text, state])).toEqual([
      ['One', 'streaming'],
      ['One', 'final'],
    ]);
  });

  it('keeps its refs at once, and its text before the last edit', async () => {
    const rig = createDeliveryRig();
    const { outcome, progress } = rig.begin(rig.play(wordScript(20, 100)));
    await rig.clock.runUntil(outcome);
    expect(progress.kept.map(({ parts, finalText }) => [parts.length, finalText?.slice(-3)])).toEqual([
      [1, undefined],
      [1, '19 '],
    ]);
    expect(rig.platform.screen.messages()[0]?.state).toBe('final');
  });

  it('is made safe before anybody sees it', async () => {
    const rig = createDeliveryRig();
    const pieces = ['Hi @every', 'one, <@', '123> see [the ', 'bank](https://e', 'vil.example) <!chan', 'nel>'];
    await rig.run(rig.play(pieces.map((piece) => [1_500, piece])));
    expect(rig.platform.screen.pings()).toEqual([]);
    expect(rig.texts()[0]).toContain('the bank (https://evil.example)');
    expect(rig.platform.screen.vanishedWords()).toEqual([]);
  });
});

describe('a long answer', () => {
  const long: Script = Array.from({ length: 1_000 }, (_, index) => [10, `word${index} `]);

  it('goes on in further messages that are never touched again', async () => {
    const rig = createDeliveryRig({ text: { max: 1_000, unit: 'utf16' } });
    await rig.run(rig.play(long));
    const all = rig.texts();
    expect(all.length).toBeGreaterThan(7);
    expect(all.join(' ').split(/\s+/)).toEqual(Array.from({ length: 1_000 }, (_, index) => `word${index}`));
    expect(rig.platform.screen.messages().map((message) => message.key)).toEqual(
      all.map((_, index) => `turn:${index}`),
    );
    expect(rig.platform.screen.vanishedWords()).toEqual([]);
    const finals = rig.platform.screen.changes().filter((change) => change.state === 'final');
    expect(finals).toHaveLength(all.length);
  });

  it('is what the API says it is in the end', async () => {
    const rig = createDeliveryRig();
    async function* corrected() {
      yield { type: 'text-delta' as const, text: 'The cat sat' };
      await rig.clock.sleep(5_000, rig.stop.signal);
      yield {
        type: 'answer-end' as const,
        finish: 'stop' as const,
        text: 'A cat sat.',
        usage: { inputTokens: 1, outputTokens: 2, credits: 3 },
      };
    }
    const outcome = await rig.run(corrected());
    expect(rig.texts()).toEqual(['A cat sat.']);
    expect(outcome).toEqual({
      type: 'delivered',
      text: 'A cat sat.',
      finish: 'stop',
      usage: { inputTokens: 1, outputTokens: 2, credits: 3 },
    });
  });
});

describe('an answer that does not end well', () => {
  async function* broken(rig: ReturnType<typeof createDeliveryRig>, text: string, error: unknown) {
    if (text !== '') yield { type: 'text-delta' as const, text };
    await rig.clock.sleep(3_000, rig.stop.signal);
    throw error;
  }

  it('keeps its text and says why in a paragraph of its own', async () => {
    const rig = createDeliveryRig();
    const outcome = await rig.run(broken(rig, 'It shows a', new Failure('chat-stalled', 'silent for 30 s')));
    expect(rig.texts()).toEqual([
      'It shows a\n\nThe model stopped in the middle of its answer. Ask again, or try another one with /model.',
    ]);
    expect(outcome).toEqual({ type: 'failed', text: 'It shows a', code: 'chat-stalled' });
  });

  it('does not hide the reason in a code fence', async () => {
    const rig = createDeliveryRig();
    await rig.run(broken(rig, 'Look:\n```js\nlet x', new Failure('chat-broken-stream', '')));
    expect(rig.texts()[0]).toBe('Look:\n```js\nlet x\n```\n\nThe connection to the model broke off. Ask again.');
  });

  it('is the sentence alone when there was no text', async () => {
    const rig = createDeliveryRig();
    const outcome = await rig.run(broken(rig, '', new TypeError('x is undefined')));
    expect(rig.texts()[0]).toMatch(/^Something went wrong on my side\..*\(token-1\)$/);
    expect(outcome).toEqual({ type: 'failed', text: '', code: 'internal' });
    expect(rig.platform.calls).toMatchObject({ posts: 1, edits: 0 });
  });

  it('says so when the model said nothing', async () => {
    const rig = createDeliveryRig();
    const outcome = await rig.run(say('  \n'));
    expect(rig.texts()[0]).toMatch(/^The model gave an empty answer/);
    expect(outcome).toMatchObject({ type: 'failed', code: 'chat-empty-answer' });
  });

  it('says so when it was cut by a length limit', async () => {
    const rig = createDeliveryRig();
    async function* cut() {
      yield {
        type: 'answer-end' as const,
        finish: 'length' as const,
        text: 'So far',
        usage: { inputTokens: null, outputTokens: null, credits: null },
      };
    }
    await rig.run(cut());
    expect(rig.texts()[0]).toMatch(/^So far\n\nThe answer was cut off/);
  });
});

describe('a person’s stop', () => {
  it('keeps what there is and marks it', async () => {
    const rig = createDeliveryRig();
    const { outcome } = rig.begin(rig.play(wordScript(100, 100)));
    await rig.clock.advance(2_450);
    rig.stop.abort(new StopRequest());
    expect(await rig.clock.runUntil(outcome)).toMatchObject({ type: 'stopped' });
    expect(rig.texts()[0]).toMatch(/ w23\n\nStopped\.$/);
    expect(rig.clock.pending()).toBe(0);
  });

  it('before the first word leaves the mark alone', async () => {
    const rig = createDeliveryRig();
    const { outcome } = rig.begin(rig.play([[60_000, 'late']]));
    await rig.clock.advance(1_000);
    rig.stop.abort(new StopRequest());
    expect(await rig.clock.runUntil(outcome)).toEqual({ type: 'stopped', text: '' });
    expect(rig.texts()).toEqual(['Stopped.']);
  });

  it('after the last word changes nothing', async () => {
    const rig = createDeliveryRig();
    const { outcome } = rig.begin(
      rig.play([
        [0, 'One'],
        [2_000, ' two'],
      ]),
    );
    await rig.clock.advance(2_005);
    rig.stop.abort(new StopRequest());
    expect(await rig.clock.runUntil(outcome)).toMatchObject({ type: 'delivered' });
    expect(rig.texts()).toEqual(['One two']);
  });
});

describe('a shutdown', () => {
  it('rejects with its reason and leaves everything for the next start', async () => {
    const rig = createDeliveryRig();
    const { outcome, progress } = rig.begin(rig.play(wordScript(100, 100)));
    await rig.clock.advance(2_450);
    const reason = new Error('shutting down');
    rig.stop.abort(reason);
    await expect(rig.clock.runUntil(outcome)).rejects.toBe(reason);
    expect(progress.current()).toMatchObject({ parts: [{ ref: 'message-1' }], finalText: null });
    expect(rig.clock.pending()).toBe(0);
  });
});

describe('a start after a crash', () => {
  it('finishes the text that was kept, in the same messages, and asks nobody', async () => {
    const rig = createDeliveryRig();
    const place = {
      id: 'place-of-turn',
      scope: 'scope',
      hint: null,
      mostMessages: null,
      limits: null,
      commandSign: '/' as const,
    };
    const ref = await rig.clock.runUntil(
      rig.platform.outbox.post(place, { text: 'One', state: 'streaming', controls: null }, 'turn:0', rig.stop.signal),
    );
    const progress = createMemoryProgress({ parts: [{ ref }], finalText: 'One two three' });
    // biome-ignore lint/correctness/useYield: reading it is the mistake
    async function* untouched(): AsyncIterable<never> {
      throw new Error('the answer was asked for again');
    }
    expect(await rig.run(untouched(), { progress, attempt: 2 })).toEqual({ type: 'finished', text: 'One two three' });
    expect(rig.texts()).toEqual(['One two three']);
    expect(rig.platform.screen.messages()[0]?.state).toBe('final');
  });

  it('removes messages that the new text does not need', async () => {
    const rig = createDeliveryRig({ text: { max: 100, unit: 'utf16' } });
    const first = rig.begin(rig.play(wordScript(100, 10)));
    await rig.clock.advance(30_000);
    await first.outcome;
    const refs = rig.platform.screen.messages().map(({ ref }) => ({ ref }));
    expect(refs.length).toBeGreaterThan(3);
    const progress = createMemoryProgress({ parts: refs });
    await rig.run(say('Short now.'), { progress, attempt: 2 });
    expect(rig.texts()).toEqual(['Short now.']);
    expect(progress.current().parts).toHaveLength(1);
  });
});

describe('a platform that fails', () => {
  it('is asked again with the same post, and the message is not doubled', async () => {
    const rig = createDeliveryRig();
    rig.platform.loseNextPostReplies(2);
    await rig.run(rig.play(wordScript(50, 100)));
    expect(rig.texts()).toEqual([
      wordScript(50, 0)
        .map(([, word]) => word)
        .join('')
        .trim(),
    ]);
    expect(rig.platform.calls.posts).toBe(3);
  });

  it('may lose frames, but not last words', async () => {
    const rig = createDeliveryRig();
    rig.platform.failNextEdits(6, unreachable);
    const outcome = await rig.run(rig.play(wordScript(30, 100)));
    expect(outcome.type).toBe('delivered');
    expect(rig.texts()[0]).toMatch(/w29$/);
  });

  it('that says it gets too many is left alone for as long as it says', async () => {
    const rig = createDeliveryRig({
      edits: { count: 5, windowMs: 5_000 },
      enforcedEdits: { count: 2, windowMs: 8_000 },
    });
    await rig.run(rig.play(wordScript(300, 100)));
    expect(rig.texts()[0]).toMatch(/w299$/);
    expect(rig.platform.calls.rateLimited).toBeLessThanOrEqual(4);
  });

  it('that refuses every frame is only given the last words', async () => {
    const rig = createDeliveryRig();
    rig.platform.failNextEdits(3, new Failure('platform-rejected', 'no'));
    await rig.run(rig.play(wordScript(100, 100)));
    expect(rig.platform.calls.edits).toBe(4);
    expect(rig.texts()[0]).toMatch(/w99$/);
  });

  it('that never takes the last words is given up after two minutes', async () => {
    const rig = createDeliveryRig();
    rig.platform.failNextEdits(10_000, unreachable);
    const outcome = await rig.run(rig.play(wordScript(10, 100)));
    expect(outcome).toEqual({ type: 'undelivered', code: 'platform-unreachable' });
    expect(rig.platform.screen.timeline()).toHaveLength(1);
    expect(rig.clock.pending()).toBe(0);
  });

  it('that forbids posting is an outcome too, and in the log', async () => {
    const rig = createDeliveryRig();
    rig.platform.failNextPosts(100, new Failure('platform-forbidden', 'no right to write'));
    expect(await rig.run(say('Hello'))).toEqual({ type: 'undelivered', code: 'platform-forbidden' });
    expect(rig.logger.lines.filter(({ level }) => level === 'warn')).toMatchObject([
      { facts: { code: 'platform-forbidden', reason: 'no right to write' } },
    ]);
  });

  it('ends the answer quietly when somebody deleted its message', async () => {
    const rig = createDeliveryRig();
    const { outcome } = rig.begin(rig.play(wordScript(1_000, 100)));
    await rig.clock.advance(3_000);
    rig.platform.removeMessage('message-1');
    expect(await rig.clock.runUntil(outcome)).toEqual({ type: 'gone', code: 'platform-message-gone' });
    expect(rig.clock.now() - 1_767_225_600_000).toBeLessThan(5_000);
    expect(rig.texts()).toEqual([]);
  });

  it('ends the answer quietly when its place is gone', async () => {
    const rig = createDeliveryRig();
    const { outcome } = rig.begin(rig.play(wordScript(1_000, 100)));
    await rig.clock.advance(3_000);
    rig.platform.removePlace('place-of-turn');
    expect(await rig.clock.runUntil(outcome)).toEqual({ type: 'gone', code: 'platform-place-gone' });
  });

  it('does not take a failing store for a failing platform', async () => {
    const rig = createDeliveryRig();
    const progress = createMemoryProgress();
    const broken = {
      ...progress,
      update: async () => Promise.reject(new Failure('store-failed', 'disk full', { retryable: true })),
    };
    const { outcome } = rig.begin(rig.play(wordScript(10, 100)), { progress: broken, question: 'turn' });
    await expect(rig.clock.runUntil(outcome)).rejects.toThrow('disk full');
    // Nobody keeps an answer waiting for a store: people see all of it, and nothing to stop any more.
    expect(rig.platform.screen.messages()).toMatchObject([
      { text: 'w0 w1 w2 w3 w4 w5 w6 w7 w8 w9', controls: { type: 'again' } },
    ]);
    expect(rig.clock.pending()).toBe(0);
  });

  it('forgives a store that failed for a while', async () => {
    const rig = createDeliveryRig();
    const progress = createMemoryProgress();
    let updates = 0;
    const shaky = {
      ...progress,
      async update(change: Parameters<typeof progress.update>[0]) {
        await progress.update(change);
        updates += 1;
        if (updates === 1) throw new Failure('store-failed', 'locked', { retryable: true });
      },
    };
    const { outcome } = rig.begin(rig.play(wordScript(10, 100)), { progress: shaky });
    expect(await rig.clock.runUntil(outcome)).toMatchObject({ type: 'delivered' });
    expect(progress.current().finalText).toMatch(/w9 $/);
  });
});
