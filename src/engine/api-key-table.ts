/** A key that was made here: its hash, never itself. */
export type StoredApiKey = {
  /** HMAC-SHA-256 under the pepper, in hexadecimal. */
  readonly hash: string;
  readonly ownerId: string;
  readonly createdAtMs: number;
};

/** PORT: what is stored of API keys. Durable when a call returns. */
export type ApiKeyTable = {
  /** The secret that all hashes are made with: `candidate` at the first call ever, the same ever after. */
  pepper(candidate: string): string;
  /** The made key that is in force, or null before the first. */
  current(): StoredApiKey | null;
  /** Puts a key in force and retires the one before. */
  replace(key: StoredApiKey): void;
};
