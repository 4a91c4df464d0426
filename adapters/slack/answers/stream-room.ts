import type { Clock } from '../../../src/lib/clock.ts';
import { keepNewest } from '../../../src/lib/keep-newest.ts';
import { createSlidingWindow, type SlidingWindow } from '../../../src/lib/sliding-window.ts';
import type { MethodWindows } from '../api/method-windows.ts';
import type { LiveStreams } from './live-streams.ts';

/** Starting and ending streams takes 20 calls a minute each in a workspace: whether that is enough for one more. */
export type StreamRoom = {
  /** Whether one more can be started now, and ended although all others end first. */
  hasRoom(via: string): boolean;
  /** The same for one that is to be started soon; takes its room at once. */
  takeRoom(via: string): boolean;
};

const minuteMs = 60_000;
const mostWorkspaces = 5_000;

/** Nothing is promised yet. */
export function createStreamRoom(parts: {
  readonly windows: MethodWindows;
  readonly streams: LiveStreams;
  readonly clock: Clock;
}): StreamRoom {
  const { windows, streams, clock } = parts;
  const promised = new Map<string, SlidingWindow>();

  const remainingOf = (via: string, method: string) => windows.room({ team: via, method, arguments: {} }).remaining;

  /** `taken`: how many will have to be ended. */
  const isFree = (via: string, taken: number): boolean =>
    remainingOf(via, 'chat.startStream') > 0 && remainingOf(via, 'chat.stopStream') > taken;

  return {
    hasRoom: (via) => isFree(via, streams.countOpen(via)),
    takeRoom(via) {
      const { count } = windows.room({ team: via, method: 'chat.startStream', arguments: {} });
      const window = promised.get(via) ?? createSlidingWindow(count, minuteMs);
      keepNewest(promised, via, window, mostWorkspaces);
      const taken = window.count(clock.now());
      if (taken >= count || !isFree(via, Math.max(taken, streams.countOpen(via)))) return false;
      window.add(clock.now());
      return true;
    },
  };
}
