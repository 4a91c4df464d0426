/** Some of the values whose keys begin alike, and behind which key the next page begins; null when this was the last. */
export type StorePage = {
  readonly entries: readonly { readonly key: string; readonly value: unknown }[];
  readonly next: string | null;
};

/** PORT: key-value data that survives a restart. Values are JSON; what is read is never shared with what was written. */
export type Store = {
  /** The value, or undefined when there is none. A store that fails rejects; it never reads as missing. */
  get(key: string): Promise<unknown>;
  /** Durable when it resolves. */
  set(key: string, value: unknown): Promise<void>;
  /** The same for a value that reads as missing once so much time has passed. */
  setFor(key: string, value: unknown, keepForMs: number): Promise<void>;
  /** Idempotent. */
  delete(key: string): Promise<void>;
  /**
   * At most `limit` values whose keys begin with `prefix`, behind the key `after` (null: from the first), in an order of the
   * store's own that never changes: going on page by page meets every value once that is there all the while. A page may hold
   * fewer than `limit`, and even none, before the last one.
   */
  list(prefix: string, after: string | null, limit: number): Promise<StorePage>;
};
