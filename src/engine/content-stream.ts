import { createHash } from 'node:crypto';

/** A content whose first bytes are known. `end` gives up on the rest. */
type OpenedContent = { head: Uint8Array; whole: AsyncIterable<Uint8Array>; end(): Promise<void> };

/** Reads the first `headBytes` (or more, as chunks come) and gives the whole content again from its start. */
export async function openContent(content: AsyncIterable<Uint8Array>, headBytes: number): Promise<OpenedContent> {
  const iterator = content[Symbol.asyncIterator]();
  const end = async () => {
    await iterator.return?.();
  };
  const seen: Uint8Array[] = [];
  let seenBytes = 0;
  while (seenBytes < headBytes) {
    const next = await iterator.next();
    if (next.done === true) break;
    seen.push(next.value);
    seenBytes += next.value.byteLength;
  }
  async function* whole(): AsyncGenerator<Uint8Array> {
    try {
      yield* seen;
      for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) yield next.value;
    } finally {
      await end();
    }
  }
  return { head: Buffer.concat(seen).subarray(0, headBytes), whole: whole(), end };
}

/** A content on its way, and what it turned out to be once it is through. */
type MeasuredContent = {
  chunks: AsyncIterable<Uint8Array>;
  measured(): { sizeBytes: number; sha256: string };
};

/** Counts and hashes what goes by; throws `tooLarge()` with the first chunk that exceeds `maxBytes`. */
export function measureContent(
  content: AsyncIterable<Uint8Array>,
  maxBytes: number,
  tooLarge: () => Error,
): MeasuredContent {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  async function* pass(): AsyncGenerator<Uint8Array> {
    for await (const chunk of content) {
      sizeBytes += chunk.byteLength;
      if (sizeBytes > maxBytes) throw tooLarge();
      hash.update(chunk);
      yield chunk;
    }
  }
  return { chunks: pass(), measured: () => ({ sizeBytes, sha256: hash.copy().digest('hex') }) };
}
