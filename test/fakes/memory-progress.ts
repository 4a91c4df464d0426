import type { ProgressKeeper } from '../../src/turn/progress-keeper.ts';
import type { TurnProgress } from '../../src/turn/turn-queue.ts';

/** Progress in memory that outlives whoever keeps it, and shows everything that was ever kept. */
export function createMemoryProgress(before: Partial<TurnProgress> = {}): ProgressKeeper & {
  readonly kept: readonly TurnProgress[];
} {
  let progress: TurnProgress = { parts: [], recordId: null, finalText: null, ...before };
  const kept: TurnProgress[] = [];
  return {
    kept,
    current: () => progress,
    async update(change) {
      progress = { ...progress, ...change };
      kept.push(progress);
    },
  };
}
