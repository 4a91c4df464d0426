import type { Dispatcher } from 'undici';
import type { ChatFailureCode } from '../../../src/answer/chat-failure.ts';
import { Failure } from '../../../src/lib/errors.ts';
import { vendorLimits } from './limits.ts';
import type { Question } from './question.ts';
import { toNetworkFailure } from './to-network-failure.ts';

type Body = Dispatcher.ResponseData['body'];

const newline = 10;

/**
 * The body as the SDK reads it: pulled piece by piece, so that a slow reader slows the vendor down. Errors are `Failure`s, or the
 * reason of the abort; leaving it closes the connection.
 */
export function toBodyStream(
  body: Body,
  question: Question,
  signal: AbortSignal,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  // Destroying it is how it ends early; whoever reads is told in another way.
  body.on('error', () => {});
  const pieces = body[Symbol.asyncIterator]();
  let sizeBytes = 0;
  let lineBytes = 0;

  const count = (piece: Uint8Array) => {
    sizeBytes += piece.byteLength;
    const last = piece.lastIndexOf(newline);
    lineBytes = last === -1 ? lineBytes + piece.byteLength : piece.byteLength - last - 1;
    if (sizeBytes > vendorLimits.streamBytes || lineBytes > vendorLimits.lineBytes) throw toTooMuch(question);
  };

  return new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      async pull(controller) {
        try {
          const { done, value } = await pieces.next();
          if (done === true) return controller.close();
          if (!(value instanceof Uint8Array)) return;
          count(value);
          controller.enqueue(new Uint8Array(value));
        } catch (error) {
          body.destroy();
          controller.error(toReason(error, question, signal));
        }
      },
      cancel() {
        body.destroy();
      },
    },
    { highWaterMark: 0 },
  );
}

function toReason(error: unknown, question: Question, signal: AbortSignal): unknown {
  if (signal.aborted) return signal.reason;
  return error instanceof Failure ? error : toNetworkFailure(error, true, question);
}

function toTooMuch({ model }: Question): Failure<ChatFailureCode> {
  return new Failure('chat-broken-stream', `${model} sent more than any answer holds. Ask in other words.`);
}

/** The beginning of a refusal; what could be read of it where it breaks off or takes too long. Closes the connection where more would come. */
export async function readErrorBody(body: Body, signal: AbortSignal): Promise<string> {
  const pieces: Uint8Array[] = [];
  let sizeBytes = 0;
  const onAbort = () => void body.destroy();
  body.on('error', () => {});
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  try {
    for await (const piece of body) {
      if (!(piece instanceof Uint8Array)) break;
      pieces.push(piece);
      sizeBytes += piece.byteLength;
      if (sizeBytes > vendorLimits.errorBodyBytes) break;
    }
  } catch {
    // The status counts even when the rest does not come.
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
  return new TextDecoder().decode(Buffer.concat(pieces).subarray(0, vendorLimits.errorBodyBytes));
}
