import type { Clock } from '../../src/lib/clock.ts';
import { createDeadline } from '../../src/lib/deadline.ts';

/** More than the largest accepted file, and as long as a person waits. */
const discardLimits = { bytes: 64 * 1_048_576, timeMs: 5_000 } as const;

/**
 * Reads on without keeping anything, up to 64 MiB or 5 s: a client that is still sending reads the answer only afterwards,
 * and a connection closed on unread bytes would take the answer with it. Resolves whatever happens.
 */
export async function discardBody(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  const deadline = createDeadline(clock, discardLimits.timeMs, signal, () => new Error('enough was discarded'));
  const stop = () => void reader.cancel().catch(() => {});
  deadline.signal.addEventListener('abort', stop, { once: true });
  try {
    let bytesLeft: number = discardLimits.bytes;
    while (bytesLeft > 0 && !deadline.signal.aborted) {
      const next = await reader.read();
      if (next.done) return;
      bytesLeft -= next.value.byteLength;
    }
  } catch {
    // The connection is broken: there is nobody left to answer.
  } finally {
    deadline.signal.removeEventListener('abort', stop);
    deadline.cancel();
  }
}
