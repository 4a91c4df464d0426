import type { Clock } from '../../../src/lib/clock.ts';
import { keepNewest } from '../../../src/lib/keep-newest.ts';
import { createSlidingWindow } from '../../../src/lib/sliding-window.ts';
import type { DiscordCall } from './discord-call.ts';
import type { RestReply } from './rest-reply.ts';
import { channelOf, isOutsideGlobalLimit } from './rest-route.ts';

/** Calls that Discord answered with 401, 403 or 429: 10,000 of them within ten minutes shut out everybody at this address. */
export type InvalidCalls = {
  observe(call: DiscordCall, reply: RestReply): void;
  /** Discord has refused the token again and again: nothing must be sent with it any more. */
  isTokenRefused(): boolean;
  /** So many calls were refused that those which only look nice are better left out. Until when, null when it is not so. */
  tooManyUntilMs(): number | null;
  /** The bot was refused in this call's channel a moment ago. */
  isForbidden(call: DiscordCall): boolean;
};

/** A token that is refused so many times in a row is wrong. */
const refusalsOfToken = 3;
const windowMs = 600_000;
const manyCalls = 1_000;
const forbiddenMs = 60_000;
const mostChannels = 1_000;

/** Counts them. Limits that others used up do not count. */
export function createInvalidCalls(clock: Clock): InvalidCalls {
  let refusals = 0;
  const invalidTimes = createSlidingWindow(manyCalls, windowMs);
  const forbiddenUntilMs = new Map<string, number>();

  const forbid = (channel: string) => keepNewest(forbiddenUntilMs, channel, clock.now() + forbiddenMs, mostChannels);

  return {
    observe(call, { status, isShared }) {
      const nowMs = clock.now();
      // A call that stands on another token says nothing about the bot's.
      const isBots = call.auth !== false && !isOutsideGlobalLimit(call);
      if (isBots && refusals < refusalsOfToken) refusals = status === 401 ? refusals + 1 : 0;
      if (status === 401 || status === 403 || (status === 429 && !isShared)) invalidTimes.add(nowMs);
      const channel = channelOf(call);
      if (status === 403 && channel !== null) forbid(channel);
    },
    isTokenRefused: () => refusals >= refusalsOfToken,
    tooManyUntilMs() {
      const roomAtMs = invalidTimes.roomAtMs(manyCalls, clock.now());
      return roomAtMs > clock.now() ? roomAtMs : null;
    },
    isForbidden(call) {
      const untilMs = forbiddenUntilMs.get(channelOf(call) ?? '');
      return untilMs !== undefined && untilMs > clock.now();
    },
  };
}
