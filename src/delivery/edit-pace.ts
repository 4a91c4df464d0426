import type { EditWindow } from './edit-window.ts';
import type { OutboxLimits } from './outbox.ts';

/** Windows from this length on are longer than most answers: only for them is it worth guessing how long one will be. */
const longWindowMs = 30_000;
/**
 * A lone answer in a long window that is still this full is shown in gaps of this share of an even one, as if it ended soon: most
 * do. What is left then lasts the rest of the window, should it be a long one or not the last. Gaps that are shorter than the
 * shortest would show words hardly sooner and take more from the rest.
 */
const quickStart = { freeShare: 0.64, gapShare: 50 / 112, shortestMs: 380 } as const;

/**
 * The gap behind the last edit of a short window, as a share of the others. Last words that come in it have to wait for the next
 * window, so it is kept shorter: that costs the other words 2 % and spares last words 30 % of their wait.
 */
const lastGapShare = 0.8;

/** How many edits of a window are kept for last words. A small window has none to spare: it is emptied again soon. */
export function keptForLastWords({ count, windowMs }: OutboxLimits['edits']): number {
  return windowMs < longWindowMs || count < 20 ? 0 : Math.max(1, Math.round(count / 50));
}

/**
 * The gap to leave behind the edit that was sent last. Equal gaps of this length never meet an empty window: neither before the
 * edits that were sent come free again, nor after, as long as an answer may last.
 */
export function paceGapMs(
  window: EditWindow,
  limit: OutboxLimits['edits'],
  liveAnswers: number,
  lastSentMs: number,
  nowMs: number,
): number {
  const usable = limit.count - keptForLastWords(limit);
  const free = window.freeAt(nowMs) - keptForLastWords(limit);
  const isLong = limit.windowMs >= longWindowMs;
  if (isLong && liveAnswers === 1 && free > usable * quickStart.freeShare) return quickGapMs(limit);
  let gapMs = 0;
  let available = free;
  for (const [atMs, count] of window.refills(nowMs)) {
    const inMs = atMs - lastSentMs;
    if (available >= 0) gapMs = Math.max(gapMs, Math.min(inMs, inMs / (available + (isLong ? 1 : lastGapShare))));
    available += count;
  }
  return isLong ? Math.max(gapMs, limit.windowMs / usable) : gapMs;
}

function quickGapMs({ count, windowMs }: OutboxLimits['edits']): number {
  const evenMs = windowMs / count;
  return Math.max(evenMs * quickStart.gapShare, Math.min(evenMs, quickStart.shortestMs));
}
