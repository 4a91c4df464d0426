/** An uploaded picture, as the engine knows it. */
export type Asset = {
  /** `images/<UTC stamp>_<128 random bits>_<safe name>`: opaque to callers, unguessable. */
  readonly key: string;
  readonly uuid: string;
  readonly ownerId: string;
  readonly originalName: string;
  /** From the bytes, never from the name. */
  readonly mimeType: 'image/png' | 'image/jpeg' | 'image/webp' | 'image/gif';
  readonly sizeBytes: number;
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
};

/** The uploaded pictures. A key works only for the owner that uploaded it, until it expires. */
export type Assets = {
  /** Streams the content to disk; at a refusal (`UNSUPPORTED_FILE_TYPE`, `FILE_TOO_LARGE`, `INVALID_REQUEST` when empty) nothing is left. */
  store(
    ownerId: string,
    file: { name: string; content: AsyncIterable<Uint8Array> },
    signal: AbortSignal,
  ): Promise<Asset>;
  /** Null alike for a key that is unknown, somebody else's or expired. */
  find(ownerId: string, key: string): Asset | null;
  read(asset: Asset, signal: AbortSignal): Promise<Uint8Array>;
  /** Removes what has expired, rows and files. */
  sweep(signal: AbortSignal): Promise<void>;
};
