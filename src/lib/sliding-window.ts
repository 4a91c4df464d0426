/** When something happened within the last stretch of time, for the latest `most` times. */
export type SlidingWindow = {
  add(nowMs: number): void;
  count(nowMs: number): number;
  /** When there are fewer than `limit` of them: now, if there are already. */
  roomAtMs(limit: number, nowMs: number): number;
  /** When the oldest leaves; now, when there is none. */
  oldestLeavesMs(nowMs: number): number;
};

/** Keeps no more than `most` times of the last `windowMs`. */
export function createSlidingWindow(most: number, windowMs: number): SlidingWindow {
  const times: number[] = [];
  const forget = (nowMs: number) => {
    const kept = times.findIndex((atMs) => atMs + windowMs > nowMs);
    times.splice(0, kept === -1 ? times.length : kept);
  };
  return {
    add(nowMs) {
      forget(nowMs);
      times.push(nowMs);
      if (times.length > most) times.shift();
    },
    count(nowMs) {
      forget(nowMs);
      return times.length;
    },
    roomAtMs(limit, nowMs) {
      forget(nowMs);
      const leaving = times[times.length - limit];
      return leaving === undefined ? nowMs : leaving + windowMs;
    },
    oldestLeavesMs(nowMs) {
      forget(nowMs);
      const [oldest] = times;
      return oldest === undefined ? nowMs : oldest + windowMs;
    },
  };
}
