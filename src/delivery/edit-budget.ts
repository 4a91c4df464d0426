import type { Clock } from '../lib/clock.ts';
import { keptForLastWords, paceGapMs } from './edit-pace.ts';
import { createEditWindow } from './edit-window.ts';
import type { EditReport, OutboxLimits } from './outbox.ts';

/** What an edit is for: more of an answer, or its last word. */
export type EditPurpose = 'streaming' | 'final';

/** How an edit went. `report`: what the platform said of its limit. `refused`: the platform says it gets too many, and for how long to wait where it says so. */
export type EditResult =
  | { readonly type: 'sent'; readonly report: EditReport | null }
  | { readonly type: 'failed' }
  | { readonly type: 'refused'; readonly retryAfterMs: number | undefined };

/** Leave to send one edit now. Has to be settled, however the edit goes. */
export type EditPermit = { settle(result: EditResult): void };

/** One live answer's share of a budget. */
export type EditLane = {
  /** Waits for this answer's turn. Take the text only when it resolves. Rejects with the signal's reason. */
  take(purpose: EditPurpose, signal: AbortSignal): Promise<EditPermit>;
  /** The answer is over: its share goes to the others. */
  leave(): void;
};

/** The edits of one scope, shared by all answers in it. */
export type EditBudget = {
  join(): EditLane;
  /** Nobody is in it and nothing of it matters any more. */
  isForgotten(): boolean;
};

/** `lastMs`: of its last edit, or when it first asked for one; null before. `fairGapMs`: its fair gap at that time. */
type Lane = { lastMs: number | null; fairGapMs: number };
type Waiter = { readonly lane: Lane; readonly purpose: EditPurpose; poke: () => void };

/** After a refusal the gaps are this much wider, and wider again with each further one, for a while. */
const widening = { factor: 1.5, most: 4, lastsMs: 60_000 } as const;
/** Many last words at once must not starve the others: one that has stood still for so many fair gaps goes in between. */
const overdueAfter = 1.45;
/** A refusal that names no time is taken for this long. */
const unnamedWaitMs = 5_000;
/** Added to the time a refusal names, since it was named somewhat earlier than it is heard. */
const marginMs = 50;

/**
 * A budget for one scope. Edits are sent in equal gaps that use the platform's window up and no more; each goes to the answer
 * that has waited longest since its last. Last words go before all others and take whatever is free.
 */
