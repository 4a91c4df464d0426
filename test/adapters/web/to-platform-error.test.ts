import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { toPlatformError } from '../../../adapters/web/to-platform-error.ts';
import { Failure } from '../../../src/lib/errors.ts';

const never = new AbortController().signal;

function thrownBy(act: () => unknown): unknown {
  try {
    return act();
  } catch (error) {
    return error;
  }
}

describe('what the database throws', () => {
  it('is worth another try when the database is only busy or full', () => {
    const database = new DatabaseSync(':memory:');
    database.exec('CREATE TABLE numbers (value TEXT)');
    database.exec('PRAGMA max_page_count = 2');
    const full = thrownBy(() => database.prepare('INSERT INTO numbers VALUES (?)').run('x'.repeat(100_000)));
    expect(toPlatformError(full, never)).toMatchObject({ code: 'platform-unreachable', retryable: true });
    database.close();
  });

  it('is for good otherwise', () => {
    const database = new DatabaseSync(':memory:');
    const wrong = thrownBy(() => database.exec('SELECT nonsense'));
    expect(toPlatformError(wrong, never)).toMatchObject({ code: 'platform-rejected', retryable: false });
    database.close();
  });

  it('leaves failures and the reason of an abort as they are', () => {
    const failure = new Failure('platform-place-gone', 'gone');
    expect(toPlatformError(failure, never)).toBe(failure);
    const reason = new Error('shutting down');
    expect(toPlatformError(reason, AbortSignal.abort(reason))).toBe(reason);
  });
});
