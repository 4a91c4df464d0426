import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AnswerEvent } from '../../../src/answer/answer-event.ts';
import { noUsage } from '../../../src/answer/say.ts';
import { createDeliverer } from '../../../src/delivery/deliver.ts';
import { createBudgetsByOutbox } from '../../../src/delivery/edit-budgets.ts';
import type { Outbox } from '../../../src/delivery/outbox.ts';
import { Failure } from '../../../src/lib/errors.ts';
import { noMetrics } from '../../../src/lib/metrics.ts';
import type { ProgressKeeper } from '../../../src/turn/progress-keeper.ts';
import { createMemoryProgress } from '../../fakes/memory-progress.ts';
import { createSilentLogger } from '../../fakes/silent-logger.ts';
import { createDeliveryRig } from './delivery-rig.ts';

const place = { id: 'place', scope: 'scope', hint: null, mostMessages: null, limits: null, commandSign: '/' as const };

/** Where the program dies: at its n-th step to the outside, before that step has any effect or after it. */
type Death = { readonly atStep: number; readonly isAfter: boolean };

/** A process that dies at a given step: what it began outside may have happened, but it never hears of anything again. */
function createMortal(death: Death, die: () => void) {
  let steps = 0;
  let isDead = false;
  const hang = (signal: AbortSignal | null) =>
    new Promise<never>((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason), { once: true }));
  return async function step<Value>(signal: AbortSignal | null, act: () => Promise<Value>): Promise<Value> {
    steps += 1;
    if (isDead) return hang(signal);
    if (steps !== death.atStep) return act();
    if (!death.isAfter) {
      isDead = true;
      die();
      return hang(signal);
    }
    await act();
    isDead = true;
    die();
    return hang(signal);
  };
}

const growth = { forMs: 210_000, refusesAfterMs: 290_000 };

/** Runs an answer in processes that die one after the other, then in one that lives. */
async function runThroughDeaths(answers: readonly string[], deaths: readonly Death[], max: number, isAdding = false) {
  const rig = createDeliveryRig({ text: { max, unit: 'utf16' }, ...(isAdding ? { growth } : {}) });
  const durable = createMemoryProgress();
  const { outbox } = rig.platform;

  async function* ask(text: string, signal: AbortSignal): AsyncIterable<AnswerEvent> {
    for (let index = 0; index < text.length; index += 40) {
      await rig.clock.sleep(200, signal);
      yield { type: 'text-delta', text: text.slice(index, index + 40) };
    }
    yield { type: 'answer-end', finish: 'stop', text, usage: noUsage };
  }

  const live = async (attempt: number, death: Death) => {
    rig.platform.forgetAdditions();
    const process = new AbortController();
    const died = Promise.withResolvers<void>();
    const step = createMortal(death, () => died.resolve());
    const mortal: Outbox = {
      ...outbox,
      post: (to, part, key, signal) => step(signal, () => outbox.post(to, part, key, signal)),
      edit: (to, ref, part, signal) => step(signal, () => outbox.edit(to, ref, part, signal)),
      remove: (to, ref, signal) => step(signal, () => outbox.remove(to, ref, signal)),
    };
    // A process that died in the middle of keeping its progress never goes on.
    const progress: ProgressKeeper = {
      current: durable.current,
      update: (change) => Promise.race([step(process.signal, () => durable.update(change)), ended.promise]),
    };
    const ended = Promise.withResolvers<never>();
    ended.promise.catch(() => {});
    const deliver = createDeliverer({
      clock: rig.clock,
      logger: createSilentLogger(),
      metrics: noMetrics,
      budgets: createBudgetsByOutbox(rig.clock),
      failureText: () => 'failed',
    });
    const text = answers[Math.min(attempt, answers.length) - 1] ?? '';
    const outcome = deliver(
      { turn: { id: 'turn' }, attempt, progress, question: null },
      place,
      mortal,
      ask(text, process.signal),
      process.signal,
    );
    const finished = outcome.then(
      () => true,
      () => false,
    );
    const isDone = await rig.clock.runUntil(Promise.race([finished, died.promise.then(() => false)]));
    process.abort(new Error('killed'));
    ended.reject(new Error('killed'));
    await rig.clock.runUntil(finished);
    return isDone;
  };

  const immortal: Death = { atStep: Number.POSITIVE_INFINITY, isAfter: false };
  for (const [index, death] of [...deaths, immortal].entries()) {
    if (await live(index + 1, death)) break;
  }
  return { rig, durable };
}

