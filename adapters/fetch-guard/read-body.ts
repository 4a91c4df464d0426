import { pipeline, type Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { Failure } from '../../src/lib/errors.ts';
import { describeAddress, type FetchFailureCode, toTooLarge } from './fetch-failure.ts';

/** How a body is read. */
export type BodyReading = {
  readonly url: URL;
  /** As the server says; empty where it says nothing. */
  readonly encoding: string;
  readonly maxBytes: number;
  readonly onProgress: () => void;
};

/** What is packed and never yields anything comes by here too. */
async function* watch(body: Readable, onProgress: () => void): AsyncGenerator<Uint8Array> {
  for await (const piece of body) {
    onProgress();
    if (piece instanceof Uint8Array) yield piece;
  }
}

/** One packing is undone, as servers pack unasked; packings in packings are only ever meant to blow up. */
function unpack(pieces: AsyncIterable<Uint8Array>, { encoding, url }: BodyReading): AsyncIterable<unknown> {
  // The error reaches whoever reads.
  const ignore = () => {};
  switch (encoding) {
    case '':
    case 'identity':
      return pieces;
    case 'gzip':
    case 'x-gzip':
      return pipeline(pieces, createGunzip(), ignore);
    case 'deflate':
      return pipeline(pieces, createInflate(), ignore);
    case 'br':
      return pipeline(pieces, createBrotliDecompress(), ignore);
    default:
      throw new Failure<FetchFailureCode>(
        'fetch-refused-type',
        `${describeAddress(url)} packed its answer in a way that is not unpacked.`,
        { facts: { host: url.host } },
      );
  }
}

/**
 * Reads a body up to `maxBytes`, counted after unpacking: neither a small body that unpacks to a large one nor one without an end
 * gets further.
 */
export async function readBody(body: Readable, reading: BodyReading): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const piece of unpack(watch(body, reading.onProgress), reading)) {
    if (!(piece instanceof Uint8Array)) continue;
    sizeBytes += piece.byteLength;
    if (sizeBytes > reading.maxBytes) throw toTooLarge(reading.url, reading.maxBytes);
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}
