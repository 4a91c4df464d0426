import type { Clock } from '../../../src/lib/clock.ts';
import { keepNewest } from '../../../src/lib/keep-newest.ts';
import { createSlidingWindow } from '../../../src/lib/sliding-window.ts';
import type { DiscordCall } from './discord-call.ts';
import type { RestReply } from './rest-reply.ts';
import { isCosmetic, isOutsideGlobalLimit, toBucketKey } from './rest-route.ts';

/** Discord's limits on calls, as far as they are known from its replies. */
export type RestBuckets = {
  /** How long Discord would refuse this call, or it is better left out; 0 when it may be sent as soon as there is room. */
  waitMs(call: DiscordCall): number;
  /** How long the calls of the last second leave no room for this one; at most a second, and the fault of no call. */
  roomMs(call: DiscordCall): number;
  /** The call is sent now. */
  sent(call: DiscordCall): void;
  /** The reply to a call that was sent at `sentAtMs` came now. */
  observe(call: DiscordCall, reply: RestReply, sentAtMs: number): void;
};

/**
 * Calls in a second for the whole bot: a few less than the 50 that Discord takes (https://docs.discord.com/developers/topics/rate-limits),
 * since some are longer on their way there than others. Cosmetic ones get half of them.
 */
const callsPerSecond = 47;
const cosmeticPerSecond = 25;
/** The oldest is forgotten beyond that: such a call is sent, and refused by Discord rather than here. */
const mostHolds = 2_000;
/** A longer wait is tried after this time all the same: it may have been a mistake. */
const longestHoldMs = 3_600_000;
/** A refusal that names no time is taken for so long. */
const unnamedHoldMs = { route: 5_000, bot: 5_000, address: 60_000 } as const;

/** Remembers which calls are refused until when, and how many were sent. Nothing waits in here. */
export function createRestBuckets(clock: Clock): RestBuckets {
  const heldUntilMs = new Map<string, number>();
  let botUntilMs = Number.NEGATIVE_INFINITY;
  let addressUntilMs = Number.NEGATIVE_INFINITY;
  const sentTimes = createSlidingWindow(callsPerSecond, 1_000);

  const hold = (key: string, untilMs: number) => keepNewest(heldUntilMs, key, untilMs, mostHolds);

  const botFreeMs = (call: DiscordCall, nowMs: number): number => {
    if (isOutsideGlobalLimit(call)) return nowMs;
    const isLeftOut = isCosmetic(call) && sentTimes.count(nowMs) >= cosmeticPerSecond;
    return Math.max(botUntilMs, isLeftOut ? nowMs + 1_000 : nowMs);
  };

  return {
    waitMs(call) {
      const nowMs = clock.now();
      const key = toBucketKey(call);
      const bucketMs = key === null ? undefined : heldUntilMs.get(key);
      if (key !== null && bucketMs !== undefined && bucketMs <= nowMs) heldUntilMs.delete(key);
      return Math.max(addressUntilMs, bucketMs ?? nowMs, botFreeMs(call, nowMs), nowMs) - nowMs;
    },
    roomMs(call) {
      const nowMs = clock.now();
      return isOutsideGlobalLimit(call) ? 0 : Math.max(0, sentTimes.roomAtMs(callsPerSecond, nowMs) - nowMs);
    },
    sent(call) {
      if (!isOutsideGlobalLimit(call)) sentTimes.add(clock.now());
    },
    observe(call, reply, sentAtMs) {
      const nowMs = clock.now();
      // The time was named before the reply's way here, and the next call has its way there.
      const untilMs = (afterMs: number) => sentAtMs + Math.min(afterMs, longestHoldMs);
      const key = toBucketKey(call);
      if (reply.status === 429) {
        const freeMs = untilMs(reply.retryAfterMs ?? unnamedHoldMs[reply.limitScope]);
        if (reply.limitScope === 'address') addressUntilMs = Math.max(addressUntilMs, freeMs);
        else if (reply.limitScope === 'bot') botUntilMs = Math.max(botUntilMs, freeMs);
        else if (key !== null) hold(key, freeMs);
      } else if (key !== null && reply.bucket?.remaining === 0 && untilMs(reply.bucket.resetAfterMs) > nowMs) {
        hold(key, untilMs(reply.bucket.resetAfterMs));
      }
    },
  };
}
