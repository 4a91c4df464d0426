/** One viewer's stream of events. What was not read yet is bounded. */
export type EventStream = {
  readonly body: ReadableStream<Uint8Array>;
  /** False when the viewer is too slow: the stream has ended and what was waiting is dropped. */
  push(text: string): boolean;
  end(): void;
};

/** Holds back up to `maxWaitingBytes`; `onEnd` is called once, whoever ends it. */
export function createEventStream(maxWaitingBytes: number, onEnd: () => void): EventStream {
  const encoder = new TextEncoder();
  let waiting: Uint8Array[] = [];
  let waitingBytes = 0;
  let ended = false;
  let wake = () => {};

  const end = () => {
    if (ended) return;
    ended = true;
    waiting = [];
    onEnd();
    wake();
  };

  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        if (waiting.length === 0 && !ended) {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
        const next = waiting.shift();
        if (next === undefined) {
          controller.close();
          return;
        }
        waitingBytes -= next.byteLength;
        controller.enqueue(next);
      },
      cancel: end,
    },
    { highWaterMark: 0 },
  );

  return {
    body,
    end,
    push(text) {
      if (ended) return false;
      const bytes = encoder.encode(text);
      if (waitingBytes + bytes.byteLength > maxWaitingBytes) {
        end();
        return false;
      }
      waiting.push(bytes);
      waitingBytes += bytes.byteLength;
      wake();
      return true;
    },
  };
}
