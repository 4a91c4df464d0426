import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { errorMessage, Failure } from '../../src/lib/errors.ts';

/** SQLITE_BUSY (https://sqlite.org/rescode.html#busy). */
const busyCode = 5;

function toOpenFailure(error: unknown, path: string): Failure {
  const code = error instanceof Error && 'errcode' in error ? error.errcode : undefined;
  const sentence =
    code === busyCode
      ? 'Another Sightline works with this database: stop it first, or give this one a DATABASE_URL of its own'
      : `DATABASE_URL cannot be opened: ${errorMessage(error)}`;
  return new Failure('database-not-opened', `${sentence} (${path}).`, { cause: error });
}

function prepare(path: string): DatabaseSync {
  if (path !== ':memory:') mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const database = new DatabaseSync(path);
  try {
    database.exec('PRAGMA busy_timeout = 2000');
    // Held until the process ends: two of them would take each other's running turns for those of a crash.
    database.exec('PRAGMA locking_mode = EXCLUSIVE');
    database.exec('PRAGMA journal_mode = WAL');
    database.exec('PRAGMA synchronous = FULL');
    database.exec('PRAGMA foreign_keys = ON');
    database.exec('PRAGMA secure_delete = ON');
    database.exec('BEGIN IMMEDIATE; COMMIT');
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/**
 * Opens the one database file for this process alone, making its folder when it is missing; `:memory:` for tests. A committed
 * write survives a crash of the process and of the machine (WAL with synchronous=FULL,
 * https://sqlite.org/pragma.html#pragma_synchronous). Throws a `Failure` with a sentence for the operator.
 */
export function openDatabase(path: string): DatabaseSync {
  try {
    return prepare(path);
  } catch (error) {
    throw toOpenFailure(error, path);
  }
}
