import type { CatalogueModel, Vendor, VendorId } from './catalogue-model.ts';
import { type ListedModel, listedModels } from './listed-models.ts';

/** Every vendor that a model can belong to. */
export const vendors = {
  openai: { name: 'OpenAI', keyVariable: 'OPENAI_API_KEY' },
  google: { name: 'Google', keyVariable: 'GOOGLE_API_KEY' },
  anthropic: { name: 'Anthropic', keyVariable: 'ANTHROPIC_API_KEY' },
  mistral: { name: 'Mistral', keyVariable: 'MISTRAL_API_KEY' },
  llama: { name: 'Meta', keyVariable: 'LLAMA_API_KEY' },
  'openai-compatible': { name: 'OpenAI-compatible server', keyVariable: 'OPENAI_COMPATIBLE_URL' },
  inspector: { name: 'Sightline', keyVariable: null },
} as const satisfies Record<VendorId, Vendor>;

/**
 * What the prices are for. The page that most come from prints "per 1K tokens", but its figures are those that the
 * vendors publish for one million tokens (e.g. gpt-4o-mini, https://openai.com/api/pricing: 0.15 and 0.60), so that is the unit.
 * An operator who knows better sets `pricePerTokens` in the file of models.
 */
export const priceUnit = {
  currency: 'USD',
  perTokens: 1_000_000,
  source: 'https://docs.1min.ai/docs/api/ai-for-image/chat-with-image',
} as const;

/**
 * The most pictures we send in one request, whatever a vendor would take (OpenAI 1,500, Gemini 3,600, Claude 100): beyond 20
 * Claude refuses pictures of more than 2,000 pixels (https://platform.claude.com/docs/en/build-with-claude/vision). Mistral takes 8.
 */
const maxImages = { openai: 20, google: 20, anthropic: 20, mistral: 8, llama: 20 } as const;
const inspectorImages = 10;

const inspector: CatalogueModel = {
  id: 'inspector',
  name: 'Inspector',
  vendor: 'inspector',
  vendorModel: 'inspector',
  contextTokens: null,
  price: { input: 0, output: 0, perTokens: priceUnit.perTokens },
  seesPictures: true,
  bestAt: 'facts about the file itself: format, colours, printed text, codes and what changed between two pictures',
  maxImages: inspectorImages,
  pictureFamily: 'original',
  retiresOn: null,
  successor: null,
};

/** The 17 models of the page, the models that follow those which are retired, and the inspector, which needs no key. */
export const catalogueModels: readonly CatalogueModel[] = [
  ...modelsOf('openai'),
  ...modelsOf('google'),
  ...modelsOf('anthropic'),
  ...modelsOf('mistral'),
  ...modelsOf('llama'),
  inspector,
];

function modelsOf(vendor: keyof typeof listedModels): CatalogueModel[] {
  const models: readonly ListedModel[] = listedModels[vendor];
  return models.map(({ price, source: _source, checkedOn: _checkedOn, ...model }) => {
    const seesPictures = model.seesPictures ?? true;
    return {
      successor: null,
      retiresOn: null,
      vendorModel: model.id,
      ...model,
      vendor,
      price: price === null ? null : { input: price[0], output: price[1], perTokens: priceUnit.perTokens },
      seesPictures,
      maxImages: seesPictures ? maxImages[vendor] : 0,
    };
  });
}
