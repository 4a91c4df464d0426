import type { Clock } from '../../../src/lib/clock.ts';
import { createDeadline } from '../../../src/lib/deadline.ts';

/**
 * Waits for work no longer than `limitMs`; then aborts its signal and rejects, whether the work minds the signal or not. What it
 * comes to after that is of no interest any more.
 */
export async function giveUpAfter<Value>(
  clock: Clock,
  limitMs: number,
  work: (signal: AbortSignal) => Promise<Value>,
): Promise<Value> {
  const never = new AbortController().signal;
  const deadline = createDeadline(clock, limitMs, never, () => new Error(`it took longer than ${limitMs} ms`));
  const late = Promise.withResolvers<never>();
  const onAbort = () => late.reject(deadline.signal.reason);
  deadline.signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([work(deadline.signal), late.promise]);
  } finally {
    deadline.signal.removeEventListener('abort', onAbort);
    deadline.cancel();
  }
}
