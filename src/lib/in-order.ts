import { Failure } from './errors.ts';

/** Work in order: one task of a key after the other, different keys side by side. */
export type InOrder = {
  /**
   * Runs the task when those of its key that came before have ended, and gives what it gives. Rejects with the signal's reason when
   * it aborts before that: the task is not run then. Rejects with the failure `too-much-waits` when too much waits already.
   */
  run<Value>(key: string, task: () => Promise<Value>, signal: AbortSignal): Promise<Value>;
  /** Resolves when nothing runs and nothing waits. */
  idle(): Promise<void>;
};

/** How much may wait, what runs included. */
export type InOrderLimits = { readonly all: number; readonly perKey: number };

type Lane = { tail: Promise<void>; held: number };

const nothing = () => {};

/** Nothing runs yet. A task has to end by itself: those behind it wait for that. */
export function createInOrder(limits: InOrderLimits): InOrder {
  const lanes = new Map<string, Lane>();
  let held = 0;

  /** Resolves when the promise does; rejects as soon as the signal aborts. */
  async function waitFor(before: Promise<void>, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const aborted = Promise.withResolvers<never>();
    const onAbort = () => aborted.reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      await Promise.race([before, aborted.promise]);
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }

  const leave = (key: string, lane: Lane) => {
    held -= 1;
    lane.held -= 1;
    if (lane.held === 0) lanes.delete(key);
  };

  return {
    async run(key, task, signal) {
      const lane = lanes.get(key) ?? { tail: Promise.resolve(), held: 0 };
      if (held >= limits.all || lane.held >= limits.perKey) {
        throw new Failure('too-much-waits', 'Too much waits already.', { retryable: true });
      }
      lanes.set(key, lane);
      held += 1;
      lane.held += 1;
      const before = lane.tail;
      const mine = waitFor(before, signal).then(task);
      // Whoever gives up waiting does not let those behind overtake what still runs.
      lane.tail = Promise.allSettled([before, mine]).then(nothing);
      try {
        return await mine;
      } finally {
        leave(key, lane);
      }
    },
    async idle() {
      while (lanes.size > 0) await Promise.all([...lanes.values()].map(({ tail }) => tail));
    },
  };
}
