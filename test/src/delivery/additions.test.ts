import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StopRequest } from '../../../src/answer/stop-request.ts';
import { createMemoryProgress } from '../../fakes/memory-progress.ts';
import { createDeliveryRig, type Script, wordScript } from './delivery-rig.ts';

const growth = { forMs: 210_000, refusesAfterMs: 290_000 };
const native = { text: { max: 9_000, unit: 'utf8-bytes' }, edits: { count: 100, windowMs: 60_000 }, growth } as const;

const piece = fc.constantFrom(
  ...['one ', 'two, ', 'three. ', '\n', '\n\n', '```js\n', '```\n', 'const a = 1;\n', '| a | b |\n', '|---|---|\n'],
  ...['| 1 | 2 |\n', '[a](https://a.example) ', '`code` ', '- item\n', '@everyone ', 'é', '👩‍👩‍👧 ', 'fo', 'ur '],
);
const scripts = fc.array(
  fc.tuple(
    fc.oneof(fc.integer({ min: 0, max: 3_000 }), fc.integer({ min: 0, max: 60_000 })),
    fc.array(piece, { minLength: 1, maxLength: 6 }).map((pieces) => pieces.join('')),
  ),
  { minLength: 1, maxLength: 25 },
);

describe('an answer whose messages grow by additions', () => {
  it('only ever adds, in time, and shows every word once, whatever comes when', async () => {
    await fc.assert(
      fc.asyncProperty(scripts, fc.integer({ min: 60, max: 400 }), async (script: Script, max) => {
        const rig = createDeliveryRig({ ...native, text: { max, unit: 'utf8-bytes' } });
        await rig.run(rig.play(script));
        const { badAdditions, screen } = rig.platform;
        expect(badAdditions).toEqual([]);
        expect(screen.vanishedWords()).toEqual([]);
        expect(screen.messages().every(({ state }) => state === 'final')).toBe(true);
        expect(rig.clock.pending()).toBe(0);
      }),
      { numRuns: 150 },
    );
  });

  it('is ended after its time and goes on in a new message, with nothing lost', async () => {
    const rig = createDeliveryRig(native);
    await rig.run(rig.play(wordScript(600, 1_000)));
    const { screen, badAdditions } = rig.platform;
    expect(badAdditions).toEqual([]);
    expect(screen.messages()).toHaveLength(3);
    expect(rig.texts().join(' ').split(' ')).toEqual(Array.from({ length: 600 }, (_, index) => `w${index}`));
    expect(screen.vanishedWords()).toEqual([]);
  });

  it('is ended in time also when nothing more comes for a while', async () => {
    const rig = createDeliveryRig(native);
    const outcome = rig.begin(
      rig.play([
        [0, 'One.'],
        [400_000, ' Two.'],
      ]),
    ).outcome;
    await rig.clock.advance(growth.forMs + 30_000);
    expect(rig.platform.screen.messages().map(({ text, state }) => [text, state])).toEqual([['One.', 'final']]);
    await rig.clock.runUntil(outcome);
    expect(rig.texts().map((text) => text.trim())).toEqual(['One.', 'Two.']);
  });

  it('is one message when it ends in time', async () => {
    const rig = createDeliveryRig(native);
    await rig.run(rig.play(wordScript(100, 1_000)));
    expect(rig.platform.screen.messages()).toHaveLength(1);
  });

  it('keeps its borders when it is stopped', async () => {
    const rig = createDeliveryRig(native);
    const { outcome } = rig.begin(rig.play(wordScript(500, 1_000)));
    await rig.clock.advance(230_000);
    const [first] = rig.texts();
    rig.stop.abort(new StopRequest());
    await rig.clock.runUntil(outcome);
    expect(rig.texts()[0]).toBe(first);
    expect(rig.texts().at(-1)?.endsWith('\n\nStopped.')).toBe(true);
    expect(rig.platform.badAdditions).toEqual([]);
  });

  it('goes on after a lost reply and after a refusal', async () => {
    const rig = createDeliveryRig(native);
    rig.platform.loseNextPostReplies(1);
    rig.platform.loseNextEditReplies(2);
    await rig.run(rig.play(wordScript(200, 50)));
    expect(rig.platform.badAdditions).toEqual([]);
    expect(rig.texts()).toEqual([Array.from({ length: 200 }, (_, index) => `w${index}`).join(' ')]);
  });

  it('goes on in its message after a start anew, replacing it once', async () => {
    const rig = createDeliveryRig(native);
    const progress = createMemoryProgress();
    const death = new AbortController();
    const first = rig.begin(rig.play(wordScript(100, 100), death.signal), { progress, signal: death.signal });
    await rig.clock.advance(5_000);
    death.abort(new Error('killed'));
    await rig.clock.runUntil(first.outcome.catch(() => {}));
    rig.platform.forgetAdditions();
    // What is there already comes at once.
    const again: Script = [...wordScript(60, 0), ...wordScript(100, 100).slice(60)];
    await rig.run(rig.play(again), { progress, attempt: 2 });
    expect(rig.platform.badAdditions).toEqual([]);
    expect(rig.platform.screen.vanishedWords()).toEqual([]);
    expect(rig.texts()).toEqual([Array.from({ length: 100 }, (_, index) => `w${index}`).join(' ')]);
  });
});

describe('a place with limits of its own', () => {
  it('has its texts, edits and growth go by them', async () => {
    const rig = createDeliveryRig({ ...native, limitsByPlace: true });
    const limits = {
      text: native.text,
      edits: native.edits,
      growth: { type: 'continued', forMs: growth.forMs },
    } as const;
    const place = { id: 'place', scope: 'scope', hint: null, mostMessages: null, limits, commandSign: '/' as const };
    await rig.run(rig.play(wordScript(100, 50)), { place });
    expect(rig.texts()).toEqual([Array.from({ length: 100 }, (_, index) => `w${index}`).join(' ')]);
    expect(rig.platform.calls.edits).toBeGreaterThan(5);
  });

  it('has no more messages than fit it, in its own length', async () => {
    const rig = createDeliveryRig({ limitsByPlace: true });
    const place = { id: 'place', scope: 'scope', hint: null, mostMessages: 2, limits: null, commandSign: '/' as const };
    const limits = { ...rig.platform.outbox.limits, text: { max: 200, unit: 'utf16' } } as const;
    await rig.run(rig.play([[0, 'word '.repeat(200)]]), { place: { ...place, limits } });
    expect(rig.texts().map((text) => text.length > 100)).toEqual([true, true]);
    expect(rig.texts()[1]).toContain('no more messages fit here');
  });
});
