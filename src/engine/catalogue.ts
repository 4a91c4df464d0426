import type { ModelEntry } from '../api/model-entry.ts';
import type { Clock } from '../lib/clock.ts';
import { ApiFailure } from './api-failure.ts';
import { vendors } from './catalogue-data.ts';
import type { CatalogueModel, VendorId } from './catalogue-model.ts';
import { type Standing, toModelEntry } from './to-model-entry.ts';
import type { VisionModel } from './vision-model.ts';

/** A model that can be asked. */
export type AskableModel = { readonly entry: CatalogueModel; readonly vision: VisionModel };

/** What was asked for, and who answers: another one where the vendor has retired it. */
export type ChosenModel = AskableModel & { readonly asked: CatalogueModel };

/** The models of the API, and which of them there is a vendor for. */
export type Catalogue = {
  /** In the order of the catalogue, retired ones behind the others; with a feature, only models that have it. */
  list(feature: string | null): ModelEntry[];
  find(id: string): CatalogueModel | null;
  /**
   * Throws `UNSUPPORTED_MODEL` for an id that is not listed, cannot see, or is retired and not to be answered by another;
   * `MODEL_NOT_AVAILABLE` without its vendor.
   */
  choose(id: string): ChosenModel;
  /** Who answers for a model that its vendor no longer knows, whatever its date; null where nobody does. */
  successorOf(model: CatalogueModel): AskableModel | null;
  /** A model that sees and can be asked now, or the one that answers for it; null for any other id. */
  askable(id: string): AskableModel | null;
  /** Throws `UNSUPPORTED_MODEL` for an id that is not listed. */
  require(id: string): CatalogueModel;
};

/** What a catalogue stands on. */
export type CatalogueParts = {
  readonly models: readonly CatalogueModel[];
  readonly visions: ReadonlyMap<VendorId, VisionModel>;
  readonly clock: Clock;
  /** Whether a retired model is answered by its successor, or refused by name. */
  readonly retiredModels: 'successor' | 'refuse';
};

/** Joins the list of models with the vendors that are configured, as of today. */
export function createCatalogue({ models, visions, clock, retiredModels }: CatalogueParts): Catalogue {
  const byId = new Map(models.map((model) => [model.id, model]));
  const hasVendor = (model: CatalogueModel) => visions.has(model.vendor);

  const isRetired = ({ retiresOn }: CatalogueModel) =>
    retiresOn !== null && retiresOn <= new Date(clock.now()).toISOString().slice(0, 10);

  /** The model itself, or the first of those after it that is still served. Null where the chain ends before, or in a ring. */
  const findServed = (model: CatalogueModel, passed: readonly CatalogueModel[] = []): CatalogueModel | null => {
    if (!isRetired(model)) return model;
    const next = model.successor === null ? undefined : byId.get(model.successor);
    return next === undefined || passed.includes(model) ? null : findServed(next, [...passed, model]);
  };

  /** The nearest model that sees: one that can be asked before one that cannot, the same vendor before others. */
  const nearestSeeing = (model: CatalogueModel): CatalogueModel | undefined => {
    const seeing = models.filter((other) => other.seesPictures && !isRetired(other));
    const distance = (other: CatalogueModel) => (hasVendor(other) ? 0 : 2) + (other.vendor === model.vendor ? 0 : 1);
    return seeing.toSorted((left, right) => distance(left) - distance(right))[0];
  };

  const missingVendor = (model: CatalogueModel): string | null => {
    if (hasVendor(model)) return null;
    const { name, keyVariable } = vendors[model.vendor];
    return keyVariable === null
      ? `${model.name} is switched off on this server.`
      : `${name} is not set up on this server: it needs ${keyVariable}.`;
  };

  const askable = (model: CatalogueModel | null | undefined): AskableModel | null => {
    if (model == null || !model.seesPictures || isRetired(model)) return null;
    const vision = visions.get(model.vendor);
    return vision === undefined ? null : { entry: model, vision };
  };

  /** Why a retired model is refused; null when another one answers for it. */
  const retirement = (model: CatalogueModel): string | null => {
    if (!isRetired(model)) return null;
    const served = findServed(model);
    if (served?.seesPictures && retiredModels === 'successor') return null;
    const way = served === null ? 'Ask another model.' : `Ask ${served.id} instead.`;
    return `${model.id} was retired by ${vendors[model.vendor].name} on ${model.retiresOn}. ${way}`;
  };

  const standing = (model: CatalogueModel): Standing => {
    const gone = retirement(model);
    const served = gone === null ? (findServed(model) ?? model) : model;
    const reasons = [model.seesPictures ? null : `${model.id} does not see pictures.`, gone, missingVendor(served)];
    return {
      unavailableReason: reasons.filter((reason) => reason !== null).join(' ') || null,
      answeredBy: served === model ? null : served.id,
    };
  };

  const requireListed = (id: string): CatalogueModel => {
    const model = byId.get(id);
    if (model !== undefined) return model;
    const usable = models.filter((other) => askable(other) !== null).slice(0, 3);
    const examples = usable.length === 0 ? '' : `, for example ${usable.map((other) => other.id).join(', ')}`;
    const sentence = `Model ${id.slice(0, 120)} is not supported. Ask one that GET /models lists${examples}.`;
    throw new ApiFailure('UNSUPPORTED_MODEL', sentence, { field: 'model' });
  };

  const requireSight = (model: CatalogueModel) => {
    if (model.seesPictures) return;
    const other = nearestSeeing(model);
    const way = other === undefined ? 'Ask a model that does.' : `Ask ${other.id} instead.`;
    throw new ApiFailure('UNSUPPORTED_MODEL', `${model.id} does not see pictures. ${way}`, { field: 'model' });
  };

  const refuseUnavailable = (model: CatalogueModel): ApiFailure => {
    const other = nearestSeeing(model);
    const way =
      other !== undefined && hasVendor(other) ? `Ask ${other.id} instead.` : 'No other model can be asked either.';
    const sentence = `${model.id} cannot be asked now. ${missingVendor(model)} ${way}`;
    return new ApiFailure('MODEL_NOT_AVAILABLE', sentence, { field: 'model' });
  };

  return {
    list: (feature) =>
      models
        .toSorted((left, right) => rank(left, isRetired(left)) - rank(right, isRetired(right)))
        .map((model) => toModelEntry(model, standing(model)))
        .filter((entry) => feature === null || entry.features.includes(feature)),
    find: (id) => byId.get(id) ?? null,
    require: requireListed,
    askable(id) {
      const model = byId.get(id);
      return model === undefined || retirement(model) !== null ? null : askable(findServed(model));
    },
    successorOf(model) {
      const next = model.successor === null || retiredModels === 'refuse' ? undefined : byId.get(model.successor);
      return next === undefined ? null : askable(findServed(next));
    },
    choose(id) {
      const asked = requireListed(id);
      requireSight(asked);
      const gone = retirement(asked);
      if (gone !== null) throw new ApiFailure('UNSUPPORTED_MODEL', gone, { field: 'model' });
      const served = findServed(asked) ?? asked;
      const found = askable(served);
      if (found === null) throw refuseUnavailable(served);
      return { asked, ...found };
    },
  };
}

/** Whoever takes the first of the list gets a model that is still served, and the inspector only where there is no other. */
function rank({ vendor }: CatalogueModel, isRetired: boolean): number {
  if (vendor === 'inspector') return 2;
  return isRetired ? 1 : 0;
}
