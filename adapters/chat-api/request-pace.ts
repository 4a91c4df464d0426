import type { ChatFailureCode } from '../../src/answer/chat-failure.ts';
import type { Clock } from '../../src/lib/clock.ts';
import { Failure } from '../../src/lib/errors.ts';
import { createGate } from '../../src/lib/gate.ts';

const windowMs = 60_000;

/** Resolves when the next request may be made, in order of arrival. Rejects with `chat-rate-limited` when too many wait. */
export type RequestPace = (signal: AbortSignal) => Promise<void>;

/** At most `perMinute` requests in any minute; null for as many as come. The hosted API shares one limit among all that use a key. */
export function createRequestPace(clock: Clock, perMinute: number | null, maxWaiting: number): RequestPace {
  if (perMinute === null) return async (signal) => signal.throwIfAborted();
  const gate = createGate(1, maxWaiting);
  const madeAtMs: number[] = [];

  const waitForRoom = async (signal: AbortSignal) => {
    const oldest = madeAtMs[madeAtMs.length - perMinute];
    const waitMs = oldest === undefined ? 0 : oldest + windowMs - clock.now();
    if (waitMs > 0) await clock.sleep(waitMs, signal);
    madeAtMs.push(clock.now());
    if (madeAtMs.length > perMinute) madeAtMs.shift();
  };

  return async function waitForPace(signal) {
    const leave = await gate.enter(signal);
    if (leave === 'full') throw toBusy(maxWaiting);
    try {
      await waitForRoom(signal);
    } finally {
      leave();
    }
  };
}

function toBusy(waiting: number): Failure<ChatFailureCode> {
  return new Failure('chat-rate-limited', `${waiting} requests wait for the API already.`, {
    retryable: true,
    retryAfterMs: windowMs,
    facts: { waiting },
  });
}
