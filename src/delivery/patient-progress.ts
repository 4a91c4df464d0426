import { Failure } from '../lib/errors.ts';
import type { ProgressKeeper } from '../turn/progress-keeper.ts';

/** A progress that goes on when the store fails: people see their answer, whether or not it can be kept. */
export type PatientProgress = ProgressKeeper & {
  /** Throws what the store failed with, unless everything has been kept since. */
  insist(): void;
};

/** Each change keeps the ones before it, too, so that one success makes up for earlier failures. Other errors than the store’s pass. */
export function createPatientProgress(progress: ProgressKeeper): PatientProgress {
  let failure: Failure | null = null;
  return {
    current: progress.current,
    async update(change) {
      try {
        await progress.update(change);
        failure = null;
      } catch (error) {
        if (!(error instanceof Failure) || error.code !== 'store-failed') throw error;
        failure = error;
      }
    },
    insist() {
      if (failure !== null) throw failure;
    },
  };
}
