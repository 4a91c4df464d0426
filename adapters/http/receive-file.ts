import { once } from 'node:events';
import { Busboy, type BusboyFileStream, type BusboyInstance } from '@fastify/busboy';
import type { OriginalPicture } from '../../src/api/original-picture.ts';
import { ApiFailure } from '../../src/engine/api-failure.ts';
import type { Clock } from '../../src/lib/clock.ts';
import { createDeadline } from '../../src/lib/deadline.ts';
import { readOriginal, refuseOriginal } from './read-original.ts';

/** The file of a form, as it comes. The content ends only when the whole form has turned out to be sound. */
export type IncomingFile = {
  readonly name: string;
  /** What the form says the file was made of; null when it does not. */
  readonly original: OriginalPicture | null;
  readonly content: AsyncIterable<Uint8Array>;
};

/** The bounds of a form as a whole. */
export type ReceiveLimits = {
  readonly clock: Clock;
  /** Of the body with everything in it; what exceeds it rejects with `tooLarge()`. */
  readonly maxBodyBytes: number;
  readonly tooLarge: () => Error;
};

/** The one file of a form, once its part has begun. */
type TakenFile<Value> = { stream: BusboyFileStream; used: Promise<Value> };

type BodyReader = ReadableStreamDefaultReader<Uint8Array>;

/** A form of one file: what else it holds has to be small. */
const formLimits = { files: 2, fields: 16, parts: 18, fieldSize: 65_536, headerPairs: 16, headerSize: 8_192 };

/** After the last byte has come: the rest of the parsing and the disk. */
const finishMs = 30_000;

const example = 'with cURL: -F "asset=@photo.png"';
/** Tells what the file was made of. */
const originalField = 'original';
const quoted = (field: string | undefined) => `"${(field ?? '').replace(/\P{L}/gu, '_').slice(0, 40)}"`;
const invalid = (sentence: string) => new ApiFailure('INVALID_REQUEST', sentence, { field: 'asset' });

function createParser(contentType: string): BusboyInstance {
  return new Busboy({
    headers: { 'content-type': contentType },
    limits: formLimits,
    // A part that says it is a picture is a file, even if its sender gave it no name; one of JSON need not be.
    isPartAFile: (field, type, fileName) =>
      field !== originalField && (fileName !== undefined || type !== 'text/plain'),
  });
}

/** The promise's outcome, or the signal's reason as soon as it aborts: a sender who stalls must not hold up a refusal. */
async function unlessAborted<Value>(waiting: Promise<Value>, signal: AbortSignal): Promise<Value> {
  const aborted = Promise.withResolvers<never>();
  const stop = () => aborted.reject(signal.reason);
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await Promise.race([waiting, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** Hands one chunk to the parser and waits until it has room for the next. */
function write(parser: BusboyInstance, chunk: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    parser.write(chunk, (error) => (error ? reject(error) : resolve()));
  });
}

async function finish(parser: BusboyInstance, clock: Clock, signal: AbortSignal): Promise<void> {
  const deadline = createDeadline(clock, finishMs, signal, () => invalid('The form could not be read to its end.'));
  try {
    const finished = once(parser, 'finish', { signal: deadline.signal });
    parser.end();
    await finished;
  } catch (error) {
    throw deadline.signal.aborted ? deadline.signal.reason : error;
  } finally {
    deadline.cancel();
  }
}

/** Feeds the whole body to the parser. What the form holds beside its file is counted here. */
async function feed(
  reader: BodyReader,
  parser: BusboyInstance,
  { clock, maxBodyBytes, tooLarge }: ReceiveLimits,
  signal: AbortSignal,
): Promise<void> {
  let bodyBytes = 0;
  for (;;) {
    const next = await unlessAborted(reader.read(), signal);
    if (next.done) break;
    bodyBytes += next.value.byteLength;
    if (bodyBytes > maxBodyBytes) throw tooLarge();
    await unlessAborted(write(parser, next.value), signal);
  }
  await finish(parser, clock, signal);
}

/** The bytes of the part, then the verdict on the rest of the form: a form that breaks later takes its file with it. */
async function* contentOf(stream: BusboyFileStream, formRead: () => Promise<void>): AsyncGenerator<Uint8Array> {
  for await (const chunk of stream) yield chunk;
  await formRead();
}

/**
 * Reads a form with one file in the field `asset`, and maybe the field `original` before it, and hands the file to `use` while
 * it comes; gives what `use` gives.
 * Nothing is kept in memory but the chunk under way. Any fault of the form (another field, a second file, a missing end)
 * rejects with `INVALID_REQUEST` and makes the content reject as well, so that `use` can clean up; its failure ends the reading.
 */
export async function receiveFile<Value>(
  reader: BodyReader,
  contentType: string,
  limits: ReceiveLimits,
  use: (file: IncomingFile) => Promise<Value>,
): Promise<Value> {
  const halt = new AbortController();
  const parser = createParser(contentType);
  const taken: TakenFile<Value>[] = [];
  let original: OriginalPicture | null = null;

  const takeOriginal = (text: string) => {
    const isLate = taken.length > 0;
    const read = isLate ? refuseOriginal('comes after the file: send it before the field "asset"') : readOriginal(text);
    if (read instanceof ApiFailure) halt.abort(read);
    else original = read;
  };

  parser.on('error', () => halt.abort(invalid(`The form is damaged or breaks off. Send it again, ${example}.`)));
  parser.on('field', (field, text) => {
    if (field === originalField) takeOriginal(text);
    if (field !== 'asset') return;
    halt.abort(invalid(`The field "asset" holds a text: send the file itself, ${example}.`));
  });
  parser.on('file', (field, incoming, fileName) => {
    incoming.on('error', () => {});
    if (field !== 'asset') {
      halt.abort(invalid(`The file came in the field ${quoted(field)}: send it in the field "asset", ${example}.`));
    } else if (taken.length > 0) {
      halt.abort(invalid('The form holds more than one file: send one file in each request.'));
    } else {
      const used = use({ name: fileName ?? '', original, content: contentOf(incoming, () => formRead) });
      used.catch((error: unknown) => halt.abort(error));
      taken.push({ stream: incoming, used });
    }
  });

  const formRead = feed(reader, parser, limits, halt.signal);
  try {
    await formRead;
    const [file] = taken;
    if (file === undefined) throw invalid(`There is no file in the form: send one in the field "asset", ${example}.`);
    return await file.used;
  } catch (error) {
    for (const file of taken) await giveUp(file, error);
    throw error;
  }
}

/** Ends whoever still waits for the file, and waits until it has cleaned up. */
async function giveUp(file: TakenFile<unknown>, reason: unknown): Promise<void> {
  file.stream.destroy(reason instanceof Error ? reason : new Error('the upload was given up'));
  await file.used.catch(() => {});
}
