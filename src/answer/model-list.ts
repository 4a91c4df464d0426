import type { Clock } from '../lib/clock.ts';
import type { ModelInfo } from './models.ts';

/** How long a list is good for: models come and go with keys and vendors, not with questions. */
const freshForMs = 60_000;

/** The models of the API, asked for at most once a minute; an older list is better than none when the API fails. */
export function createModelList(
  load: (signal: AbortSignal) => Promise<readonly ModelInfo[]>,
  clock: Clock,
): (signal: AbortSignal) => Promise<readonly ModelInfo[]> {
  let known: { readonly models: readonly ModelInfo[]; readonly atMs: number } | null = null;

  return async function listModels(signal) {
    if (known !== null && clock.now() - known.atMs < freshForMs) return known.models;
    try {
      known = { models: await load(signal), atMs: clock.now() };
    } catch (error) {
      if (known === null || signal.aborted) throw error;
    }
    return known.models;
  };
}