const words = (count: number, name: string) => Array.from({ length: count }, (_, index) => `${name}${index}`).join(' ');

describe('a crash between any two steps', () => {
  const death = fc.record({ atStep: fc.integer({ min: 1, max: 14 }), isAfter: fc.boolean() });

  it('leaves one answer, whole and final, in the messages it began', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(death, { maxLength: 4 }),
        fc.array(fc.integer({ min: 1, max: 120 }), { minLength: 1, maxLength: 3 }),
        fc.constantFrom(120, 2_000),
        fc.boolean(),
        async (deaths, lengths, max, isAdding) => {
          // Each start may get another answer, longer or shorter than the one before.
          const answers = lengths.map((length, index) => words(length, `${'abc'[index]}`));
          const { rig, durable } = await runThroughDeaths(answers, deaths, max, isAdding);
          const messages = rig.platform.screen.messages();
          const shown = messages.map((message) => message.text).join(' ');
          expect(answers).toContain(shown);
          expect(durable.current().finalText).toBe(shown);
          expect(messages.map((message) => message.key)).toEqual(messages.map((_, index) => `turn:${index}`));
          expect(new Set(messages.map((message) => message.state))).toEqual(new Set(['final']));
          expect(rig.platform.screen.doubledMessages()).toEqual([]);
          expect(rig.platform.badAdditions).toEqual([]);
          expect(rig.clock.pending()).toBe(0);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('at every single step of one answer does the same', async () => {
    const text = words(60, 'w');
    for (const isAfter of [false, true]) {
      for (let atStep = 1; atStep <= 12; atStep += 1) {
        const { rig } = await runThroughDeaths([text], [{ atStep, isAfter }], 120);
        expect(rig.texts().join(' '), `step ${atStep}`).toBe(text);
      }
    }
  });
});

describe('lost replies and refusals', () => {
  it('never double, lose or take back a word', async () => {
    const trouble = fc.record({
      atMs: fc.integer({ min: 0, max: 8_000 }),
      kind: fc.constantFrom('lost post', 'lost edit', 'failed post', 'failed edit', 'limit'),
      count: fc.integer({ min: 1, max: 2 }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(trouble, { maxLength: 4 }),
        fc.integer({ min: 1, max: 150 }),
        fc.boolean(),
        async (troubles, length, isAdding) => {
          const rig = createDeliveryRig({ text: { max: 200, unit: 'utf16' }, ...(isAdding ? { growth } : {}) });
          const failure = new Failure('platform-unreachable', 'reset', { retryable: true });
          const limit = new Failure('platform-rate-limited', 'slow down', { retryable: true, retryAfterMs: 700 });
          const { outcome } = rig.begin(rig.play(Array.from({ length }, (_, index) => [60, `w${index} `])));
          const mischief = troubles.map(async ({ atMs, kind, count }) => {
            await rig.clock.sleep(atMs, new AbortController().signal);
            if (kind === 'lost post') rig.platform.loseNextPostReplies(count);
            if (kind === 'lost edit') rig.platform.loseNextEditReplies(count);
            if (kind === 'failed post') rig.platform.failNextPosts(count, failure);
            if (kind === 'failed edit') rig.platform.failNextEdits(count, failure);
            if (kind === 'limit') rig.platform.failNextEdits(count, limit);
          });
          expect((await rig.clock.runUntil(outcome)).type).toBe('delivered');
          await rig.clock.runUntil(Promise.all(mischief));
          expect(rig.texts().join(' ')).toBe(Array.from({ length }, (_, index) => `w${index}`).join(' '));
          expect(rig.platform.screen.vanishedWords()).toEqual([]);
          expect(rig.platform.badAdditions).toEqual([]);
        },
      ),
      { numRuns: 150 },
    );
  });
});
