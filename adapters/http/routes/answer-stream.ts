import type { AnswerReader, FinishedRecord } from '../../../src/engine/answer-source.ts';
import type { Clock } from '../../../src/lib/clock.ts';

/** How an answer looks on the wire. */
export type AnswerFrames = {
  text(piece: string): string;
  /** What is sent last, or null when the connection is broken off instead: the caller must not take the answer for whole. */
  end(record: FinishedRecord): string | null;
  /** What is sent now and then so that nobody in between closes a silent connection; null for nothing. */
  readonly ping: string | null;
};

const pingEveryMs = 15_000;
/** A reader that takes nothing for so long is let go: it would hold its connection, and what waits in it, for ever. */
const stuckMs = 120_000;

type StreamParts = {
  readonly reader: AnswerReader;
  readonly frames: AnswerFrames;
  readonly clock: Clock;
  /** Breaks the connection off, where there is one. */
  readonly breakOff: (() => void) | null;
};

/**
 * One reader's body. What came since the last write goes out as one piece, when the connection takes it: a slow reader
 * holds back nobody. Leaving it ends the reading, never the answer.
 */
export function streamAnswer({ reader, frames, clock, breakOff }: StreamParts): ReadableStream<Uint8Array> {
  const closed = new AbortController();
  let isPingDue = false;
  let wake = () => {};
  /** When the connection took the last piece; null while it waits for one. */
  let takenAtMs: number | null = clock.now();

  const end = () => {
    closed.abort(new Error('the stream is closed'));
    reader.close();
    wake();
  };

  const watching = (async () => {
    while (!closed.signal.aborted) {
      await clock.sleep(pingEveryMs, closed.signal).catch(() => {});
      isPingDue = true;
      wake();
      if (!closed.signal.aborted && takenAtMs !== null && clock.now() - takenAtMs >= stuckMs) {
        end();
        breakOff?.();
      }
    }
  })();

  const close = async () => {
    end();
    await watching;
  };

  const changed = () =>
    new Promise<void>((resolve) => {
      wake = resolve;
      reader.onChange(resolve);
    });

  /** The next bytes, or null once there are no more. */
  const next = (): { readonly text: string; readonly isLast: boolean } | 'nothing-yet' | 'broken-off' => {
    const piece = reader.take();
    if (piece !== '') return { text: frames.text(piece), isLast: false };
    const record = reader.finished();
    if (record !== null) {
      const end = frames.end(record);
      return end === null ? 'broken-off' : { text: end, isLast: true };
    }
    if (!isPingDue || frames.ping === null) return 'nothing-yet';
    isPingDue = false;
    return { text: frames.ping, isLast: false };
  };

  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        if (closed.signal.aborted) {
          controller.error(closed.signal.reason);
          return;
        }
        takenAtMs = null;
        let step = next();
        while (step === 'nothing-yet') {
          await changed();
          if (closed.signal.aborted) return;
          step = next();
        }
        takenAtMs = clock.now();
        if (step === 'broken-off') {
          await close();
          // The server reports a stream that errors as a crash of ours; without a connection there is no other way to tell.
          if (breakOff === null) controller.error(new Error('the answer broke off'));
          else {
            breakOff();
            controller.close();
          }
          return;
        }
        if (step.text !== '') controller.enqueue(Buffer.from(step.text));
        if (!step.isLast) return;
        controller.close();
        await close();
      },
      cancel: close,
    },
    // Nothing is taken ahead of the connection.
    { highWaterMark: 0 },
  );
}
