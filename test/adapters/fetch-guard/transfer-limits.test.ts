import { describe, expect, it } from 'vitest';
import { startTransferLimits } from '../../../adapters/fetch-guard/transfer-limits.ts';
import { createFakeClock } from '../../fakes/fake-clock.ts';

function start(outer = new AbortController()) {
  const clock = createFakeClock();
  const times = { totalMs: 1_000, idleMs: 300 };
  const limits = startTransferLimits(clock, times, outer.signal, (limitMs) => new Error(`over ${limitMs}`));
  return { clock, limits, outer };
}

describe('the limits of a transfer', () => {
  it('reach the idle one to the millisecond, counted from the last progress', async () => {
    const { clock, limits } = start();
    await clock.advance(299);
    limits.progressed();
    await clock.advance(299);
    expect(limits.signal.aborted).toBe(false);
    await clock.advance(1);
    expect(limits.signal.reason).toEqual(new Error('over 300'));
    await limits.stop();
  });

  it('reach the total one although something comes all the time', async () => {
    const { clock, limits } = start();
    for (let step = 0; step < 9; step += 1) {
      await clock.advance(100);
      limits.progressed();
    }
    await clock.advance(99);
    expect(limits.signal.aborted).toBe(false);
    await clock.advance(1);
    expect(limits.signal.reason).toEqual(new Error('over 1000'));
    await limits.stop();
  });

  it('pass an abort on, also one of before', async () => {
    const reason = new Error('stopped');
    const { limits, outer } = start();
    outer.abort(reason);
    expect(limits.signal.reason).toBe(reason);
    await limits.stop();

    const aborted = start(outer);
    expect(aborted.limits.signal.reason).toBe(reason);
    await aborted.limits.stop();
  });

  it('leave nothing behind when they are stopped', async () => {
    const { clock, limits, outer } = start();
    await limits.stop();
    outer.abort(new Error('too late'));
    await clock.advance(5_000);
    expect(clock.pending()).toBe(0);
    expect(limits.signal.aborted).toBe(false);
  });
});
