import type { PlatformFailureCode } from '../../src/delivery/platform-failure.ts';
import { errorMessage, Failure } from '../../src/lib/errors.ts';

// Primary result codes of SQLite that pass by themselves or with room on the disk: BUSY, LOCKED, IOERR, FULL
// (https://sqlite.org/rescode.html).
const passing = new Set([5, 6, 10, 13]);

function resultCode(error: unknown): number | null {
  if (!(error instanceof Error) || !('errcode' in error)) return null;
  return typeof error.errcode === 'number' ? error.errcode & 0xff : null;
}

/** Makes a `Failure` of whatever the database threw; failures and the signal's own reason stay what they are. */
export function toPlatformError(error: unknown, signal: AbortSignal): unknown {
  if (error instanceof Failure || (signal.aborted && error === signal.reason)) return error;
  const code = resultCode(error);
  const retryable = code !== null && passing.has(code);
  return new Failure<PlatformFailureCode>(
    retryable ? 'platform-unreachable' : 'platform-rejected',
    `The playground's database refused: ${errorMessage(error)}`,
    { retryable, cause: error },
  );
}
