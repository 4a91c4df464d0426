import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { originalPictureSchema } from '../../src/api/original-picture.ts';
import type { AssetIndex } from '../../src/engine/asset-index.ts';
import type { Asset } from '../../src/engine/assets.ts';
import { migrate } from '../../src/lib/migrate.ts';
import { parseJson, parseValue } from '../../src/lib/parse-json.ts';

const steps = [
  `CREATE TABLE assets (
    key TEXT PRIMARY KEY,
    uuid TEXT NOT NULL UNIQUE,
    owner_id TEXT NOT NULL,
    original_name TEXT NOT NULL,
    mime_type TEXT NOT NULL,
    size_bytes INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    created_at_ms INTEGER NOT NULL,
    expires_at_ms INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX assets_by_expiry ON assets (expires_at_ms)`,
  'ALTER TABLE assets ADD COLUMN original TEXT',
];

const rowSchema = z
  .strictObject({
    key: z.string(),
    uuid: z.string(),
    owner_id: z.string(),
    original_name: z.string(),
    mime_type: z.enum(['image/png', 'image/jpeg', 'image/webp', 'image/gif']),
    size_bytes: z.int(),
    sha256: z.string(),
    created_at_ms: z.int(),
    expires_at_ms: z.int(),
    original: z.string().nullable(),
  })
  .transform(
    (row, context): Asset => ({
      key: row.key,
      uuid: row.uuid,
      ownerId: row.owner_id,
      originalName: row.original_name,
      mimeType: row.mime_type,
      sizeBytes: row.size_bytes,
      sha256: row.sha256,
      original: row.original === null ? null : toOriginal(row.original, context),
      createdAtMs: row.created_at_ms,
      expiresAtMs: row.expires_at_ms,
    }),
  );

function toOriginal(text: string, context: z.RefinementCtx): Asset['original'] {
  const parsed = parseJson(text, originalPictureSchema);
  if (parsed.ok) return parsed.value;
  context.addIssue({ code: 'custom', path: ['original'], message: parsed.reason });
  return z.NEVER;
}

function toAsset(row: unknown): Asset {
  const parsed = parseValue(row, rowSchema);
  if (!parsed.ok) throw new Error(`A stored picture does not fit its schema: ${parsed.reason}`);
  return parsed.value;
}

/** The index of pictures as a table. */
export function createSqliteAssetIndex(database: DatabaseSync): AssetIndex {
  migrate(database, 'assets', steps);
  const insert = database.prepare('INSERT INTO assets VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
  const find = database.prepare('SELECT * FROM assets WHERE key = ?');
  const hasUuid = database.prepare('SELECT 1 FROM assets WHERE uuid = ?');
  const expired = database.prepare('SELECT * FROM assets WHERE expires_at_ms <= ? ORDER BY expires_at_ms LIMIT ?');
  const remove = database.prepare('DELETE FROM assets WHERE key = ?');
  return {
    insert(asset) {
      insert.run(
        asset.key,
        asset.uuid,
        asset.ownerId,
        asset.originalName,
        asset.mimeType,
        asset.sizeBytes,
        asset.sha256,
        asset.createdAtMs,
        asset.expiresAtMs,
        asset.original === null ? null : JSON.stringify(asset.original),
      );
    },
    find(key) {
      const row = find.get(key);
      return row === undefined ? null : toAsset(row);
    },
    hasUuid: (uuid) => hasUuid.get(uuid) !== undefined,
    expired: (nowMs, limit) => expired.all(nowMs, limit).map(toAsset),
    remove(key) {
      remove.run(key);
    },
  };
}
