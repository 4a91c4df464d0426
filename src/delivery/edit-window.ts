import type { OutboxLimits } from './outbox.ts';

type Limit = OutboxLimits['edits'];

/** What a platform said about its window in the reply to an edit. */
export type WindowReport = { readonly remaining: number; readonly resetAfterMs: number };

/** What is left of a platform's limit, as well as it can be known from here. Times are the clock's. */
export type EditWindow = {
  /** How many edits may be sent now. */
  freeAt(nowMs: number): number;
  /** When edits that were sent come free again, after now, earliest first: `[time, how many]`. */
  refills(nowMs: number): readonly (readonly [number, number])[];
  /** An edit is sent now. */
  take(nowMs: number): void;
  /** The reply to the edit that was sent at `sentAtMs` took so long. */
  settle(sentAtMs: number, roundTripMs: number): void;
  /** The platform's own word on it. */
  correct(nowMs: number, report: WindowReport): void;
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
  let fastestMs = Number.POSITIVE_INFINITY;
  return {
    freeAt: (nowMs) => (nowMs >= endsAtMs ? count : Math.max(0, count - used)),
    refills: (nowMs) => (nowMs >= endsAtMs ? [] : [[endsAtMs, used]]),
    take(nowMs) {
      if (nowMs >= endsAtMs) {
        openedAtMs = nowMs;
        endsAtMs = nowMs + windowMs + margin;
        used = 0;
      }
      used += 1;
    },
    settle(sentAtMs, roundTripMs) {
      fastestMs = Math.min(fastestMs, roundTripMs);
      // The platform's window opened when the edit arrived: later than usual when the way there was slower than usual.
      if (sentAtMs === openedAtMs) endsAtMs = sentAtMs + windowMs + margin + (roundTripMs - fastestMs) / 2;
    },
    correct(nowMs, report) {
      openedAtMs = Number.NEGATIVE_INFINITY;
      endsAtMs = nowMs + report.resetAfterMs + margin;
      used = Math.max(0, count - report.remaining);
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
  return {
    freeAt,
    refills(nowMs) {
      forget(nowMs);
      return sentAtMs.map((atMs) => [atMs + keptMs, 1] as const);
    },
    take: (nowMs) => {
      sentAtMs.push(nowMs);
    },
    settle: () => {},
    correct(nowMs, report) {
      // What others have spent of the window is counted as spent here, until the platform says it comes free.
      const missing = freeAt(nowMs) - report.remaining;
      const spentAtMs = nowMs + report.resetAfterMs - windowMs;
      for (let index = 0; index < missing; index += 1) sentAtMs.push(spentAtMs);
      sentAtMs.sort((left, right) => left - right);
    },
    isForgotten(nowMs) {
      forget(nowMs);
      return sentAtMs.length === 0;
    },
  };
}
