import { describe, expect, it } from 'vitest';
import { createHandOver } from '../../../../adapters/discord/messages/hand-over.ts';
import { Failure } from '../../../../src/lib/errors.ts';
import type { InboxEvent, Receipt } from '../../../../src/turn/inbox.ts';
import { createFakeClock } from '../../../fakes/fake-clock.ts';
import { createSilentLogger } from '../../../fakes/silent-logger.ts';

const event: InboxEvent = { type: 'deleted', subject: 'discord:1' };
const storeDown = new Failure('store-failed', 'The database is locked.', { retryable: true });

function createRig(onEvent: (attempt: number) => Promise<Receipt>) {
  const clock = createFakeClock();
  const logger = createSilentLogger();
  const stop = new AbortController();
  const triedAtMs: number[] = [];
  const startedAtMs = clock.now();
  const handOver = createHandOver({
    clock,
    logger,
    onEvent: () => {
      triedAtMs.push(clock.now() - startedAtMs);
      return onEvent(triedAtMs.length);
    },
  });
  return { clock, logger, stop, triedAtMs, handOver };
}

describe('handing an event over', () => {
  it('gives what became of it', async () => {
    const { stop, handOver } = createRig(async () => 'busy');
    expect(await handOver({ message: '1', make: async () => event }, stop.signal)).toBe('busy');
    expect(await handOver({ message: '1', make: async () => null }, stop.signal)).toBe('nothing');
  });

  it('tries again with growing pauses, and reads the message only once', async () => {
    const { clock, stop, triedAtMs, handOver } = createRig(async (attempt) => {
      if (attempt < 4) throw storeDown;
      return 'accepted';
    });
    let made = 0;
    const make = async () => {
      made += 1;
      return event;
    };
    expect(await clock.runUntil(handOver({ message: '1', make }, stop.signal))).toBe('accepted');
    expect([made, triedAtMs]).toEqual([1, [0, 500, 1_500, 3_500]]);
  });

  it('gives up after two minutes with an error that names the message', async () => {
    const { clock, logger, stop, triedAtMs, handOver } = createRig(async () => {
      throw storeDown;
    });
    expect(await clock.runUntil(handOver({ message: '42', make: async () => event }, stop.signal))).toBe('lost');
    expect(triedAtMs.at(-1)).toBeLessThanOrEqual(120_000);
    expect(triedAtMs.at(-1)).toBeGreaterThan(60_000);
    expect(logger.lines.filter(({ level }) => level === 'error')).toMatchObject([{ facts: { message: '42' } }]);
  });

  it('waits as long as Discord asks for', async () => {
    const { clock, stop, triedAtMs, handOver } = createRig(async () => 'accepted');
    const limited = new Failure('platform-rate-limited', 'Too often.', { retryable: true, retryAfterMs: 7_000 });
    let attempts = 0;
    const make = async () => {
      attempts += 1;
      if (attempts === 1) throw limited;
      return event;
    };
    await clock.runUntil(handOver({ message: '1', make }, stop.signal));
    expect(triedAtMs).toEqual([7_000]);
  });

  it('does not try again what will never work', async () => {
    const { logger, stop, handOver } = createRig(async () => 'accepted');
    const make = async () => {
      throw new TypeError('broken');
    };
    expect(await handOver({ message: '1', make }, stop.signal)).toBe('lost');
    expect(logger.lines).toMatchObject([{ level: 'error', facts: { attempts: 1, reason: 'broken' } }]);
  });

  it('gives the reading of a message half a minute at a time', async () => {
    const { clock, stop, triedAtMs, handOver } = createRig(async () => 'accepted');
    let attempts = 0;
    const make = async (signal: AbortSignal) => {
      attempts += 1;
      if (attempts === 1) await clock.sleep(3_600_000, signal);
      return event;
    };
    expect(await clock.runUntil(handOver({ message: '1', make }, stop.signal))).toBe('accepted');
    expect(triedAtMs).toEqual([30_500]);
    expect(clock.pending()).toBe(0);
  });

  it('hands nothing over once it is told to stop', async () => {
    const { clock, stop, triedAtMs, handOver } = createRig(async () => 'accepted');
    const make = async () => {
      stop.abort(new Error('stopped'));
      return event;
    };
    await expect(handOver({ message: '1', make }, stop.signal)).rejects.toThrow('stopped');
    expect([triedAtMs, clock.pending()]).toEqual([[], 0]);
  });
});
