import type { ModelEntry } from '../api/model-entry.ts';
import { ApiFailure } from './api-failure.ts';
import { vendors } from './catalogue-data.ts';
import type { CatalogueModel, VendorId } from './catalogue-model.ts';
import { toModelEntry } from './to-model-entry.ts';
import type { VisionModel } from './vision-model.ts';

/** A model that can be asked. */
export type ChosenModel = { readonly entry: CatalogueModel; readonly vision: VisionModel };

/** The models of the API, and which of them there is a vendor for. */
export type Catalogue = {
  /** In the order of the catalogue; with a feature, only models that have it. */
  list(feature: string | null): ModelEntry[];
  find(id: string): CatalogueModel | null;
  /** Throws `UNSUPPORTED_MODEL` for an id that is not listed or cannot see, `MODEL_NOT_AVAILABLE` without its vendor. */
  choose(id: string): ChosenModel;
  /** Throws `UNSUPPORTED_MODEL` for an id that is not listed. */
  require(id: string): CatalogueModel;
};

/** Joins the list of models with the vendors that are configured. */
export function createCatalogue(
  models: readonly CatalogueModel[],
  visions: ReadonlyMap<VendorId, VisionModel>,
): Catalogue {
  const byId = new Map(models.map((model) => [model.id, model]));
  const isAvailable = (model: CatalogueModel) => visions.has(model.vendor);

  /** The nearest model that sees: one that can be asked before one that cannot, the same vendor before others. */
  const nearestSeeing = (model: CatalogueModel): CatalogueModel | undefined => {
    const seeing = models.filter((other) => other.seesPictures);
    const distance = (other: CatalogueModel) => (isAvailable(other) ? 0 : 2) + (other.vendor === model.vendor ? 0 : 1);
    return seeing.toSorted((left, right) => distance(left) - distance(right))[0];
  };

  const missingVendor = (model: CatalogueModel): string | null => {
    if (isAvailable(model)) return null;
    const { name, keyVariable } = vendors[model.vendor];
    return keyVariable === null
      ? `${model.name} is switched off on this server.`
      : `${name} is not set up on this server: it needs ${keyVariable}.`;
  };

  const unavailableReason = (model: CatalogueModel): string | null => {
    const reasons = [model.seesPictures ? null : `${model.id} does not see pictures.`, missingVendor(model)];
    return reasons.filter((reason) => reason !== null).join(' ') || null;
  };

  const requireListed = (id: string): CatalogueModel => {
    const model = byId.get(id);
    if (model !== undefined) return model;
    const usable = models.filter((other) => other.seesPictures && isAvailable(other)).slice(0, 3);
    const examples = usable.length === 0 ? '' : `, for example ${usable.map((other) => other.id).join(', ')}`;
    const sentence = `Model ${id.slice(0, 120)} is not supported. Ask one that GET /models lists${examples}.`;
    throw new ApiFailure('UNSUPPORTED_MODEL', sentence, { field: 'model' });
  };

  return {
    list: (feature) =>
      models
        .map((model) => toModelEntry(model, unavailableReason(model)))
        .filter((entry) => feature === null || entry.features.includes(feature)),
    find: (id) => byId.get(id) ?? null,
    require: requireListed,
    choose(id) {
      const entry = requireListed(id);
      if (!entry.seesPictures) {
        const other = nearestSeeing(entry);
        const way = other === undefined ? 'Ask a model that does.' : `Ask ${other.id} instead.`;
        throw new ApiFailure('UNSUPPORTED_MODEL', `${entry.id} does not see pictures. ${way}`, { field: 'model' });
      }
      const vision = visions.get(entry.vendor);
      if (vision === undefined) {
        const other = nearestSeeing(entry);
        const way =
          other !== undefined && isAvailable(other)
            ? `Ask ${other.id} instead.`
            : 'No other model can be asked either.';
        const sentence = `${entry.id} cannot be asked now. ${missingVendor(entry)} ${way}`;
        throw new ApiFailure('MODEL_NOT_AVAILABLE', sentence, { field: 'model' });
      }
      return { entry, vision };
    },
  };
}
