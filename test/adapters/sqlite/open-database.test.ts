import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { openDatabase } from '../../../adapters/sqlite/open-database.ts';

const folders: string[] = [];

async function createFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'sightline-open-'));
  folders.push(folder);
  return folder;
}

afterEach(() => Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true, force: true }))));

describe('opening the database', () => {
  it('makes the folder and keeps what was written', async () => {
    const path = join(await createFolder(), 'a/b/file.db');
    const first = openDatabase(path);
    first.exec('CREATE TABLE t (x); INSERT INTO t VALUES (7)');
    first.close();
    const second = openDatabase(path);
    expect(second.prepare('SELECT x FROM t').get()).toMatchObject({ x: 7 });
    second.close();
  });

  it('refuses a file that another one works with, in one sentence', async () => {
    const path = join(await createFolder(), 'file.db');
    const first = openDatabase(path);
    expect(() => openDatabase(path)).toThrow(/Another Sightline works with this database/);
    first.close();
    openDatabase(path).close();
  });

  it('refuses a file that is no database, naming the variable', async () => {
    const path = join(await createFolder(), 'file.db');
    await writeFile(path, 'this is a diary, not a database, and long enough to be read as a header'.repeat(20));
    expect(() => openDatabase(path)).toThrow(/DATABASE_URL cannot be opened/);
  });

  it('syncs every commit', () => {
    const database = openDatabase(':memory:');
    expect(database.prepare('PRAGMA synchronous').get()).toMatchObject({ synchronous: 2 });
    database.close();
  });
});
