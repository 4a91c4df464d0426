import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { openDatabase } from '../../../adapters/sqlite/open-database.ts';
import { createSqliteTurnQueue } from '../../../adapters/sqlite/turn-queue.ts';
import { settleImmediates, type TurnQueueRig } from '../../contracts/turn-queue-rig.ts';
import { createFakeClock } from '../../fakes/fake-clock.ts';
import { createSilentLogger } from '../../fakes/silent-logger.ts';

/** A rig whose database can be looked into. */
export type SqliteQueueRig = TurnQueueRig & { database(): DatabaseSync };

function createRig(
  first: DatabaseSync,
  reopen: (crashed: DatabaseSync) => DatabaseSync,
  remove: () => void,
): SqliteQueueRig {
  const clock = createFakeClock();
  const logger = createSilentLogger();
  let database = first;
  return {
    clock,
    lines: logger.lines,
    database: () => database,
    open: (bounds) => createSqliteTurnQueue({ database, clock, logger, ...bounds }),
    crash: () => {
      database = reopen(database);
    },
    settled: settleImmediates,
    close: () => {
      database.close();
      remove();
    },
  };
}

/** On a file in a folder of its own: after a crash it is opened again. */
export function createFileQueueRig(): SqliteQueueRig {
  const folder = mkdtempSync(join(tmpdir(), 'sightline-queue-'));
  const path = join(folder, 'test.db');
  const reopen = (crashed: DatabaseSync) => {
    crashed.close();
    return openDatabase(path);
  };
  return createRig(openDatabase(path), reopen, () => rmSync(folder, { recursive: true }));
}

/** In memory: what a crash leaves is copied into a new database. */
export function createMemoryQueueRig(): SqliteQueueRig {
  const reopen = (crashed: DatabaseSync) => {
    const image = crashed.serialize();
    crashed.close();
    const database = openDatabase(':memory:');
    database.deserialize(image);
    return database;
  };
  return createRig(openDatabase(':memory:'), reopen, () => {});
}
