import type { ChatFailureCode } from '../../src/answer/chat-failure.ts';
import type { Clock } from '../../src/lib/clock.ts';
import { Failure } from '../../src/lib/errors.ts';
import { createGate } from '../../src/lib/gate.ts';
import { createSlidingWindow } from '../../src/lib/sliding-window.ts';

const windowMs = 60_000;
/** The part of a minute that lists and the like leave to questions. */
const keptForQuestions = 0.25;

/** `question`: somebody waits for the answer. `errand`: everything else, such as lists that are read anew. */
export type Urgency = 'question' | 'errand';

/** When requests may be made. */
export type RequestPace = {
  /**
   * Resolves when the next request may be made: questions in order of arrival, errands in order of theirs, and only while no
   * question waits and a quarter of the minute is left. Rejects with `chat-rate-limited` when too many wait.
   */
  wait(urgency: Urgency, signal: AbortSignal): Promise<void>;
  /** Counts a request that is made without having waited. */
  count(): void;
};

/** At most `perMinute` requests in any minute; null for as many as come. The hosted API shares one limit among all that use a key. */
export function createRequestPace(clock: Clock, perMinute: number | null, maxWaiting: number): RequestPace {
  if (perMinute === null) return { wait: async (_urgency, signal) => signal.throwIfAborted(), count: () => {} };
  const made = createSlidingWindow(perMinute, windowMs);
  const lanes = { question: createGate(1, maxWaiting), errand: createGate(1, maxWaiting) } as const;
  const most = { question: perMinute, errand: Math.max(1, Math.floor(perMinute * (1 - keptForQuestions))) } as const;
  let questionsWaiting = 0;

  const waitForRoom = async (urgency: Urgency, signal: AbortSignal) => {
    for (;;) {
      const waitMs = made.roomAtMs(most[urgency], clock.now()) - clock.now();
      if (waitMs <= 0 && (urgency === 'question' || questionsWaiting === 0)) return made.add(clock.now());
      // Whoever waits behind questions looks again every now and then: there is no hurry.
      await clock.sleep(Math.max(waitMs, urgency === 'errand' ? 1_000 : 0), signal);
    }
  };

  const waitInLane = async (urgency: Urgency, signal: AbortSignal) => {
    const leave = await lanes[urgency].enter(signal);
    if (leave === 'full') throw toBusy(maxWaiting);
    try {
      await waitForRoom(urgency, signal);
    } finally {
      leave();
    }
  };

  return {
    async wait(urgency, signal) {
      if (urgency === 'errand') return waitInLane(urgency, signal);
      questionsWaiting += 1;
      try {
        await waitInLane(urgency, signal);
      } finally {
        questionsWaiting -= 1;
      }
    },
    count: () => made.add(clock.now()),
  };
}

function toBusy(waiting: number): Failure<ChatFailureCode> {
  return new Failure('chat-rate-limited', `${waiting} requests wait for the API already.`, {
    retryable: true,
    retryAfterMs: windowMs,
    facts: { waiting },
  });
}
