import { errorMessage, Failure } from '../../src/lib/errors.ts';
import type { StoreFailureCode } from '../../src/memory/store-failure.ts';

/** What SQLite, or Keyv over it, threw, as a failure of ours: a full disk or a locked file may pass, so it is retryable. */
export function toStoreFailure(error: unknown): Failure<StoreFailureCode> {
  return new Failure<StoreFailureCode>('store-failed', `The database could not do that: ${errorMessage(error)}.`, {
    retryable: true,
    cause: error,
  });
}
