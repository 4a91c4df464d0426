import type { Asset } from './assets.ts';

/** PORT: which pictures there are and whose. Durable when a call returns. */
export type AssetIndex = {
  insert(asset: Asset): void;
  /** Whoever's it is and whether expired or not: the caller judges. */
  find(key: string): Asset | null;
  /** Whether a picture with this UUID is known. */
  hasUuid(uuid: string): boolean;
  /** Pictures whose time is up at `nowMs`, the oldest first, at most `limit`. */
  expired(nowMs: number, limit: number): readonly Asset[];
  /** Idempotent. */
  remove(key: string): void;
};
