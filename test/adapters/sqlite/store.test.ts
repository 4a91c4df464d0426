import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { removeExpired } from '../../../adapters/sqlite/keyv-sqlite.ts';
import { openDatabase } from '../../../adapters/sqlite/open-database.ts';
import { createSqliteStore } from '../../../adapters/sqlite/store.ts';
import { storeContract } from '../../contracts/store.contract.ts';

storeContract('sqlite in memory', () => {
  const database = openDatabase(':memory:');
  return {
    open: () => createSqliteStore(database),
    breakDown: () => database.exec('DROP TABLE key_values'),
    close: () => database.close(),
  };
});

storeContract('sqlite on a file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sightline-store-'));
  const database = openDatabase(join(folder, 'test.db'));
  return {
    open: () => createSqliteStore(database),
    breakDown: () => database.close(),
    close: () => {
      if (database.isOpen) database.close();
      rmSync(folder, { recursive: true });
    },
  };
});

describe('sqlite store on a file', () => {
  let folder: string;
  let database: DatabaseSync;
  const path = () => join(folder, 'test.db');

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'sightline-store-'));
    database = openDatabase(path());
  });
  afterEach(() => {
    if (database.isOpen) database.close();
    rmSync(folder, { recursive: true });
  });

  it('has after a restart what was written before', async () => {
    await createSqliteStore(database).set('key', { kept: true });
    database.close();
    database = openDatabase(path());
    expect(await createSqliteStore(database).get('key')).toEqual({ kept: true });
  });

  it('has on disk what was written as soon as the write resolves', async () => {
    await createSqliteStore(database).set('key', 'value');
    // What a crash at this moment would leave.
    for (const suffix of ['', '-wal']) copyFileSync(`${path()}${suffix}`, join(folder, `copy.db${suffix}`));
    const copy = openDatabase(join(folder, 'copy.db'));
    expect(await createSqliteStore(copy).get('key')).toBe('value');
    copy.close();
  });

  it('rejects when the database is closed', async () => {
    const store = createSqliteStore(database);
    database.close();
    await expect(store.get('key')).rejects.toMatchObject({ code: 'store-failed' });
    await expect(store.set('key', 1)).rejects.toMatchObject({ code: 'store-failed' });
  });

  it('rejects rather than reading a damaged value as missing', async () => {
    const store = createSqliteStore(database);
    await store.set('key', 'value');
    database.exec("UPDATE key_values SET value = '{'");
    await expect(store.get('key')).rejects.toMatchObject({ code: 'store-failed' });
  });

  it('writes ahead and flushes every commit', () => {
    expect(database.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' });
    expect(database.prepare('PRAGMA synchronous').get()).toEqual({ synchronous: 2 });
  });
});

describe('values whose time is over', () => {
  it('are removed without being read', async () => {
    const database = openDatabase(':memory:');
    const store = createSqliteStore(database);
    await store.setFor('over', 1, 1);
    await store.setFor('fresh', 2, 3_600_000);
    await store.set('for-ever', 3);
    expect(removeExpired(database, Date.now() + 60_000)).toBe(1);
    expect(await Promise.all(['over', 'fresh', 'for-ever'].map(store.get))).toEqual([undefined, 2, 3]);
    database.close();
  });
});
