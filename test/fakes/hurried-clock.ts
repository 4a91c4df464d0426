import { setTimeout as sleepFor } from 'node:timers/promises';
import type { Clock } from '../../src/lib/clock.ts';

/** The machine's clock, so many times as fast: for waits that go on beside real sockets. */
export function createHurriedClock(times: number): Clock {
  const startMs = Date.now();
  return {
    now: () => startMs + (Date.now() - startMs) * times,
    async sleep(delayMs, signal) {
      try {
        await sleepFor(delayMs / times, undefined, { signal });
      } catch (error) {
        throw signal.aborted ? signal.reason : error;
      }
    },
  };
}
