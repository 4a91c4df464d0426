import { expect, it } from 'vitest';
import { createSqliteAssetIndex } from '../../../adapters/sqlite/asset-index.ts';
import { openDatabase } from '../../../adapters/sqlite/open-database.ts';
import { migrate } from '../../../src/lib/migrate.ts';
import { assetIndexContract } from '../../contracts/asset-index.contract.ts';

assetIndexContract('in SQLite', () => {
  const database = openDatabase(':memory:');
  return { index: createSqliteAssetIndex(database), close: () => database.close() };
});

/** The table as it was before pictures told what they were made of. */
const firstStep = `CREATE TABLE assets (
    key TEXT PRIMARY KEY, uuid TEXT NOT NULL UNIQUE, owner_id TEXT NOT NULL, original_name TEXT NOT NULL,
    mime_type TEXT NOT NULL, size_bytes INTEGER NOT NULL, sha256 TEXT NOT NULL, created_at_ms INTEGER NOT NULL,
    expires_at_ms INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX assets_by_expiry ON assets (expires_at_ms)`;

it('keeps the pictures of a database from before the column for originals', () => {
  using database = openDatabase(':memory:');
  migrate(database, 'assets', [firstStep]);
  database.exec(`INSERT INTO assets VALUES ('images/a.png', 'u', 'o', 'a.png', 'image/png', 5, 'ab', 1, 2)`);
  expect(createSqliteAssetIndex(database).find('images/a.png')).toEqual({
    key: 'images/a.png',
    uuid: 'u',
    ownerId: 'o',
    originalName: 'a.png',
    mimeType: 'image/png',
    sizeBytes: 5,
    sha256: 'ab',
    original: null,
    createdAtMs: 1,
    expiresAtMs: 2,
  });
});

it('says so when a stored original does not fit', () => {
  using database = openDatabase(':memory:');
  const index = createSqliteAssetIndex(database);
  database.exec(`INSERT INTO assets VALUES ('images/a.png', 'u', 'o', 'a.png', 'image/png', 5, 'ab', 1, 2, '{}')`);
  expect(() => index.find('images/a.png')).toThrow(/^A stored picture does not fit its schema: original/);
});