export function createEditBudget(limit: OutboxLimits['edits'], clock: Clock): EditBudget {
  const window = createEditWindow(limit);
  /** The answers that have asked for an edit so far; those that are still silent need none. */
  const lanes = new Set<Lane>();
  let joined = 0;
  const waiters: Waiter[] = [];
  let lastSentMs = Number.NEGATIVE_INFINITY;
  let blockedUntilMs = Number.NEGATIVE_INFINITY;
  let wideUntilMs = Number.NEGATIVE_INFINITY;
  let wideFactor = 1;
  let lastWasFinal = false;

  const fairGapMs = () => (lanes.size * limit.windowMs) / limit.count;

  const isOverdue = ({ lane }: Waiter) =>
    lane.lastMs !== null && clock.now() - lane.lastMs > overdueAfter * Math.max(lane.fairGapMs, fairGapMs());

  const head = (): Waiter | undefined => {
    const final = waiters.find((waiter) => waiter.purpose === 'final');
    const oldest = waiters.reduce<Waiter | undefined>(
      (older, waiter) =>
        waiter.purpose === 'streaming' && (older === undefined || lastOf(waiter) < lastOf(older)) ? waiter : older,
      undefined,
    );
    return final === undefined || (lastWasFinal && oldest !== undefined && isOverdue(oldest)) ? oldest : final;
  };
  const pokeHead = () => head()?.poke();

  /** When so many edits are free at once. */
  const freeMs = (needed: number, nowMs: number): number => {
    let free = window.freeAt(nowMs);
    if (free >= needed) return nowMs;
    for (const [atMs, count] of window.refills(nowMs)) {
      free += count;
      if (free >= needed) return atMs;
    }
    return nowMs + limit.windowMs;
  };

  const grantMs = (waiter: Waiter): number => {
    const nowMs = clock.now();
    if (waiter.purpose === 'final' || isOverdue(waiter)) return Math.max(blockedUntilMs, freeMs(1, nowMs));
    const gapMs = paceGapMs(window, limit, lanes.size, lastSentMs, nowMs);
    const wideGapMs = nowMs < wideUntilMs ? wideFactor * Math.max(gapMs, limit.windowMs / limit.count) : gapMs;
    const pacedMs = lastSentMs + wideGapMs;
    return Math.max(blockedUntilMs, freeMs(1 + keptForLastWords(limit), nowMs), pacedMs);
  };

  const refuse = (retryAfterMs: number | undefined) => {
    const nowMs = clock.now();
    const waitMs = retryAfterMs ?? unnamedWaitMs;
    blockedUntilMs = Math.max(blockedUntilMs, nowMs + waitMs + marginMs);
    window.close(nowMs, waitMs);
    wideFactor = Math.min(widening.most, (nowMs < wideUntilMs ? wideFactor : 1) * widening.factor);
    wideUntilMs = nowMs + widening.lastsMs;
  };

  const permit = ({ lane, purpose }: Waiter): EditPermit => {
    lastWasFinal = purpose === 'final';
    const sentMs = clock.now();
    window.take(sentMs);
    lastSentMs = sentMs;
    lane.lastMs = sentMs;
    lane.fairGapMs = fairGapMs();
    return {
      settle(result) {
        if (result.type === 'sent') window.settle(sentMs, clock.now(), result.report);
        if (result.type === 'refused') refuse(result.retryAfterMs);
        pokeHead();
      },
    };
  };

  const waitForTurn = async (waiter: Waiter, signal: AbortSignal): Promise<void> => {
    for (;;) {
      signal.throwIfAborted();
      const first = head();
      const waitMs = first === waiter ? grantMs(waiter) - clock.now() : null;
      if (waitMs !== null && waitMs <= 0) return;
      // Time alone can make another one the first: it may be asleep without a time to wake at.
      if (first !== waiter) first?.poke();
      await pause(waiter, waitMs, clock, signal);
    }
  };

  return {
    join() {
      const lane: Lane = { lastMs: null, fairGapMs: 0 };
      joined += 1;
      return {
        async take(purpose, signal) {
          if (lane.lastMs === null) {
            lanes.add(lane);
            lane.lastMs = clock.now();
            lane.fairGapMs = fairGapMs();
          }
          const waiter: Waiter = { lane, purpose, poke: () => {} };
          waiters.push(waiter);
          try {
            await waitForTurn(waiter, signal);
            return permit(waiter);
          } finally {
            waiters.splice(waiters.indexOf(waiter), 1);
            pokeHead();
          }
        },
        leave() {
          joined -= 1;
          lanes.delete(lane);
          pokeHead();
        },
      };
    },
    isForgotten: () =>
      joined === 0 && window.isForgotten(clock.now()) && clock.now() >= Math.max(blockedUntilMs, wideUntilMs),
  };
}

const lastOf = (waiter: Waiter): number => waiter.lane.lastMs ?? Number.POSITIVE_INFINITY;

/** The same for every poke: an error of its own for each would cost more than the wait. */
const isPoked = new Error('it may be this one’s turn');

/** Waits for a time, or for ever when it is null; a poke ends the wait, the signal rejects it. */
async function pause(waiter: Waiter, delayMs: number | null, clock: Clock, signal: AbortSignal): Promise<void> {
  const poked = new AbortController();
  const stop = () => poked.abort(isPoked);
  waiter.poke = stop;
  signal.addEventListener('abort', stop, { once: true });
  try {
    if (delayMs === null) {
      await new Promise<void>((resolve) => poked.signal.addEventListener('abort', () => resolve(), { once: true }));
    } else {
      await clock.sleep(delayMs, poked.signal).catch((error: unknown) => {
        if (!poked.signal.aborted) throw error;
      });
    }
  } finally {
    waiter.poke = () => {};
    signal.removeEventListener('abort', stop);
  }
}
