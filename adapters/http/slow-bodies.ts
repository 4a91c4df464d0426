import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../../src/lib/clock.ts';
import { answerSlowBody } from './answer-client-error.ts';

/**
 * How slowly a body may come: this long for nothing, then at least this many bytes a second. 32 KiB/s is a quarter of a
 * megabit: a 50 MB picture over such a line takes 27 minutes and passes, while a caller who drips bytes to hold
 * a connection is cut after the grace.
 */
export type BodyPace = { readonly graceMs: number; readonly bytesPerSecond: number };

/** 15 s of grace, then 32 KiB/s. */
export const defaultBodyPace = { graceMs: 15_000, bytesPerSecond: 32_768 } as const satisfies BodyPace;

const checkEveryMs = 1_000;

/** Answers 408 to requests whose bodies come too slowly, and cuts their connections. */
export type SlowBodies = {
  /** Keeps an eye on a request until its body is whole or its answer is out. */
  watch(incoming: IncomingMessage, outgoing: ServerResponse): void;
  /** Checks once a second until the signal aborts. */
  run(signal: AbortSignal): Promise<void>;
};

/** One loop for all requests: a timer for each would cost more than most requests do. */
export function createSlowBodies(clock: Clock, pace: BodyPace): SlowBodies {
  const watched = new Map<IncomingMessage, { sinceMs: number; bytesBefore: number }>();

  function check(): void {
    for (const [incoming, { sinceMs, bytesBefore }] of watched) {
      if (incoming.complete || incoming.destroyed) {
        watched.delete(incoming);
        continue;
      }
      const receivedBytes = incoming.socket.bytesRead - bytesBefore;
      const allowedMs = pace.graceMs + (receivedBytes / pace.bytesPerSecond) * 1_000;
      if (clock.now() - sinceMs <= allowedMs) continue;
      watched.delete(incoming);
      answerSlowBody(incoming.socket);
    }
  }

  return {
    watch(incoming, outgoing) {
      if (incoming.complete) return;
      watched.set(incoming, { sinceMs: clock.now(), bytesBefore: incoming.socket.bytesRead });
      outgoing.once('close', () => watched.delete(incoming));
    },
    async run(signal) {
      while (!signal.aborted) {
        await clock.sleep(checkEveryMs, signal).catch(() => {});
        check();
      }
    },
  };
}
