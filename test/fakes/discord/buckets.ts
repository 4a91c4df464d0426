import { createHash } from 'node:crypto';

/** So many calls in a window that opens with the first of them. */
export type Limit = { readonly count: number; readonly windowMs: number };

/** The limits of this Discord. */
export type Limits = {
  /** Edits of messages, for each channel. */
  edits: Limit;
  /** New messages, for each channel. */
  creates: Limit;
  /** Everything sent with the token of one interaction. */
  interactionToken: Limit;
  /** New threads, for each channel. */
  threads: Limit;
  /** Any other route. */
  others: Limit;
  /** All calls of the bot together; interaction endpoints do not count. */
  global: Limit;
  /** Edits of messages that are older than an hour, for each channel. */
  oldEdits: Limit;
  /** Messages sent with tokens of interactions, for each channel; no header tells of it. */
  hiddenAnswers: Limit;
};

/** What Discord was seen to do. */
export const defaultLimits = {
  edits: { count: 5, windowMs: 5_000 },
  creates: { count: 5, windowMs: 5_000 },
  interactionToken: { count: 5, windowMs: 2_000 },
  threads: { count: 50, windowMs: 300_000 },
  others: { count: 100, windowMs: 1_000 },
  global: { count: 50, windowMs: 1_000 },
  oldEdits: { count: 3, windowMs: 6_000 },
  hiddenAnswers: { count: 30, windowMs: 60_000 },
} as const satisfies Limits;

/** A call's standing in its window. `resetAtMs` is when the window closes. */
export type Standing = { readonly allowed: boolean; readonly remaining: number; readonly resetAtMs: number };

/** Counts calls in windows that open with the first call. */
export type Buckets = { take(key: string, limit: Limit): Standing };

/** Empty windows on the given clock. */
export function createBuckets(now: () => number): Buckets {
  const windows = new Map<string, { used: number; endsAtMs: number }>();
  return {
    take(key, limit) {
      const nowMs = now();
      const open = windows.get(key);
      if (open === undefined || nowMs >= open.endsAtMs) {
        const resetAtMs = nowMs + limit.windowMs;
        windows.set(key, { used: 1, endsAtMs: resetAtMs });
        return { allowed: limit.count > 0, remaining: Math.max(0, limit.count - 1), resetAtMs };
      }
      if (open.used >= limit.count) return { allowed: false, remaining: 0, resetAtMs: open.endsAtMs };
      open.used += 1;
      return { allowed: true, remaining: limit.count - open.used, resetAtMs: open.endsAtMs };
    },
  };
}

/** The name Discord gives to a bucket: the same for the same kind of call, whatever the channel. */
function bucketName(kind: string): string {
  return createHash('md5').update(kind).digest('hex');
}

/** The headers that tell where a call stands. */
export function bucketHeaders(kind: string, limit: Limit, standing: Standing, nowMs: number): Record<string, string> {
  return {
    'x-ratelimit-bucket': bucketName(kind),
    'x-ratelimit-limit': String(limit.count),
    'x-ratelimit-remaining': String(standing.remaining),
    'x-ratelimit-reset': (standing.resetAtMs / 1000).toFixed(3),
    'x-ratelimit-reset-after': ((standing.resetAtMs - nowMs) / 1000).toFixed(3),
  };
}
