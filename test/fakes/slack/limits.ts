/** So many calls in any stretch of time of this length. */
export type Limit = { readonly count: number; readonly windowMs: number };

/** How often methods may be called: for each method, workspace and app, in sliding minutes. */
export type Limits = {
  /** By method; methods that are not named have the one of their tier. */
  methods: { readonly [method: string]: Limit };
  tiers: { readonly [Tier in 1 | 2 | 3 | 4]: Limit };
  /** New messages in one channel: one a second, with bursts. */
  postsPerChannel: { readonly burst: number; readonly everyMs: number };
  /** New messages in a workspace. */
  postsPerTeam: Limit;
  /** How many messages one call of history or replies gives at most. */
  historyObjects: number;
  /** Deliveries of events, for each workspace in an hour. */
  eventsPerHour: number;
};

/** What Slack documents; the size of bursts is a guess, as Slack does not publish it. */
export const defaultLimits = {
  methods: { 'assistant.threads.setStatus': { count: 600, windowMs: 60_000 } },
  tiers: {
    1: { count: 1, windowMs: 60_000 },
    2: { count: 20, windowMs: 60_000 },
    3: { count: 50, windowMs: 60_000 },
    4: { count: 100, windowMs: 60_000 },
  },
  postsPerChannel: { burst: 5, everyMs: 1_000 },
  postsPerTeam: { count: 300, windowMs: 60_000 },
  historyObjects: 1_000,
  eventsPerHour: 30_000,
} as const satisfies Limits;

/** What a commercial app outside the Marketplace gets for reading channels since May 2025. */
export const commercialReading = {
  methods: {
    'conversations.history': { count: 1, windowMs: 60_000 },
    'conversations.replies': { count: 1, windowMs: 60_000 },
  },
  historyObjects: 15,
} as const satisfies Partial<Limits>;

/** Counts calls. Each `take` gives 0, or how long to stay away, in milliseconds. */
export type Throttle = {
  takeWindow(key: string, limit: Limit): number;
  takeBurst(key: string, limit: { readonly burst: number; readonly everyMs: number }): number;
  /** How long this key is blocked from now on; whoever comes earlier is refused although there may be room. */
  block(key: string, forMs: number): void;
  blockedMs(key: string): number;
};

/** Nothing counted yet, on the given clock. */
export function createThrottle(now: () => number): Throttle {
  const calls = new Map<string, number[]>();
  const nextAtMs = new Map<string, number>();
  const blockedUntilMs = new Map<string, number>();
  return {
    takeWindow(key, limit) {
      const nowMs = now();
      const recent = (calls.get(key) ?? []).filter((atMs) => nowMs - atMs < limit.windowMs);
      const allowed = recent.length < limit.count;
      if (allowed) recent.push(nowMs);
      calls.set(key, recent);
      if (allowed) return 0;
      return Math.max(1, (recent[recent.length - limit.count] ?? nowMs) + limit.windowMs - nowMs);
    },
    takeBurst(key, limit) {
      const nowMs = now();
      const atMs = Math.max(nowMs, nextAtMs.get(key) ?? 0);
      const waitMs = atMs + limit.everyMs - nowMs - limit.burst * limit.everyMs;
      if (waitMs > 0) return waitMs;
      nextAtMs.set(key, atMs + limit.everyMs);
      return 0;
    },
    block(key, forMs) {
      blockedUntilMs.set(key, Math.max(blockedUntilMs.get(key) ?? 0, now() + forMs));
    },
    blockedMs: (key) => Math.max(0, (blockedUntilMs.get(key) ?? 0) - now()),
  };
}
