import { createHash } from 'node:crypto';
import { featureTypes } from '../api/feature-type.ts';
import type { ModelEntry } from '../api/model-entry.ts';
import { priceUnit, vendors } from './catalogue-data.ts';
import type { CatalogueModel } from './catalogue-model.ts';

/** How a model stands today: what keeps it from being asked, and who answers in its place. */
export type Standing = { readonly unavailableReason: string | null; readonly answeredBy: string | null };

/** A model as `GET /models` lists it. */
export function toModelEntry(model: CatalogueModel, { unavailableReason, answeredBy }: Standing): ModelEntry {
  const { price, contextTokens } = model;
  return {
    uuid: uuidOf(model.id),
    modelId: model.id,
    name: model.name,
    group: vendors[model.vendor].name,
    provider: model.vendor,
    status: unavailableReason === null ? 'ACTIVE' : 'DISABLED',
    features: [...featureTypes],
    creditMetadata: {
      ...(price === null ? {} : { INPUT: price.input, OUTPUT: price.output }),
      ...(contextTokens === null ? {} : { CONTEXT: contextTokens }),
    },
    modality: { INPUT: model.seesPictures ? ['text', 'image'] : ['text'], OUTPUT: ['text'] },
    available: unavailableReason === null,
    unavailableReason,
    price:
      price === null
        ? null
        : {
            ...price,
            currency: priceUnit.currency,
            source: priceUnit.source,
            unit: `${priceUnit.currency} per ${price.perTokens.toLocaleString('en')} tokens`,
          },
    contextTokens,
    retiresOn: model.retiresOn,
    answeredBy,
    bestAt: model.bestAt,
    maxImages: model.maxImages,
  };
}

/** The same id for the same model on every server: a UUID of version 8, made of its name. */
function uuidOf(id: string): string {
  const hex = createHash('sha256').update(id).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
