import type { CatalogueModel, Vendor, VendorId } from './catalogue-model.ts';

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
 * What the prices below are for. The page they come from prints "per 1K tokens", but its figures are those that the
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
 * Claude refuses pictures of more than 2,000 pixels (https://platform.claude.com/docs/en/build-with-claude/vision).
 */
const manyImages = 20;
/** https://docs.mistral.ai, vision. */
const mistralImages = 8;
const inspectorImages = 10;

const thousand = 1_000;
const million = 1_000_000;

type Listed = Pick<CatalogueModel, 'id' | 'name' | 'contextTokens' | 'bestAt'> &
  Partial<Pick<CatalogueModel, 'vendorModel' | 'successor' | 'seesPictures'>> & {
    readonly price: readonly [number, number];
  };

const detailed = 'detailed analysis';
const cheap = 'simple questions at low cost';
const large = 'large contexts and many pictures';
const creative = 'creative and detailed descriptions';
const textOnly = 'text only: it cannot look at pictures';

/** Contexts and prices exactly as the page lists them, including gpt-4o's input price, which its vendor sells at 2.50. */
const listed = {
  openai: [
    {
      id: 'gpt-4o',
      name: 'GPT-4o',
      contextTokens: 128 * thousand,
      price: [0.25, 10],
      bestAt: 'the best all-rounder for detailed analysis',
    },
    { id: 'gpt-4o-mini', name: 'GPT-4o Mini', contextTokens: 128 * thousand, price: [0.15, 0.6], bestAt: cheap },
    {
      id: 'gpt-4-turbo',
      name: 'GPT-4 Turbo',
      contextTokens: 128 * thousand,
      price: [10, 30],
      bestAt: detailed,
      successor: 'gpt-4o',
    },
    { id: 'gpt-5', name: 'GPT-5', contextTokens: 400 * thousand, price: [1.25, 10], bestAt: detailed },
    { id: 'gpt-5-mini', name: 'GPT-5 Mini', contextTokens: 400 * thousand, price: [0.25, 2], bestAt: cheap },
    {
      id: 'gpt-5-chat-latest',
      name: 'GPT-5 Chat Latest',
      contextTokens: 128 * thousand,
      price: [1.25, 10],
      bestAt: detailed,
      successor: 'gpt-5',
    },
  ],
  google: [
    {
      id: 'gemini-1.5-pro',
      name: 'Gemini 1.5 Pro',
      contextTokens: 2 * million,
      price: [1.25, 5],
      bestAt: large,
      successor: 'gemini-2.5-pro',
    },
    {
      id: 'gemini-1.5-flash',
      name: 'Gemini 1.5 Flash',
      contextTokens: million,
      price: [0.075, 0.3],
      bestAt: large,
      successor: 'gemini-2.5-pro',
    },
    {
      id: 'gemini-2.0-flash',
      name: 'Gemini 2.0 Flash',
      contextTokens: million,
      price: [0.075, 0.3],
      bestAt: large,
      successor: 'gemini-2.5-pro',
    },
    { id: 'gemini-2.5-pro', name: 'Gemini 2.5 Pro', contextTokens: 2 * million, price: [1.25, 5], bestAt: large },
  ],
  anthropic: [
    {
      id: 'claude-3-opus-20240229',
      name: 'Claude 3 Opus',
      contextTokens: 200 * thousand,
      price: [15, 75],
      bestAt: creative,
      successor: 'claude-4-opus',
    },
    {
      id: 'claude-3-sonnet',
      name: 'Claude 3 Sonnet',
      vendorModel: 'claude-3-sonnet-20240229',
      contextTokens: 200 * thousand,
      price: [3, 15],
      bestAt: creative,
      successor: 'claude-4-opus',
    },
    {
      id: 'claude-3-5-sonnet-20240620',
      name: 'Claude 3.5 Sonnet',
      contextTokens: 200 * thousand,
      price: [3, 15],
      bestAt: creative,
      successor: 'claude-4-opus',
    },
    {
      id: 'claude-4-opus',
      name: 'Claude 4 Opus',
      vendorModel: 'claude-opus-4-20250514',
      contextTokens: million,
      price: [15, 75],
      bestAt: creative,
    },
  ],
  mistral: [
    {
      id: 'mistral-large-latest',
      name: 'Mistral Large 2',
      contextTokens: 128 * thousand,
      price: [2, 6],
      bestAt: textOnly,
      seesPictures: false,
    },
    {
      id: 'pixtral-12b',
      name: 'Mistral Pixtral 12B',
      vendorModel: 'pixtral-12b-2409',
      contextTokens: 128 * thousand,
      price: [0.15, 0.15],
      bestAt: cheap,
    },
  ],
  llama: [
    {
      id: 'meta/llama-3.1-405b-instruct',
      name: 'LLaMA 3.1 405B',
      contextTokens: 128 * thousand,
      price: [5.32, 16],
      bestAt: textOnly,
      seesPictures: false,
    },
  ],
} as const satisfies Partial<Record<VendorId, readonly Listed[]>>;

const maxImages = {
  openai: manyImages,
  google: manyImages,
  anthropic: manyImages,
  mistral: mistralImages,
  llama: manyImages,
};

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
  successor: null,
};

/** The 17 models of the page, and the inspector, which needs no key. */
export const catalogueModels: readonly CatalogueModel[] = [
  ...modelsOf('openai', listed.openai),
  ...modelsOf('google', listed.google),
  ...modelsOf('anthropic', listed.anthropic),
  ...modelsOf('mistral', listed.mistral),
  ...modelsOf('llama', listed.llama),
  inspector,
];

function modelsOf(vendor: keyof typeof maxImages, models: readonly Listed[]): CatalogueModel[] {
  return models.map(({ price: [input, output], ...model }) => {
    const seesPictures = model.seesPictures ?? true;
    return {
      successor: null,
      vendorModel: model.id,
      ...model,
      vendor,
      price: { input, output, perTokens: priceUnit.perTokens },
      seesPictures,
      maxImages: seesPictures ? maxImages[vendor] : 0,
    };
  });
}
