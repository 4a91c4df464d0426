const firstPauseMs = 500;
const longestPauseMs = 30_000;

/** How long to wait after so many failures in a row: half a second, then twice as long each time, at most half a minute. */
export function growingPauseMs(failures: number): number {
  return Math.min(firstPauseMs * 2 ** Math.min(failures - 1, 10), longestPauseMs);
}

/** Whether this failure is worth a line in the log: the first, and then fewer and fewer. */
export function isWorthALine(failures: number): boolean {
  return Number.isInteger(Math.log2(failures));
}
