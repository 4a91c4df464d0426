import { expect, it } from 'vitest';
import { giveUpAfter } from '../../../../adapters/discord/interactions/give-up-after.ts';
import { createFakeClock } from '../../../fakes/fake-clock.ts';

it('gives what the work gives, and leaves no wait behind', async () => {
  const clock = createFakeClock();
  expect(await giveUpAfter(clock, 1_000, async () => 'done')).toBe('done');
  await expect(giveUpAfter(clock, 1_000, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  expect(clock.pending()).toBe(0);
});

it('gives up work that minds no signal, and aborts that of work that does', async () => {
  const clock = createFakeClock();
  const signals: AbortSignal[] = [];
  const work = (signal: AbortSignal) => {
    signals.push(signal);
    return new Promise<never>(() => {});
  };
  await expect(clock.runUntil(giveUpAfter(clock, 1_000, work))).rejects.toThrow('it took longer than 1000 ms');
  expect([signals[0]?.aborted, clock.pending()]).toEqual([true, 0]);
});
