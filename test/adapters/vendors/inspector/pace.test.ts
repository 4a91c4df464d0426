import { describe, expect, it } from 'vitest';
import { pace } from '../../../../adapters/vendors/inspector/pace.ts';
import { createFakeClock } from '../../../fakes/fake-clock.ts';
import { live } from './ask.ts';

async function* pieces() {
  yield { type: 'paragraph', text: 'One two.' } as const;
  yield { type: 'paragraph', text: '- three' } as const;
  yield { type: 'line', text: '- four' } as const;
}

describe('the pace of an answer', () => {
  it('gives a word at a time, with a wait after each', async () => {
    const clock = createFakeClock(0);
    const timeline: [number, string][] = [];
    const read = async () => {
      for await (const token of pace(pieces(), 16, clock, live)) timeline.push([clock.now(), token]);
    };
    await clock.runUntil(read());
    expect(timeline).toEqual([
      [0, 'One'],
      [16, ' two.'],
      [32, '\n\n-'],
      [48, ' three'],
      [64, '\n-'],
      [80, ' four'],
    ]);
    expect(clock.pending()).toBe(0);
  });

  it('ends with the signal in the middle of a wait', async () => {
    const clock = createFakeClock();
    const stop = new AbortController();
    const gone = new Error('stopped');
    const tokens: string[] = [];
    const read = (async () => {
      for await (const token of pace(pieces(), 16, clock, stop.signal)) tokens.push(token);
    })();
    const seen = expect(read).rejects.toBe(gone);
    await clock.advance(20);
    stop.abort(gone);
    await seen;
    expect(tokens).toEqual(['One', ' two.']);
    expect(clock.pending()).toBe(0);
  });
});
