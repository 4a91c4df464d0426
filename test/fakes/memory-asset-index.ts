import type { AssetIndex } from '../../src/engine/asset-index.ts';
import type { Asset } from '../../src/engine/assets.ts';

/** An index in memory. After `fail`, every write is refused as by a broken database. */
export type MemoryAssetIndex = AssetIndex & { readonly rows: Map<string, Asset>; fail(): void };

/** Keeps the port's promises but outlives nothing. */
export function createMemoryAssetIndex(): MemoryAssetIndex {
  const rows = new Map<string, Asset>();
  let failing = false;
  const hasUuid = (uuid: string) => [...rows.values()].some((asset) => asset.uuid === uuid);
  return {
    rows,
    fail: () => {
      failing = true;
    },
    insert(asset) {
      if (failing) throw new Error('the database is broken');
      if (rows.has(asset.key) || hasUuid(asset.uuid)) throw new Error('this picture is there already');
      rows.set(asset.key, { ...asset });
    },
    find: (key) => rows.get(key) ?? null,
    hasUuid,
    expired: (nowMs, limit) =>
      [...rows.values()]
        .filter((asset) => asset.expiresAtMs <= nowMs)
        .sort((left, right) => left.expiresAtMs - right.expiresAtMs)
        .slice(0, limit),
    remove(key) {
      rows.delete(key);
    },
  };
}
