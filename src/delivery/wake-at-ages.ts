import type { Clock } from '../lib/clock.ts';
import type { FrameSlot } from './frames.ts';

/** Wakes whoever shows an answer when its newest message has come to certain ages. */
export type AgeWaker = {
  /** There is a new message, of age 0 now. */
  restart(): void;
  /** Resolves when nothing waits any more. */
  stop(): Promise<void>;
};

/** One for all: each would keep its stack for as long as the answer takes. */
const isOver = new Error('there is no age to wait for any more');

/** `agesMs` is in ascending order; where it is empty, nothing ever happens. */
export function createAgeWaker(agesMs: readonly number[], slot: Pick<FrameSlot, 'touch'>, clock: Clock): AgeWaker {
  let current = new AbortController();
  let running = Promise.resolve();

  const wake = async (signal: AbortSignal, before: Promise<void>) => {
    await before;
    let waitedMs = 0;
    for (const ageMs of agesMs) {
      await clock.sleep(ageMs - waitedMs, signal);
      waitedMs = ageMs;
      slot.touch();
    }
  };
  const wakeUntilAborted = async (signal: AbortSignal, before: Promise<void>) => {
    try {
      await wake(signal, before);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  };

  return {
    restart() {
      if (agesMs.length === 0) return;
      current.abort(isOver);
      current = new AbortController();
      running = wakeUntilAborted(current.signal, running);
    },
    async stop() {
      current.abort(isOver);
      await running;
    },
  };
}
