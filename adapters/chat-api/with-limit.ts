import type { ChatFailureCode } from '../../src/answer/chat-failure.ts';
import type { Clock } from '../../src/lib/clock.ts';
import { createDeadline } from '../../src/lib/deadline.ts';
import { Failure } from '../../src/lib/errors.ts';

/** Puts a limit on a call as a whole, retries and waits included. */
export async function withLimit<Result>(
  clock: Clock,
  limitMs: number,
  signal: AbortSignal,
  work: (limited: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const tooSlow = () =>
    new Failure<ChatFailureCode>('chat-timeout', `The API took longer than ${limitMs} ms.`, {
      retryable: true,
      facts: { limitMs },
    });
  const deadline = createDeadline(clock, limitMs, signal, tooSlow);
  try {
    return await work(deadline.signal);
  } finally {
    deadline.cancel();
  }
}
