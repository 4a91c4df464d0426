import { describe, expect, it } from 'vitest';
import { createEventLanes, type LaneLimits } from '../../../../adapters/discord/messages/event-lanes.ts';
import { createFakeClock } from '../../../fakes/fake-clock.ts';
import { createSilentLogger } from '../../../fakes/silent-logger.ts';

function createRig(limits?: LaneLimits) {
  const clock = createFakeClock();
  const logger = createSilentLogger();
  const lanes = createEventLanes({ clock, logger }, limits);
  const stop = new AbortController();
  const timeline: string[] = [];
  /** A task that takes so long. */
  const task = (name: string, durationMs: number) => async (signal: AbortSignal) => {
    timeline.push(`${name} begins`);
    await clock.sleep(durationMs, signal);
    timeline.push(`${name} ends`);
  };
  return { clock, logger, lanes, stop, timeline, task };
}

describe('lanes of events', () => {
  it('does one thing of a channel after the other, and channels side by side', async () => {
    const { clock, lanes, stop, timeline, task } = createRig();
    const running = lanes.run(stop.signal);
    lanes.add('a', task('a1', 20));
    lanes.add('a', task('a2', 20));
    lanes.add('b', task('b1', 30));
    await clock.runUntil(lanes.idle());
    expect(timeline).toEqual(['a1 begins', 'b1 begins', 'a1 ends', 'a2 begins', 'b1 ends', 'a2 ends']);
    stop.abort();
    await running;
  });

  it('holds back what comes before it runs', async () => {
    const { clock, lanes, stop, timeline, task } = createRig();
    lanes.add('a', task('a1', 10));
    await clock.advance(100);
    expect(timeline).toEqual([]);
    const running = lanes.run(stop.signal);
    await clock.runUntil(lanes.idle());
    expect(timeline).toEqual(['a1 begins', 'a1 ends']);
    stop.abort();
    await running;
  });

  it('goes on after a task that fails, and logs it', async () => {
    const { clock, logger, lanes, stop, timeline, task } = createRig();
    const running = lanes.run(stop.signal);
    lanes.add('a', async () => {
      throw new Error('broken');
    });
    lanes.add('a', task('a2', 1));
    await clock.runUntil(lanes.idle());
    expect(timeline).toEqual(['a2 begins', 'a2 ends']);
    expect(logger.lines).toMatchObject([{ level: 'error', facts: { lane: 'a', reason: 'broken' } }]);
    stop.abort();
    await running;
  });

  it('takes no more for a channel, and for all, than there is room for', () => {
    const { lanes, task } = createRig({ all: 4, perKey: 3 });
    const added = ['a', 'a', 'a', 'a', 'b', 'c'].map((key) => lanes.add(key, task(key, 1)));
    expect(added).toEqual([true, true, true, false, true, false]);
  });

  it('has room again when something is done', async () => {
    const { clock, lanes, stop, task } = createRig({ all: 1, perKey: 1 });
    const running = lanes.run(stop.signal);
    expect([lanes.add('a', task('a1', 10)), lanes.add('b', task('b1', 10))]).toEqual([true, false]);
    await clock.runUntil(lanes.idle());
    expect(lanes.add('b', task('b1', 10))).toBe(true);
    stop.abort();
    await running;
  });

  it('says at most once a minute how much was left out', async () => {
    const { clock, logger, lanes, task } = createRig({ all: 1, perKey: 1 });
    for (let index = 0; index < 4; index += 1) lanes.add('a', task('a', 1));
    await clock.advance(60_000);
    lanes.add('a', task('a', 1));
    expect(logger.lines.map(({ facts }) => facts)).toEqual([{ count: 1 }, { count: 3 }]);
  });

  it('ends what runs and forgets what waits when it is told to stop', async () => {
    const { clock, logger, lanes, stop, timeline, task } = createRig();
    const running = lanes.run(stop.signal);
    lanes.add('a', task('a1', 1_000));
    lanes.add('a', task('a2', 1_000));
    await clock.advance(1);
    stop.abort();
    await running;
    expect([timeline, logger.lines, clock.pending()]).toEqual([['a1 begins'], [], 0]);
    expect(lanes.add('a', task('a3', 1))).toBe(false);
    await lanes.idle();
  });
});
