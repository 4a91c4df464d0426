import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AssetIndex } from '../../src/engine/asset-index.ts';
import type { Asset } from '../../src/engine/assets.ts';

/** An empty index, and what frees it. */
export type AssetIndexRig = { index: AssetIndex; close(): void };

function sampleAsset(count: number, changes: Partial<Asset> = {}): Asset {
  return {
    key: `images/2026_01_01_00_00_00_000_token-${count}_cat.png`,
    uuid: `00000000-0000-4000-8000-${String(count).padStart(12, '0')}`,
    ownerId: 'owner-a',
    originalName: 'Katze 🐈.png',
    mimeType: 'image/png',
    sizeBytes: 12_368,
    sha256: 'ab'.repeat(32),
    original: null,
    createdAtMs: 1_767_225_600_000,
    expiresAtMs: 1_767_225_600_000 + count,
    ...changes,
  };
}

/** What every index of pictures promises. */
export function assetIndexContract(name: string, make: () => AssetIndexRig): void {
  describe(`asset index: ${name}`, () => {
    let rig: AssetIndexRig;
    let index: AssetIndex;

    beforeEach(() => {
      rig = make();
      index = rig.index;
    });
    afterEach(() => rig.close());

    it('gives back every field of what was inserted', () => {
      index.insert(sampleAsset(1));
      const original = { format: 'GIF', width: 2_560, height: 1_600, sizeBytes: 1_843_200, frames: 12 } as const;
      const other = sampleAsset(2, { ownerId: 'owner-b', mimeType: 'image/gif', original });
      index.insert(other);
      expect(index.find(sampleAsset(1).key)).toEqual(sampleAsset(1));
      expect(index.find(sampleAsset(2).key)).toEqual(other);
    });

    it('finds nothing under a key that only looks alike', () => {
      const { key } = sampleAsset(1);
      index.insert(sampleAsset(1));
      const alike = ['', key.toUpperCase(), ` ${key}`, `${key}\0`, key.slice(0, -1), 'images/%', '\ud800'];
      expect(alike.map((each) => index.find(each))).toEqual(alike.map(() => null));
    });

    it('refuses the same key or UUID twice', () => {
      index.insert(sampleAsset(1));
      expect(() => index.insert(sampleAsset(1, { uuid: sampleAsset(2).uuid }))).toThrow();
      expect(() => index.insert(sampleAsset(1, { key: sampleAsset(2).key }))).toThrow();
    });

    it('knows the UUIDs it has', () => {
      index.insert(sampleAsset(1));
      expect([index.hasUuid(sampleAsset(1).uuid), index.hasUuid(sampleAsset(2).uuid)]).toEqual([true, false]);
    });

    it('gives the expired, the oldest first, as many as asked', () => {
      for (const count of [5, 1, 4, 2]) index.insert(sampleAsset(count));
      const expired = (offsetMs: number, limit: number) =>
        index.expired(1_767_225_600_000 + offsetMs, limit).map((asset) => asset.expiresAtMs - 1_767_225_600_000);
      expect([expired(0, 9), expired(4, 9), expired(4, 2)]).toEqual([[], [1, 2, 4], [1, 2]]);
    });

    it('removes a row, however often it is asked', () => {
      index.insert(sampleAsset(1));
      index.remove(sampleAsset(1).key);
      index.remove(sampleAsset(1).key);
      expect(index.find(sampleAsset(1).key)).toBeNull();
      expect(index.hasUuid(sampleAsset(1).uuid)).toBe(false);
    });
  });
}
