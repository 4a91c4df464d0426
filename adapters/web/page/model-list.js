/** @import { Model } from './shapes.js' */
import { getModels } from './api.js';

const freshForMs = 60_000;

/**
 * The models, asked for once a minute at the most.
 * @returns {() => Promise<readonly Model[]>}
 */
export function createModelList() {
  /** @type {{ atMs: number, models: Promise<readonly Model[]> } | null} */
  let known = null;
  return function loadModels() {
    if (known !== null && Date.now() - known.atMs < freshForMs) return known.models;
    const models = getModels().then((answer) => answer.models);
    known = { atMs: Date.now(), models };
    models.catch(() => {
      known = null;
    });
    return models;
  };
}
