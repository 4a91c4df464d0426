/** One measured figure beside its goal, both in words with their units; `ok` is null where there is nothing to compare with. */
export type Figure = { name: string; value: string; goal: string; ok: boolean | null };

/** A time in words. */
export const seconds = (durationMs: number) => `${(durationMs / 1_000).toFixed(2)} s`;
/** A time in words. */
export const milliseconds = (durationMs: number) => `${Math.round(durationMs)} ms`;

/** A figure that has to stay at or below its goal. */
export function atMost(
  name: string,
  value: number,
  goal: number,
  write: (value: number) => string = (plain) => plain.toFixed(2),
): Figure {
  return { name, value: write(value), goal: `≤ ${write(goal)}`, ok: value <= goal };
}

/** What an answer may cost beside its time: refusals, and words that people miss. */
export function integrity(name: string, figures: { refusedShare: number; lostWords: number }): Figure[] {
  return [
    atMost(`${name}: refused calls`, figures.refusedShare * 100, 0.5, (share) => `${share.toFixed(2)} %`),
    atMost(`${name}: lost, doubled or vanished words`, figures.lostWords, 0, (count) => `${count}`),
  ];
}
