import type { Clock } from '../../../src/lib/clock.ts';
import { keepNewest } from '../../../src/lib/keep-newest.ts';
import { tupleKey } from '../../../src/lib/tuple-key.ts';
import type { MethodWindows } from '../api/method-windows.ts';
import type { LiveStreams } from './live-streams.ts';

/**
 * Starting and ending streams takes 20 calls a minute each in a workspace: room for one is room to start it now and to end it even
 * if all others end before.
 */
export type StreamRoom = {
  /** Whether there is room for an answer to the question; it is kept until that begins, for a minute at most. */
  promise(via: string, subject: string): boolean;
  /** Whether one can be started now for the question; what was kept for it is used by that. */
  use(via: string, subject: string): boolean;
};

const promisedForMs = 60_000;
const mostPromises = 1_000;

/** Nothing is promised yet. */
export function createStreamRoom(parts: {
  readonly windows: MethodWindows;
  readonly streams: LiveStreams;
  readonly clock: Clock;
}): StreamRoom {
  const { windows, streams, clock } = parts;
  const promises = new Map<string, { readonly via: string; readonly untilMs: number }>();

  const remainingOf = (via: string, method: string) => windows.room({ team: via, method, arguments: {} }).remaining;

  const isFree = (via: string): boolean => {
    const nowMs = clock.now();
    const promised = [...promises.values()].filter((each) => each.via === via && each.untilMs > nowMs).length;
    const starts = remainingOf(via, 'chat.startStream') - promised;
    return Math.min(starts, remainingOf(via, 'chat.stopStream') - promised - streams.countOpen(via)) > 0;
  };

  return {
    promise(via, subject) {
      if (!isFree(via)) return false;
      keepNewest(promises, tupleKey(via, subject), { via, untilMs: clock.now() + promisedForMs }, mostPromises);
      return true;
    },
    use(via, subject) {
      promises.delete(tupleKey(via, subject));
      return isFree(via);
    },
  };
}
