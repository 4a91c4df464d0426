import { describe, expect, it } from 'vitest';
import { createRequestPace } from '../../../adapters/chat-api/request-pace.ts';
import { createFakeClock } from '../../fakes/fake-clock.ts';
import { never } from './chat-api-bench.ts';

/** Asks for that many requests at once and tells when each was let go, in seconds, in order of asking. */
async function letGo(perMinute: number | null, count: number) {
  const clock = createFakeClock();
  const startMs = clock.now();
  const waitForPace = createRequestPace(clock, perMinute, 100);
  const times = Array.from({ length: count }, async () => {
    await waitForPace(never);
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
    const waitForPace = createRequestPace(clock, 1, 100);
    await waitForPace(never);
    const impatient = new AbortController();
    const first = waitForPace(impatient.signal);
    const second = waitForPace(never);
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
    const waitForPace = createRequestPace(clock, 1, 1);
    await waitForPace(never);
    const stop = new AbortController();
    const waiting = [waitForPace(stop.signal), waitForPace(stop.signal)];
    for (const each of waiting) each.catch(() => {});
    await expect(waitForPace(never)).rejects.toMatchObject({ code: 'chat-rate-limited', retryable: true });
    stop.abort(new Error('over'));
    await Promise.allSettled(waiting);
  });
});
