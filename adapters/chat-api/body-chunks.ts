import type { Dispatcher } from 'undici';
import type { ChatFailureCode } from '../../src/answer/chat-failure.ts';
import type { Clock } from '../../src/lib/clock.ts';
import { Failure } from '../../src/lib/errors.ts';
import { startIdleWatch } from './idle-watch.ts';
import { chatApiLimits } from './limits.ts';
import { toNetworkFailure } from './to-network-failure.ts';

function toStalled(): Failure<ChatFailureCode> {
  return new Failure('chat-stalled', `The API fell silent for ${chatApiLimits.idleMs} ms.`, {
    retryable: true,
    facts: { limitMs: chatApiLimits.idleMs },
  });
}

/** Reads the body under the idle limit and the total one. Leaving it early closes the connection. */
export async function* readChunks(
  body: Dispatcher.ResponseData['body'],
  clock: Clock,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  let stalled: Failure | null = null;
  const watch = startIdleWatch(clock, chatApiLimits.idleMs, () => {
    stalled = toStalled();
    body.destroy(stalled);
  });
  let sizeBytes = 0;
  const onAbort = () => void body.destroy(new Error('nobody reads on'));
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    signal.throwIfAborted();
    watch.waiting();
    for await (const chunk of body) {
      watch.resting();
      if (!(chunk instanceof Uint8Array)) continue;
      sizeBytes += chunk.byteLength;
      if (sizeBytes > chatApiLimits.streamBytes) throw toTooMuch(chatApiLimits.streamBytes);
      yield chunk;
      watch.waiting();
    }
  } catch (error) {
    if (stalled !== null) throw stalled;
    if (signal.aborted) throw signal.reason;
    throw error instanceof Failure ? error : toNetworkFailure(error, true);
  } finally {
    signal.removeEventListener('abort', onAbort);
    body.destroy();
    await watch.stop();
  }
}

/** More than any real answer: a `chat-broken-stream`. */
export function toTooMuch(limit: number): Failure<ChatFailureCode> {
  return new Failure('chat-broken-stream', `The API sent more than ${limit} bytes.`, { facts: { limit } });
}

/** Reads a body of up to `limitBytes`; `cut` says what becomes of a longer one. */
export async function readBody(
  chunks: AsyncIterable<Uint8Array>,
  limitBytes: number,
  cut: 'truncate' | 'fail',
): Promise<string> {
  const pieces: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of chunks) {
    pieces.push(chunk);
    sizeBytes += chunk.byteLength;
    if (sizeBytes <= limitBytes) continue;
    if (cut === 'fail') throw toTooMuch(limitBytes);
    break;
  }
  return new TextDecoder().decode(Buffer.concat(pieces).subarray(0, limitBytes));
}
