/** What people saw of all answers together. Delays are without the way to the platform. */
export type WordFigures = {
  readonly meanDelayMs: number;
  readonly firstWordMs: number;
  readonly lastWordMeanMs: number;
  readonly lastWordWorstMs: number;
  /** The longest time that an answer with news stood still, as a share of its fair gap. */
  readonly longestGapShare: number;
  /** Words that never came, came twice or went away again. */
  readonly lostWords: number;
};

/** One change of what people see of an answer, by the answer's id; its words end in their number, as `w17`. */
export type WordChange = { readonly id: string; readonly text: string | null; readonly atMs: number };

/** The mean of what there is; 0 of nothing. */
export function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}

/**
 * Judges when words were seen beside when they came (`arrivals`, for each answer's id). Counts as lost what never came; what came
 * twice or went away is for the screen to say.
 */
export function judgeWords(
  arrivals: ReadonlyMap<string, readonly number[]>,
  changes: Iterable<WordChange>,
  fairMs: number,
  oneWayMs: number,
): WordFigures {
  const shown = new Map<string, { count: number; atMs: number; longestMs: number; delays: number[] }>();
  for (const { id, text, atMs } of changes) {
    const words = arrivals.get(id) ?? [];
    const known = shown.get(id) ?? { count: 0, atMs: Number.NaN, longestMs: 0, delays: [] };
    const count = Math.max(known.count, Number(/w(\d+)\D*$/.exec(text ?? '')?.[1] ?? -1) + 1);
    if (count > known.count) {
      const waitedSinceMs = Math.max(known.atMs, words[known.count] ?? 0);
      if (known.count > 0) known.longestMs = Math.max(known.longestMs, atMs - waitedSinceMs);
      for (let word = known.count; word < count; word += 1) known.delays.push(atMs - (words[word] ?? 0));
      known.atMs = atMs;
    }
    shown.set(id, { ...known, count });
  }
  const all = [...shown.values()];
  const lastWords = all.map(({ delays }) => (delays.at(-1) ?? 0) - oneWayMs);
  let lostWords = 0;
  for (const [id, words] of arrivals) lostWords += words.length - (shown.get(id)?.count ?? 0);
  return {
    meanDelayMs: meanOf(all.flatMap(({ delays }) => delays)) - oneWayMs,
    firstWordMs: meanOf(all.map(({ delays }) => delays[0] ?? 0)) - oneWayMs,
    lastWordMeanMs: meanOf(lastWords),
    lastWordWorstMs: Math.max(...lastWords),
    longestGapShare: Math.max(...all.map(({ longestMs }) => longestMs)) / fairMs,
    lostWords,
  };
}
