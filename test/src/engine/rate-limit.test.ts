import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRateLimit, defaultRequestRule } from '../../../src/engine/rate-limit.ts';
import { createFakeClock } from '../../fakes/fake-clock.ts';

describe('the rate limit', () => {
  it('lets 180 requests of a minute through and tells the 181st how long to wait', async () => {
    const clock = createFakeClock();
    const limit = createRateLimit(clock, defaultRequestRule);
    const timeline: [atMs: number, passed: number, waitMs: number][] = [];
    const startMs = clock.now();
    const burst = (count: number) => {
      const waits = Array.from({ length: count }, () => limit.take('owner-a'));
      timeline.push([clock.now() - startMs, waits.filter((waitMs) => waitMs === 0).length, waits.at(-1) ?? -1]);
    };
    burst(100);
    await clock.advance(20_000);
    burst(100);
    await clock.advance(39_999);
    burst(1);
    await clock.advance(1);
    burst(101);
    await clock.advance(20_000);
    burst(81);
    expect(timeline).toEqual([
      [0, 100, 0],
      [20_000, 80, 40_000],
      [59_999, 0, 1],
      [60_000, 100, 20_000],
      [80_000, 80, 40_000],
    ]);
  });

  it('counts each key by itself', () => {
    const limit = createRateLimit(createFakeClock(), { count: 1, windowMs: 1_000, maxKeys: 10 });
    expect([limit.take('a'), limit.take('b'), limit.take('a')]).toEqual([0, 0, 1_000]);
  });

  it('tells the wait without counting', () => {
    const limit = createRateLimit(createFakeClock(), { count: 1, windowMs: 1_000, maxKeys: 10 });
    expect([limit.waitMs('a'), limit.waitMs('a'), limit.take('a'), limit.waitMs('a')]).toEqual([0, 0, 0, 1_000]);
  });

  it('forgets the key that was quiet longest when there are too many', () => {
    const limit = createRateLimit(createFakeClock(), { count: 1, windowMs: 1_000, maxKeys: 2 });
    for (const key of ['a', 'b', 'a', 'c']) limit.take(key);
    expect([limit.waitMs('a'), limit.waitMs('b'), limit.waitMs('c')]).toEqual([1_000, 0, 1_000]);
  });

  it('never lets more than the count through in any window', async () => {
    const steps = fc.array(fc.tuple(fc.nat(400), fc.nat(5)), { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(steps, async (moves) => {
        const clock = createFakeClock();
        const limit = createRateLimit(clock, { count: 3, windowMs: 1_000, maxKeys: 5 });
        const passed: number[] = [];
        for (const [delayMs, requests] of moves) {
          await clock.advance(delayMs);
          for (let count = 0; count < requests; count += 1) if (limit.take('a') === 0) passed.push(clock.now());
        }
        const crowded = passed.filter(
          (atMs, position) => atMs - (passed[position - 3] ?? Number.NEGATIVE_INFINITY) < 1_000,
        );
        expect(crowded).toEqual([]);
      }),
      { numRuns: 30 },
    );
  });
});
