import { type CatalogueFile, catalogueFileSchema } from '../api/catalogue-file.ts';
import { type ParseResult, parseJson } from '../lib/parse-json.ts';
import { inspectorLast } from './add-compatible-models.ts';
import { catalogueModels, priceUnit } from './catalogue-data.ts';
import type { CatalogueModel, VendorId } from './catalogue-model.ts';
import type { PictureFamily } from './picture-rules.ts';

type Change = CatalogueFile['models'][number];

/** Pictures of one request that a model of the operator's own takes unless the file says otherwise. */
const usualMaxImages = 8;

/**
 * The catalogue as the operator's file changes it: `{"models":[{"id":"gpt-4o","price":{"input":2.5,"output":10}}]}`. A
 * file that does not fit gives the reason, naming the place in the file; nothing of it is used then.
 */
export function parseCatalogueFile(
  text: string,
  base: readonly CatalogueModel[] = catalogueModels,
): ParseResult<readonly CatalogueModel[]> {
  const parsed = parseJson(text, catalogueFileSchema);
  if (!parsed.ok) return { ok: false, reason: parsed.reason.replace(/^: /, 'the file: ') };
  const { pricePerTokens } = parsed.value;
  const models = new Map(base.map((model) => [model.id, withPriceUnit(model, pricePerTokens)]));
  const named = new Set<string>();
  for (const [index, change] of parsed.value.models.entries()) {
    const place = `models.${index} (${change.id})`;
    if (named.has(change.id)) return { ok: false, reason: `${place}: this id stands in the file twice` };
    named.add(change.id);
    const model = toModel(models.get(change.id), change, pricePerTokens ?? priceUnit.perTokens);
    if (typeof model === 'string') return { ok: false, reason: `${place}: ${model}` };
    models.set(model.id, model);
  }
  for (const model of models.values())
    if (model.successor !== null && !models.has(model.successor))
      return { ok: false, reason: `${model.id}: its successor ${model.successor} is not in the catalogue` };
  return { ok: true, value: inspectorLast([...models.values()]) };
}

function withPriceUnit(model: CatalogueModel, perTokens: number | undefined): CatalogueModel {
  return perTokens === undefined || model.price === null ? model : { ...model, price: { ...model.price, perTokens } };
}

/** The model, or what is missing to make one. */
function toModel(known: CatalogueModel | undefined, change: Change, perTokens: number): CatalogueModel | string {
  const vendor = change.vendor ?? known?.vendor;
  if (vendor === undefined) return 'a new model needs its vendor';
  const seesPictures = change.seesPictures ?? known?.seesPictures ?? true;
  return {
    id: change.id,
    name: change.name ?? known?.name ?? change.id,
    vendor,
    vendorModel: change.vendorModel ?? known?.vendorModel ?? change.id,
    contextTokens: change.contextTokens === undefined ? (known?.contextTokens ?? null) : change.contextTokens,
    price: change.price === undefined ? (known?.price ?? null) : change.price && { ...change.price, perTokens },
    seesPictures,
    bestAt: change.bestAt ?? known?.bestAt ?? (seesPictures ? 'questions about pictures' : 'text only'),
    maxImages: seesPictures ? (change.maxImages ?? (known?.maxImages || usualMaxImages)) : 0,
    pictureFamily: change.pictureFamily ?? known?.pictureFamily ?? usualFamily[vendor],
    retiresOn: change.retiresOn === undefined ? (known?.retiresOn ?? null) : change.retiresOn,
    successor: change.successor === undefined ? (known?.successor ?? null) : change.successor,
  };
}

/** The rules of the vendor's newest models: new ones are what such a file is for. */
const usualFamily = {
  openai: 'gpt-5.6',
  google: 'gemini-3',
  anthropic: 'claude-4.7',
  mistral: 'mistral',
  llama: 'plain',
  'openai-compatible': 'plain',
  inspector: 'original',
} as const satisfies Record<VendorId, PictureFamily>;
