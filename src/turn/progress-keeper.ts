import type { ClaimedTurn, TurnProgress } from './turn-queue.ts';

/** The progress of a turn while it is worked on. Several steps add to it; none undoes what another one kept. */
export type ProgressKeeper = {
  current(): TurnProgress;
  /** Durable when it resolves. */
  update(change: Partial<TurnProgress>): Promise<void>;
};

/** Starts from what the queue handed out. */
export function createProgressKeeper(claimed: ClaimedTurn): ProgressKeeper {
  let progress = claimed.progress;
  return {
    current: () => progress,
    update(change) {
      progress = { ...progress, ...change };
      return claimed.save(progress);
    },
  };
}
