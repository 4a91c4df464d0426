import type { Clock } from '../../../src/lib/clock.ts';

const noLonger = new Error('no longer waited for');

/** The value where it is there within `limitMs`, else null; the promise goes on and is left to whoever made it. */
export async function inTime<Value>(
  clock: Clock,
  limitMs: number,
  promise: Promise<Value>,
): Promise<{ readonly value: Value } | null> {
  const timer = new AbortController();
  const late = clock.sleep(Math.max(0, limitMs), timer.signal).then(
    () => null,
    () => null,
  );
  try {
    return await Promise.race([promise.then((value) => ({ value })), late]);
  } finally {
    timer.abort(noLonger);
  }
}
