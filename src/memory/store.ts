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
};
