/** Work in lanes: one item at a time in each lane, in the order it was added; many lanes side by side. */
export type LaneScheduler<Item> = {
  /** Puts an item at the end of its lane. It never starts within this call, so that whoever adds can acknowledge first. */
  add(lane: string, item: Item): void;
  /** Resolves once the signal has aborted and everything that was running has ended; what still waits is left. */
  ended(): Promise<void>;
};

type LaneOptions<Item> = {
  /** How many lanes run side by side. */
  readonly concurrency: number;
  /** Does the work of one item. Never rejects: what goes wrong with an item is its own affair. */
  readonly run: (item: Item) => Promise<void>;
  /** From the moment it aborts nothing more starts. */
  readonly signal: AbortSignal;
};

/**
 * The order of work, without any storage. Lanes take turns: one that has just run waits behind every other lane that is
 * ready, so that a busy conversation cannot starve the rest. Bounding what is added is up to the caller.
 */
export function createLaneScheduler<Item>({ concurrency, run, signal }: LaneOptions<Item>): LaneScheduler<Item> {
  // A lane is here as long as it has something waiting or running.
  const lanes = new Map<string, Item[]>();
  // Lanes with something waiting and nothing running, the longest waiting first.
  const ready: string[] = [];
  const running = new Set<Promise<void>>();
  let wakeIsDue = false;

  const runOne = async (lane: string, waiting: Item[], item: Item): Promise<void> => {
    try {
      await run(item);
    } finally {
      if (waiting.length > 0) ready.push(lane);
      else lanes.delete(lane);
    }
  };

  const startNext = (): void => {
    while (!signal.aborted && running.size < concurrency) {
      const lane = ready.shift();
      if (lane === undefined) return;
      const waiting = lanes.get(lane) ?? [];
      const [item] = waiting.splice(0, 1);
      if (item === undefined) continue;
      const task = runOne(lane, waiting, item).finally(() => {
        running.delete(task);
        startNext();
      });
      running.add(task);
    }
  };

  const wake = (): void => {
    if (wakeIsDue) return;
    wakeIsDue = true;
    setImmediate(() => {
      wakeIsDue = false;
      startNext();
    });
  };

  return {
    add(lane, item) {
      const waiting = lanes.get(lane);
      if (waiting === undefined) {
        lanes.set(lane, [item]);
        ready.push(lane);
      } else waiting.push(item);
      wake();
    },
    async ended() {
      if (!signal.aborted) {
        await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
      }
      await Promise.all(running);
    },
  };
}
