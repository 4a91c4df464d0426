import type { EditReport, OutboxLimits } from './outbox.ts';

type Limit = OutboxLimits['edits'];

/** What is left of a platform's limit, as well as it can be known from here. Times are the clock's. */
export type EditWindow = {
  /** How many edits may be sent now. */
  freeAt(nowMs: number): number;
  /** When edits that were sent come free again, after now, earliest first: `[time, how many]`. */
  refills(nowMs: number): readonly (readonly [number, number])[];
  /** An edit is sent now. */
  take(nowMs: number): void;
  /** The reply to the edit that was sent at `sentAtMs` came now, with the platform's own word on its limit where it has one. */
  settle(sentAtMs: number, nowMs: number, report: EditReport | null): void;
  /** The platform refused an edit: nothing is free for so long. */
  close(nowMs: number, resetAfterMs: number): void;
  /** Nothing is remembered that matters any more. */
  isForgotten(nowMs: number): boolean;
};

/**
 * A window no longer than this is taken for a bucket that opens with the first edit and is emptied at its end, so that it can be
 * spent to the last edit; a longer one is taken to slide, which is the stricter reading of a limit such as 50 in a minute.
 */
const longestBucketMs = 10_000;
/** Kept apart from the platform's own border: clocks and ways there differ. */
const marginMs = (windowMs: number) => Math.min(150, windowMs / 100);

/** The window for a limit. */
export function createEditWindow(limit: Limit): EditWindow {
  return limit.windowMs <= longestBucketMs ? createBucket(limit) : createSlidingWindow(limit);
}

function createBucket({ count, windowMs }: Limit): EditWindow {
  const margin = marginMs(windowMs);
  let openedAtMs = Number.NEGATIVE_INFINITY;
  let endsAtMs = Number.NEGATIVE_INFINITY;
  let used = 0;
  let capacity = count;
  let fastestMs = Number.POSITIVE_INFINITY;
  /** Around the border nobody knows which of the two windows an edit would be counted in: there none is free. */
  const freeAt = (nowMs: number): number => {
    if (nowMs >= endsAtMs) return capacity;
    return nowMs >= endsAtMs - margin ? 0 : Math.max(0, capacity - used);
  };
  return {
    freeAt,
    refills: (nowMs) => (nowMs >= endsAtMs ? [] : [[endsAtMs, capacity - freeAt(nowMs)]]),
    take(nowMs) {
      if (nowMs >= endsAtMs) {
        openedAtMs = nowMs;
        endsAtMs = nowMs + windowMs + margin;
        used = 0;
      }
      used += 1;
    },
    settle(sentAtMs, nowMs, report) {
      const roundTripMs = nowMs - sentAtMs;
      fastestMs = Math.min(fastestMs, roundTripMs);
      // A reply that comes after the next window has opened speaks of one that is over.
      if (sentAtMs < openedAtMs) return;
      if (report === null) {
        // The platform's window opened when the edit arrived: later than usual when the way there was slower than usual.
        if (sentAtMs === openedAtMs) endsAtMs = sentAtMs + windowMs + margin + (roundTripMs - fastestMs) / 2;
        return;
      }
      capacity = Math.max(1, report.count);
      // Edits that are still on their way are not in the report; those of others are in it alone.
      used = Math.max(used, capacity - report.remaining);
      // The time was named before the reply's way here, and the next edit has its way there.
      endsAtMs = nowMs + report.resetAfterMs - fastestMs + margin;
    },
    close(nowMs, resetAfterMs) {
      openedAtMs = Number.NEGATIVE_INFINITY;
      endsAtMs = nowMs + resetAfterMs + margin;
      used = capacity;
    },
    isForgotten: (nowMs) => nowMs >= endsAtMs,
  };
}

function createSlidingWindow({ count, windowMs }: Limit): EditWindow {
  const keptMs = windowMs + marginMs(windowMs);
  let sentAtMs: number[] = [];
  const forget = (nowMs: number) => {
    if ((sentAtMs[0] ?? nowMs) + keptMs > nowMs) return;
    sentAtMs = sentAtMs.filter((atMs) => atMs + keptMs > nowMs);
  };
  const freeAt = (nowMs: number) => {
    forget(nowMs);
    return Math.max(0, count - sentAtMs.length);
  };
  /** What others have spent of the window is counted as spent here, until the platform says it comes free. */
  const spend = (nowMs: number, missing: number, resetAfterMs: number) => {
    const spentAtMs = nowMs + resetAfterMs - windowMs;
    for (let index = 0; index < missing; index += 1) sentAtMs.push(spentAtMs);
    sentAtMs.sort((left, right) => left - right);
  };
  return {
    freeAt,
    refills(nowMs) {
      forget(nowMs);
      return sentAtMs.map((atMs) => [atMs + keptMs, 1] as const);
    },
    take: (nowMs) => {
      sentAtMs.push(nowMs);
    },
    settle(_sentAtMs, nowMs, report) {
      if (report !== null) spend(nowMs, freeAt(nowMs) - report.remaining, report.resetAfterMs);
    },
    close: (nowMs, resetAfterMs) => spend(nowMs, freeAt(nowMs), resetAfterMs),
    isForgotten(nowMs) {
      forget(nowMs);
      return sentAtMs.length === 0;
    },
  };
}
