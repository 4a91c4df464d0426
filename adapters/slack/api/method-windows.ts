import type { Clock } from '../../../src/lib/clock.ts';
import { keepNewest } from '../../../src/lib/keep-newest.ts';
import { createSlidingWindow, type SlidingWindow } from '../../../src/lib/sliding-window.ts';
import type { SlackCall } from './slack-call.ts';

/** How much room a method has in a workspace. `resetAfterMs`: when there is more than `remaining`, at the latest. */
export type MethodRoom = { readonly count: number; readonly remaining: number; readonly resetAfterMs: number };

/** Slack's limits, counted by ourselves since replies say nothing of them until they are refusals. Nothing waits in here. */
export type MethodWindows = {
  /** How long Slack would refuse this call; 0 when it may be sent now. */
  waitMs(call: SlackCall): number;
  /** The call is sent now. */
  sent(call: SlackCall): void;
  /** The call was refused as one too many. `retryAfterMs`: null where Slack named no time. */
  refused(call: SlackCall, retryAfterMs: number | null): void;
  /** The room for calls like this one. */
  room(call: SlackCall): MethodRoom;
};

type Limit = { readonly count: number; readonly windowMs: number };

/** Calls in a minute, for each method and workspace (https://docs.slack.dev/apis/web-api/rate-limits). */
const tiers = { 2: 20, 3: 50, 4: 100 } as const;

const tierOf: ReadonlyMap<string, keyof typeof tiers> = new Map<string, keyof typeof tiers>([
  ['agents.sessions.setStatus', 3],
  ['apps.connections.open', 3],
  ['assistant.threads.setStatus', 4],
  ['assistant.threads.setSuggestedPrompts', 4],
  ['assistant.threads.setTitle', 4],
  ['auth.test', 4],
  ['bots.info', 3],
  ['chat.appendStream', 4],
  ['chat.delete', 3],
  ['chat.postEphemeral', 4],
  ['chat.startStream', 2],
  ['chat.stopStream', 2],
  ['chat.update', 3],
  ['conversations.history', 3],
  ['conversations.info', 3],
  ['conversations.members', 4],
  ['conversations.open', 3],
  ['conversations.replies', 3],
  ['files.info', 4],
  ['reactions.add', 3],
  ['reactions.remove', 2],
  ['team.info', 3],
  ['users.conversations', 3],
  ['users.info', 4],
  ['views.open', 4],
  ['views.publish', 4],
  ['views.push', 4],
  ['views.update', 4],
]);

/** Of a method that is not named above: the least that Slack gives to those that are called often. */
const unknownTier = 2;
const minuteMs = 60_000;
/** New messages: one a second in a channel with short bursts, and “several hundred” a minute in a workspace. */
const postsInChannel: Limit = { count: 5, windowMs: 5_000 };
const postsInTeam: Limit = { count: 240, windowMs: minuteMs };
/** Calls that left a whole window apart may come closer together: the first was slow. */
const latenessMs = 1_000;
/** A refusal that names no time is taken for so long. */
const unnamedWaitMs = 10_000;
/** A limit that turned out to be lower is believed for so long after the last refusal that said so. */
const believedMs = 300_000;
/**
 * A refusal after a few calls says more of that moment than of the minute: taken at its word it would hold back all answers for
 * minutes. Where the limit really is below this share, each refusal’s own time is waited for.
 */
const leastShare = 0.2;
/** The window that was used the longest ago is forgotten beyond that: its calls are sent, and refused by Slack at worst. */
const mostWindows = 5_000;

type Counted = {
  readonly limit: Limit;
  readonly times: SlidingWindow;
  heldUntilMs: number;
  /** Fewer calls than documented, as a refusal showed; and until when that is believed. */
  lower: { readonly count: number; readonly untilMs: number } | null;
};

/** Nothing was sent yet. */
export function createMethodWindows(clock: Clock): MethodWindows {
  const startedMs = clock.now();
  const windows = new Map<string, Counted>();

  const windowOf = (key: string, limit: Limit): Counted => {
    const counted = windows.get(key) ?? {
      limit,
      times: createSlidingWindow(limit.count, limit.windowMs + latenessMs),
      heldUntilMs: Number.NEGATIVE_INFINITY,
      lower: null,
    };
    keepNewest(windows, key, counted, mostWindows);
    return counted;
  };

  /** The windows that a call counts for, the narrowest first: it is the one that a refusal is about. */
  const windowsOf = ({ team, method, arguments: args }: SlackCall): readonly [Counted, ...Counted[]] => {
    const key = JSON.stringify([team, method]);
    if (method !== 'chat.postMessage') {
      return [windowOf(key, { count: tiers[tierOf.get(method) ?? unknownTier], windowMs: minuteMs })];
    }
    const channelKey = JSON.stringify([team, method, args['channel']]);
    return [windowOf(channelKey, postsInChannel), windowOf(key, postsInTeam)];
  };

  const countOf = ({ limit, lower }: Counted, nowMs: number): number =>
    lower === null || lower.untilMs <= nowMs ? limit.count : lower.count;

  const freeAtMs = (counted: Counted, nowMs: number): number =>
    Math.max(nowMs, counted.heldUntilMs, counted.times.roomAtMs(countOf(counted, nowMs), nowMs));

  return {
    waitMs(call) {
      const nowMs = clock.now();
      return Math.max(...windowsOf(call).map((counted) => freeAtMs(counted, nowMs))) - nowMs;
    },
    sent(call) {
      for (const counted of windowsOf(call)) counted.times.add(clock.now());
    },
    refused(call, retryAfterMs) {
      const nowMs = clock.now();
      const [counted] = windowsOf(call);
      counted.heldUntilMs = Math.max(counted.heldUntilMs, nowMs + (retryAfterMs ?? unnamedWaitMs));
      // What a start before this one sent is not counted, and bursts of posts say nothing of the minute.
      const isWholeWindow = counted.limit.windowMs === minuteMs && nowMs - startedMs >= minuteMs;
      if (!isWholeWindow) return;
      // The refused call is among them.
      const taken = counted.times.count(nowMs) - 1;
      const least = Math.ceil(counted.limit.count * leastShare);
      counted.lower = { count: Math.max(least, Math.min(taken, countOf(counted, nowMs))), untilMs: nowMs + believedMs };
    },
    room(call) {
      const nowMs = clock.now();
      const rooms = windowsOf(call).map((counted): MethodRoom => {
        const count = countOf(counted, nowMs);
        const isHeld = counted.heldUntilMs > nowMs;
        const remaining = isHeld ? 0 : Math.max(0, count - counted.times.count(nowMs));
        const resetMs = isHeld ? freeAtMs(counted, nowMs) : counted.times.oldestLeavesMs(nowMs);
        return { count, remaining, resetAfterMs: Math.max(0, resetMs - nowMs) };
      });
      return rooms.reduce((least, room) => (room.remaining < least.remaining ? room : least));
    },
  };
}
