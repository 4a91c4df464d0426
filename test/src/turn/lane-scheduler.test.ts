import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLaneScheduler } from '../../../src/turn/lane-scheduler.ts';

const lanes = ['red', 'green', 'blue'];

describe('lane scheduler', () => {
  it('keeps every lane in order, one at a time, and strands nothing, whatever ends first', async () => {
    const jobs = fc.array(fc.constantFrom(...lanes), { maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), jobs, fc.integer({ min: 1, max: 4 }), async (schedule, added, concurrency) => {
        const controller = new AbortController();
        const active = new Set<string>();
        const done: string[] = [];
        let most = 0;
        const scheduler = createLaneScheduler<{ lane: string; index: number }>({
          concurrency,
          signal: controller.signal,
          run: async ({ lane, index }) => {
            expect(active.has(lane)).toBe(false);
            active.add(lane);
            most = Math.max(most, active.size);
            await schedule.schedule(Promise.resolve(), `${lane} ${index}`);
            active.delete(lane);
            done.push(`${lane} ${index}`);
          },
        });
        // Some are added before anything runs, the others in between.
        const adding = added.map((lane, index) =>
          index % 2 === 0
            ? scheduler.add(lane, { lane, index })
            : schedule.schedule(Promise.resolve(), 'add').then(() => scheduler.add(lane, { lane, index })),
        );
        for (let round = 0; round < 200 && done.length < added.length; round += 1) {
          if (schedule.count() > 0) await schedule.waitOne();
          await new Promise((resolve) => setImmediate(resolve));
        }
        await Promise.all(adding);
        controller.abort();
        await scheduler.ended();
        expect(most).toBeLessThanOrEqual(concurrency);
        expect([...done].sort()).toEqual(added.map((lane, index) => `${lane} ${index}`).sort());
      }),
      { numRuns: 100 },
    );
  });

  it('starts in the order of arrival within a lane', async () => {
    const controller = new AbortController();
    const started: number[] = [];
    const scheduler = createLaneScheduler<number>({
      concurrency: 2,
      signal: controller.signal,
      run: async (item) => void started.push(item),
    });
    for (const item of [1, 2, 3, 4]) scheduler.add('lane', item);
    expect(started).toEqual([]);
    for (let round = 0; round < 10; round += 1) await new Promise((resolve) => setImmediate(resolve));
    expect(started).toEqual([1, 2, 3, 4]);
    controller.abort();
    await scheduler.ended();
  });

  it('starts nothing once its signal has aborted', async () => {
    const started: number[] = [];
    const scheduler = createLaneScheduler<number>({
      concurrency: 2,
      signal: AbortSignal.abort(),
      run: async (item) => void started.push(item),
    });
    scheduler.add('lane', 1);
    await new Promise((resolve) => setImmediate(resolve));
    await scheduler.ended();
    expect(started).toEqual([]);
  });
});
