import { describe, expect, it } from 'vitest';
import { createRequestPace } from '../../../adapters/chat-api/request-pace.ts';
import { createFakeClock } from '../../fakes/fake-clock.ts';
import { never } from './chat-api-bench.ts';

/** Asks for that many requests at once and tells when each was let go, in seconds, in order of asking. */
async function letGo(perMinute: number | null, count: number) {
  const clock = createFakeClock();
  const startMs = clock.now();
  const pace = createRequestPace(clock, perMinute, 100);
  const times = Array.from({ length: count }, async () => {
    await pace.wait('question', never);
    return (clock.now() - startMs) / 1_000;
  });
  const seconds = await clock.runUntil(Promise.all(times));
  expect(clock.pending()).toBe(0);
  return seconds;
}

describe('createRequestPace', () => {
  it('lets nobody wait below the limit', async () => {
    expect(await letGo(3, 3)).toEqual([0, 0, 0]);
  });

  it('never lets more go in any minute, and keeps the order', async () => {
    expect(await letGo(2, 6)).toEqual([0, 0, 60, 60, 120, 120]);
  });

  it('lets everything go where there is no limit', async () => {
    expect(await letGo(null, 50)).toEqual(Array.from({ length: 50 }, () => 0));
  });

  it('lets the next one go in place of one that gave up', async () => {
    const clock = createFakeClock();
    const pace = createRequestPace(clock, 1, 100);
    await pace.wait('question', never);
    const impatient = new AbortController();
    const first = pace.wait('question', impatient.signal);
    const second = pace.wait('question', never);
    first.catch(() => {});
    await clock.advance(30_000);
    impatient.abort(new Error('no time'));
    await expect(first).rejects.toThrow('no time');
    const beforeMs = clock.now();
    await clock.runUntil(second);
    expect(clock.now() - beforeMs).toBe(30_000);
  });

  it('turns away the one too many', async () => {
    const clock = createFakeClock();
    const pace = createRequestPace(clock, 1, 1);
    await pace.wait('question', never);
    const stop = new AbortController();
    const waiting = [pace.wait('question', stop.signal), pace.wait('question', stop.signal)];
    for (const each of waiting) each.catch(() => {});
    await expect(pace.wait('question', never)).rejects.toMatchObject({ code: 'chat-rate-limited', retryable: true });
    stop.abort(new Error('over'));
    await Promise.allSettled(waiting);
  });
});

describe('errands beside questions', () => {
  it('leave a quarter of the minute to questions', async () => {
    const clock = createFakeClock();
    const startMs = clock.now();
    const pace = createRequestPace(clock, 4, 100);
    const errands = Array.from({ length: 4 }, async () => {
      await pace.wait('errand', never);
      return (clock.now() - startMs) / 1_000;
    });
    await clock.advance(10_000);
    await pace.wait('question', never);
    expect((clock.now() - startMs) / 1_000).toBe(10);
    expect(await clock.runUntil(Promise.all(errands))).toEqual([0, 0, 0, 60]);
  });

  it('let every question that waits go first, and never make the minute fuller', async () => {
    const clock = createFakeClock();
    const startMs = clock.now();
    const pace = createRequestPace(clock, 2, 100);
    const order: string[] = [];
    const go = async (urgency: 'question' | 'errand') => {
      await pace.wait(urgency, never);
      order.push(`${urgency} ${Math.round((clock.now() - startMs) / 1_000)}`);
    };
    const all = [go('question'), go('question'), go('errand'), go('question'), go('question'), go('question')];
    await clock.runUntil(Promise.all(all));
    expect(order.filter((each) => each.startsWith('question'))).toEqual([
      'question 0',
      'question 0',
      'question 60',
      'question 60',
      'question 120',
    ]);
    expect(order.at(-1)).toMatch(/^errand 1[2-9]\d$/);
    expect(clock.pending()).toBe(0);
  });

  it('count what was made without waiting', async () => {
    const clock = createFakeClock();
    const startMs = clock.now();
    const pace = createRequestPace(clock, 1, 100);
    pace.count();
    await clock.runUntil(pace.wait('question', never));
    expect(clock.now() - startMs).toBe(60_000);
  });
});
