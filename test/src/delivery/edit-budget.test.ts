import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createEditBudget, type EditBudget, type EditLane } from '../../../src/delivery/edit-budget.ts';
import { createEditBudgets } from '../../../src/delivery/edit-budgets.ts';
import { createFakeClock, type FakeClock } from '../../fakes/fake-clock.ts';

const bucket = { count: 5, windowMs: 5_000 };
const minute = { count: 50, windowMs: 60_000 };
const never = new AbortController().signal;

function createRig(limit: typeof bucket) {
  const clock = createFakeClock(0);
  return { clock, budget: createEditBudget(limit, clock) };
}

/** An answer that always has something new: `[time, name]` of every edit, each with this round trip. */
async function keepEditing(
  budget: EditBudget,
  clock: FakeClock,
  timeline: (readonly [number, string])[],
  name: string,
  signal: AbortSignal,
  roundTripMs = 200,
): Promise<void> {
  const lane = budget.join();
  try {
    for (;;) {
      const permit = await lane.take('streaming', signal);
      timeline.push([Math.round(clock.now()), name]);
      await clock.sleep(roundTripMs, signal);
      permit.settle({ type: 'sent', report: null });
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    lane.leave();
  }
}

/** Runs so many such answers for a while. */
async function simulate(limit: typeof bucket, names: readonly string[], durationMs: number) {
  const { clock, budget } = createRig(limit);
  const timeline: (readonly [number, string])[] = [];
  const stop = new AbortController();
  const running = names.map((name) => keepEditing(budget, clock, timeline, name, stop.signal));
  await clock.advance(durationMs);
  stop.abort();
  await clock.runUntil(Promise.all(running));
  expect(clock.pending()).toBe(0);
  return timeline;
}

/** The most edits in any window of this length. */
function mostInAnyWindow(timesMs: readonly number[], windowMs: number): number {
  return Math.max(...timesMs.map((from) => timesMs.filter((atMs) => atMs >= from && atMs < from + windowMs).length));
}

async function take(lane: EditLane, clock: FakeClock, purpose: 'streaming' | 'final' = 'streaming') {
  const permit = await lane.take(purpose, never);
  return { permit, atMs: Math.round(clock.now()) };
}

describe('one answer alone', () => {
  it('is edited in equal gaps that use up a short window, the last one a little shorter', async () => {
    const times = (await simulate(bucket, ['a'], 8_000)).map(([atMs]) => atMs);
    expect(times).toEqual([0, 1_052, 2_104, 3_156, 4_208, 5_050, 6_102, 7_154]);
  });

  it('is quick at first in a long window, then lasts the rest of it', async () => {
    const times = (await simulate(minute, ['a'], 120_000)).map(([atMs]) => atMs);
    const gaps = times.slice(1).map((atMs, index) => atMs - (times[index] ?? 0));
    expect(gaps.slice(0, 15).every((gapMs) => Math.abs(gapMs - 536) < 2)).toBe(true);
    expect(Math.max(...gaps)).toBeLessThan(2_000);
    expect(mostInAnyWindow(times, 60_000)).toBeLessThanOrEqual(50);
    expect(times.length).toBeGreaterThan(90);
  });

  it('is never quicker than people notice', async () => {
    const times = (await simulate({ count: 100, windowMs: 60_000 }, ['a'], 120_000)).map(([atMs]) => atMs);
    const gaps = times.slice(1).map((atMs, index) => atMs - (times[index] ?? 0));
    expect(gaps.slice(0, 30).every((gapMs) => Math.abs(gapMs - 380) < 2)).toBe(true);
    expect(Math.max(...gaps)).toBeLessThan(1_000);
    expect(mostInAnyWindow(times, 60_000)).toBeLessThanOrEqual(100);
  });

  it('is shown at once after a pause', async () => {
    const { clock, budget } = createRig(bucket);
    const lane = budget.join();
    (await take(lane, clock)).permit.settle({ type: 'sent', report: null });
    await clock.advance(30_000);
    expect((await take(lane, clock)).atMs).toBe(30_000);
  });
});

describe('several answers', () => {
  it('take turns', async () => {
    const timeline = await simulate(bucket, ['a', 'b', 'c'], 12_000);
    expect(timeline.map(([, name]) => name).join('')).toMatch(/^(abc)+a?b?$/);
    expect(
      mostInAnyWindow(
        timeline.map(([atMs]) => atMs),
        5_000,
      ),
    ).toBeLessThanOrEqual(5);
  });

  it('give up their share when they end', async () => {
    const { clock, budget } = createRig(bucket);
    const timeline: (readonly [number, string])[] = [];
    const [one, other] = [new AbortController(), new AbortController()];
    const running = [
      keepEditing(budget, clock, timeline, 'a', one.signal),
      keepEditing(budget, clock, timeline, 'b', other.signal),
    ];
    await clock.advance(10_000);
    other.abort();
    await clock.advance(6_000);
    one.abort();
    await clock.runUntil(Promise.all(running));
    expect(timeline.filter(([atMs, name]) => atMs > 10_000 && name === 'a').length).toBeGreaterThanOrEqual(5);
  });

  it('let last words pass before everything, at once while anything is left', async () => {
    const { clock, budget } = createRig(bucket);
    const timeline: (readonly [number, string])[] = [];
    const stop = new AbortController();
    const running = ['a', 'b', 'c'].map((name) => keepEditing(budget, clock, timeline, name, stop.signal));
    await clock.advance(2_500);
    const { permit, atMs } = await take(budget.join(), clock, 'final');
    permit.settle({ type: 'sent', report: null });
    expect(atMs).toBe(2_500);
    stop.abort();
    await clock.runUntil(Promise.all(running));
  });

  it('are not starved by last words that never end', async () => {
    const { clock, budget } = createRig(bucket);
    const timeline: (readonly [number, string])[] = [];
    const stop = new AbortController();
    const sayLastWords = async () => {
      while (!stop.signal.aborted) {
        const lane = budget.join();
        const permit = await lane.take('final', stop.signal).catch(() => null);
        permit?.settle({ type: 'sent', report: null });
        lane.leave();
      }
    };
    const running = [keepEditing(budget, clock, timeline, 'a', stop.signal), sayLastWords()];
    await clock.advance(60_000);
    stop.abort();
    await clock.runUntil(Promise.all(running));
    const times = timeline.map(([atMs]) => atMs);
    expect(Math.max(...times.slice(1).map((atMs, index) => atMs - (times[index] ?? 0)))).toBeLessThan(8_000);
    expect(times.at(-1)).toBeGreaterThan(52_000);
  });

  it('keep one edit of a long window for last words', async () => {
    const { clock, budget } = createRig(minute);
    const timeline: (readonly [number, string])[] = [];
    const stop = new AbortController();
    const running = ['a', 'b', 'c', 'd'].map((name) => keepEditing(budget, clock, timeline, name, stop.signal));
    await clock.advance(59_900);
    expect((await clock.runUntil(take(budget.join(), clock, 'final'))).atMs).toBe(59_900);
    stop.abort();
    await clock.runUntil(Promise.all(running));
  });

  it('never ask for more than any window holds, whatever they do', async () => {
    const step = fc.record({
      afterMs: fc.integer({ min: 0, max: 3_000 }),
      purpose: fc.constantFrom('streaming' as const, 'final' as const),
      lane: fc.nat({ max: 3 }),
      roundTripMs: fc.integer({ min: 20, max: 600 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(bucket, minute), fc.array(step, { maxLength: 80 }), async (limit, steps) => {
        const { clock, budget } = createRig(limit);
        const lanes = Array.from({ length: 4 }, () => budget.join());
        const arrivals: number[] = [];
        const edits = steps.map(async ({ purpose, lane, roundTripMs }, index) => {
          await clock.sleep(
            steps.slice(0, index + 1).reduce((sum, each) => sum + each.afterMs, 0),
            never,
          );
          const permit = await lanes[lane]?.take(purpose, never);
          arrivals.push(clock.now());
          await clock.sleep(roundTripMs, never);
          permit?.settle({ type: 'sent', report: null });
        });
        await clock.runUntil(Promise.all(edits), 36_000_000);
        expect(arrivals).toHaveLength(steps.length);
        // A server's window opens with the first edit that it sees after the one before was over.
        let [endsAtMs, used] = [Number.NEGATIVE_INFINITY, 0];
        for (const atMs of arrivals) {
          if (atMs >= endsAtMs) [endsAtMs, used] = [atMs + limit.windowMs, 0];
          used += 1;
          expect(used).toBeLessThanOrEqual(limit.count);
        }
      }),
      {
        numRuns: 60,
        examples: [
          // Edits at the very end of a window, which the platform counts in the next one.
          [
            bucket,
            [0, 2_222, 2_751, 0, 0, 0, 0, 0, 0].map((afterMs) => ({
              afterMs,
              purpose: 'streaming' as const,
              lane: 0,
              roundTripMs: 20,
            })),
          ],
        ],
      },
    );
  });
});

describe('a refusal', () => {
  it('makes everybody wait as long as the platform says, and widens the gaps for a minute', async () => {
    const { clock, budget } = createRig(bucket);
    const lane = budget.join();
    (await take(lane, clock)).permit.settle({ type: 'refused', retryAfterMs: 3_000 });
    const final = await clock.runUntil(take(budget.join(), clock, 'final'));
    expect(final.atMs).toBe(3_050);
    final.permit.settle({ type: 'sent', report: null });
    const timeline: (readonly [number, string])[] = [];
    const stop = new AbortController();
    const running = keepEditing(budget, clock, timeline, 'a', stop.signal);
    await clock.advance(120_000);
    stop.abort();
    await clock.runUntil(running);
    const gapBefore = (untilMs: number) => {
      const times = timeline.map(([atMs]) => atMs).filter((atMs) => atMs < untilMs);
      return (times.at(-1) ?? 0) - (times.at(-2) ?? 0);
    };
    expect(gapBefore(60_000)).toBeGreaterThan(1_300);
    expect(gapBefore(120_000)).toBeLessThan(1_050);
  });

  it('without a time is taken for five seconds', async () => {
    const { clock, budget } = createRig(bucket);
    const lane = budget.join();
    (await take(lane, clock)).permit.settle({ type: 'refused', retryAfterMs: undefined });
    expect((await clock.runUntil(take(lane, clock, 'final'))).atMs).toBe(5_050);
  });
});

describe('the platform’s own word', () => {
  const report = (remaining: number, resetAfterMs: number, count = 5) =>
    ({ type: 'sent', report: { count, remaining, resetAfterMs } }) as const;

  it('counts what others have spent', async () => {
    const { clock, budget } = createRig(bucket);
    const lane = budget.join();
    (await take(lane, clock)).permit.settle(report(0, 9_000));
    expect((await clock.runUntil(take(lane, clock, 'final'))).atMs).toBe(9_050);
  });

  it('never gives back what is still on its way', async () => {
    const { clock, budget } = createRig(bucket);
    const lane = budget.join();
    const permits = [];
    for (let sent = 0; sent < 5; sent += 1) permits.push((await take(lane, clock, 'final')).permit);
    permits[0]?.settle(report(4, 5_000));
    expect((await clock.runUntil(take(lane, clock, 'final'))).atMs).toBeGreaterThanOrEqual(5_000);
  });

  it('sets the size of the window where it is another one than declared', async () => {
    const { clock, budget } = createRig(bucket);
    const lane = budget.join();
    (await take(lane, clock, 'final')).permit.settle(report(2, 5_000, 3));
    const times: number[] = [];
    for (let sent = 0; sent < 3; sent += 1) {
      const { permit, atMs } = await clock.runUntil(take(lane, clock, 'final'));
      times.push(atMs);
      permit.settle({ type: 'sent', report: null });
    }
    expect(times).toEqual([0, 0, 5_050]);
  });

  it('about a window that is over changes nothing', async () => {
    const { clock, budget } = createRig(bucket);
    const lane = budget.join();
    const early = (await take(lane, clock)).permit;
    await clock.advance(6_000);
    (await take(lane, clock, 'final')).permit.settle({ type: 'sent', report: null });
    early.settle(report(0, 60_000));
    expect((await clock.runUntil(take(lane, clock, 'final'))).atMs).toBe(6_000);
  });

  it('counts what others have spent of a long window', async () => {
    const { clock, budget } = createRig(minute);
    const lane = budget.join();
    (await take(lane, clock, 'final')).permit.settle(report(0, 20_000, 50));
    expect((await clock.runUntil(take(lane, clock, 'final'))).atMs).toBeGreaterThanOrEqual(20_000);
  });
});

describe('waiting', () => {
  it('ends with the signal’s reason and leaves nothing behind', async () => {
    const { clock, budget } = createRig(bucket);
    const lane = budget.join();
    for (let count = 0; count < 5; count += 1)
      (await take(lane, clock, 'final')).permit.settle({ type: 'sent', report: null });
    const stop = new AbortController();
    const waiting = [lane.take('streaming', stop.signal), lane.take('final', stop.signal)];
    await clock.advance(100);
    stop.abort(new Error('enough'));
    for (const each of waiting) await expect(each).rejects.toThrow('enough');
    expect(clock.pending()).toBe(0);
  });
});

describe('many scopes', () => {
  it('are independent, and forgotten when they are idle', async () => {
    const clock = createFakeClock(0);
    const budgets = createEditBudgets(clock);
    for (let index = 0; index < 500; index += 1) {
      const lane = budgets.forScope(`scope-${index}`, bucket).join();
      const { permit, atMs } = await take(lane, clock);
      expect(atMs).toBe(Math.round(clock.now()));
      permit.settle({ type: 'sent', report: null });
      lane.leave();
      await clock.advance(100);
    }
    expect(budgets.size()).toBeLessThan(80);
  });

  it('in use are never forgotten', () => {
    const budgets = createEditBudgets(createFakeClock(0));
    const first = budgets.forScope('first', bucket);
    first.join();
    for (let index = 0; index < 100; index += 1) budgets.forScope(`scope-${index}`, bucket);
    expect(budgets.forScope('first', bucket)).toBe(first);
  });
});
