/** One message between the bot and its decoder: a small JSON header and bytes that are never copied into it. */
export type Frame = { readonly header: string; readonly body: Uint8Array };

const prefixBytes = 8;
const maxHeaderBytes = 64 * 1_024;

/** The pieces to be written for a frame, in order; the body is passed through as it is. */
export function encodeFrame(header: object, body: Uint8Array): readonly Uint8Array[] {
  const text = Buffer.from(JSON.stringify(header));
  const prefix = Buffer.alloc(prefixBytes);
  prefix.writeUInt32LE(text.byteLength, 0);
  prefix.writeUInt32LE(body.byteLength, 4);
  return body.byteLength === 0 ? [prefix, text] : [prefix, text, body];
}

/** Fills what is asked for from a stream of chunks, keeping what is left over. */
function createFiller(chunks: AsyncIterator<Uint8Array>) {
  let rest: Uint8Array = new Uint8Array();
  return async (sizeBytes: number): Promise<Buffer | null> => {
    const filled = Buffer.allocUnsafeSlow(sizeBytes);
    let at = 0;
    while (at < sizeBytes) {
      if (rest.byteLength === 0) {
        const next = await chunks.next();
        if (next.done === true) return null;
        rest = next.value;
      }
      const taken = rest.subarray(0, sizeBytes - at);
      filled.set(taken, at);
      at += taken.byteLength;
      rest = rest.subarray(taken.byteLength);
    }
    return filled;
  };
}

/** The frames of a stream. Ends with it; a frame cut off by the end is dropped; one over the limits throws. */
export async function* readFrames(chunks: AsyncIterable<Uint8Array>, maxBodyBytes: number): AsyncGenerator<Frame> {
  const fill = createFiller(chunks[Symbol.asyncIterator]());
  for (;;) {
    const prefix = await fill(prefixBytes);
    if (prefix === null) return;
    const headerBytes = prefix.readUInt32LE(0);
    const bodyBytes = prefix.readUInt32LE(4);
    if (headerBytes > maxHeaderBytes || bodyBytes > maxBodyBytes) throw new RangeError('frame over the limit');
    const header = await fill(headerBytes);
    const body = header === null ? null : await fill(bodyBytes);
    if (header === null || body === null) return;
    yield { header: header.toString('utf8'), body };
  }
}
