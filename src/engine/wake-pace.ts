import type { Clock } from '../lib/clock.ts';

/** Tells the readers of one answer that there is something new. */
export type ReaderNotice = {
  /** At once while few answers are live; else at the end of the gap since the last time, whatever comes in between. */
  soon(): void;
  /** Without waiting for the gap: a first word, and an end. */
  now(): void;
};

/** How often the readers of all live answers are told of new words. */
export type WakePace = {
  /** One for each answer; `wake` is what tells its readers, and must not throw. */
  createNotice(wake: () => void): ReaderNotice;
  /** Tells whoever still waits, and resolves when the timer is gone. Everything after it is told at once. */
  close(): Promise<void>;
};

/** So many answers side by side are written word by word. */
const unpacedAnswers = 40;
const gapPerAnswerMs = 0.25;
/** The longest gap: four times a second a page still grows smoothly, and platforms take far fewer edits. */
const longestGapMs = 250;
/** What falls due within this time is told together … */
const togetherMs = 5;
/** … but no more than this in one turn of the event loop, so that nothing else has to wait for long. */
const mostTogether = 40;

/** The pause between two tellings of one answer while so many are live, in milliseconds; 0 for none. */
export function wakeGapMs(liveAnswers: number): number {
  return liveAnswers <= unpacedAnswers ? 0 : Math.min(longestGapMs, liveAnswers * gapPerAnswerMs);
}

/**
 * One pace for all answers: a write, a read and a parse cost the same for one word as for five, so that with many answers
 * the words of each go together. One timer serves them all.
 */
export function createWakePace(clock: Clock, liveAnswers: () => number): WakePace {
  type Waiting = { readonly dueMs: number; readonly tell: () => void };
  /** In the order in which they fall due, or nearly so while the gap changes. */
  const queue = new Map<ReaderNotice, Waiting>();
  const closing = new AbortController();
  let telling: Promise<void> | null = null;

  const tellDue = () => {
    const untilMs = closing.signal.aborted ? Number.POSITIVE_INFINITY : clock.now() + togetherMs;
    let left = mostTogether;
    for (const { dueMs, tell } of queue.values()) {
      if (dueMs > untilMs || left === 0) return;
      left -= 1;
      tell();
    }
  };

  const tellAll = async (): Promise<void> => {
    for (let [next] = queue.values(); next !== undefined; [next] = queue.values()) {
      await clock.sleep(Math.max(1, next.dueMs - clock.now()), closing.signal).catch(() => {});
      tellDue();
    }
    telling = null;
  };

  return {
    createNotice(wake) {
      let lastMs = Number.NEGATIVE_INFINITY;
      const notice: ReaderNotice = {
        soon() {
          if (queue.has(notice)) return;
          const gapMs = closing.signal.aborted ? 0 : wakeGapMs(liveAnswers());
          if (gapMs === 0 || lastMs + gapMs <= clock.now()) {
            notice.now();
            return;
          }
          queue.set(notice, { dueMs: lastMs + gapMs, tell: notice.now });
          telling ??= tellAll();
        },
        now() {
          queue.delete(notice);
          lastMs = clock.now();
          wake();
        },
      };
      return notice;
    },
    async close() {
      closing.abort(new Error('no more answers are written'));
      await telling;
    },
  };
}
