/** PORT: the files of uploaded pictures. Names are made by the engine (digits, letters, hyphens), never by a client. */
export type AssetFiles = {
  /**
   * Writes the content as it comes; durable and whole when it resolves. When the content rejects or the signal aborts, it
   * rejects with that and leaves nothing. `OVERLOADED` when there is no room.
   */
  write(name: string, content: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<void>;
  /** Null when there is no such file. */
  read(name: string, signal: AbortSignal): Promise<Uint8Array | null>;
  /** Idempotent. */
  remove(name: string): Promise<void>;
  /** Every file, also ones that a crash left half-written (their names have a suffix). */
  list(signal: AbortSignal): AsyncIterable<string>;
};
