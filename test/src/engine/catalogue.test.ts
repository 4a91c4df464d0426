import { describe, expect, it } from 'vitest';
import { modelEntrySchema } from '../../../src/api/model-entry.ts';
import { createCatalogue } from '../../../src/engine/catalogue.ts';
import { catalogueModels } from '../../../src/engine/catalogue-data.ts';
import type { VendorId } from '../../../src/engine/catalogue-model.ts';
import { parseCatalogueFile } from '../../../src/engine/parse-catalogue-file.ts';
import type { VisionModel } from '../../../src/engine/vision-model.ts';
import { createFakeClock } from '../../fakes/fake-clock.ts';
import { createScriptedVisionModel } from '../../fakes/scripted-vision-model.ts';

const vision: VisionModel = createScriptedVisionModel(createFakeClock(), []);
const withVendors = (...vendors: VendorId[]) =>
  createCatalogue(catalogueModels, new Map(vendors.map((vendor) => [vendor, vision])));

/** Id, context in tokens, dollars in, dollars out: https://docs.1min.ai/docs/api/ai-for-image/chat-with-image */
const page = [
  ['gpt-4o', 128_000, 0.25, 10],
  ['gpt-4o-mini', 128_000, 0.15, 0.6],
  ['gpt-4-turbo', 128_000, 10, 30],
  ['gpt-5', 400_000, 1.25, 10],
  ['gpt-5-mini', 400_000, 0.25, 2],
  ['gpt-5-chat-latest', 128_000, 1.25, 10],
  ['gemini-1.5-pro', 2_000_000, 1.25, 5],
  ['gemini-1.5-flash', 1_000_000, 0.075, 0.3],
  ['gemini-2.0-flash', 1_000_000, 0.075, 0.3],
  ['gemini-2.5-pro', 2_000_000, 1.25, 5],
  ['claude-3-opus-20240229', 200_000, 15, 75],
  ['claude-3-sonnet', 200_000, 3, 15],
  ['claude-3-5-sonnet-20240620', 200_000, 3, 15],
  ['claude-4-opus', 1_000_000, 15, 75],
  ['mistral-large-latest', 128_000, 2, 6],
  ['pixtral-12b', 128_000, 0.15, 0.15],
  ['meta/llama-3.1-405b-instruct', 128_000, 5.32, 16],
] as const;

describe('the catalogue', () => {
  it('lists the 17 models of the page with its figures, and the inspector', () => {
    const entries = withVendors().list(null);
    expect(entries.map((entry) => entry.modelId)).toEqual([...page.map(([id]) => id), 'inspector']);
    for (const [id, context, input, output] of page) {
      const entry = entries.find(({ modelId }) => modelId === id);
      expect(entry?.creditMetadata, id).toEqual({ INPUT: input, OUTPUT: output, CONTEXT: context });
      expect(entry?.price, id).toMatchObject({ input, output, perTokens: 1_000_000, unit: 'USD per 1,000,000 tokens' });
    }
  });

  it('lists every model in the shape of the wire, each with an id of its own', () => {
    const entries = withVendors('openai').list(null);
    for (const entry of entries) expect(modelEntrySchema.parse(entry)).toEqual(entry);
    expect(new Set(entries.map((entry) => entry.uuid)).size).toBe(18);
  });

  it('knows which two of the page’s models cannot see', () => {
    const blind = withVendors()
      .list(null)
      .filter((entry) => !entry.modality.INPUT.includes('image'));
    expect(blind.map((entry) => entry.modelId)).toEqual(['mistral-large-latest', 'meta/llama-3.1-405b-instruct']);
    expect(blind.map((entry) => entry.maxImages)).toEqual([0, 0]);
  });

  it('filters by feature', () => {
    const catalogue = withVendors();
    expect(catalogue.list('CHAT_WITH_IMAGE')).toHaveLength(18);
    expect(catalogue.list('IMAGE_GENERATOR')).toEqual([]);
  });

  it.each([
    ['gpt-4o', 'OPENAI_API_KEY'],
    ['gemini-2.5-pro', 'GOOGLE_API_KEY'],
    ['claude-4-opus', 'ANTHROPIC_API_KEY'],
    ['pixtral-12b', 'MISTRAL_API_KEY'],
  ])('names the key that %s needs', (id, variable) => {
    const catalogue = withVendors();
    expect(() => catalogue.choose(id)).toThrow(expect.objectContaining({ code: 'MODEL_NOT_AVAILABLE' }));
    expect(() => catalogue.choose(id)).toThrow(variable);
    const entry = catalogue.list(null).find(({ modelId }) => modelId === id);
    expect(entry).toMatchObject({ available: false, status: 'DISABLED' });
    expect(entry?.unavailableReason).toContain(variable);
  });

  it('says in the list why a model that cannot see is refused, with its key or without', () => {
    const reasons = [withVendors(), withVendors('llama')].map((catalogue) => {
      const entry = catalogue.list(null).find(({ modelId }) => modelId === 'meta/llama-3.1-405b-instruct');
      return [entry?.status, entry?.available, entry?.unavailableReason];
    });
    expect(reasons).toEqual([
      [
        'DISABLED',
        false,
        'meta/llama-3.1-405b-instruct does not see pictures. Meta is not set up on this server: it needs LLAMA_API_KEY.',
      ],
      ['DISABLED', false, 'meta/llama-3.1-405b-instruct does not see pictures.'],
    ]);
  });

  it('names a model that can be asked in place of one whose key is missing', () => {
    expect(() => withVendors('inspector').choose('gpt-4o')).toThrow(
      'gpt-4o cannot be asked now. OpenAI is not set up on this server: it needs OPENAI_API_KEY. Ask inspector instead.',
    );
    expect(() => withVendors().choose('gpt-4o')).toThrow(/OPENAI_API_KEY\. No other model can be asked either\.$/);
  });

  it('chooses a model whose vendor is there, by the vendor’s own name for it', () => {
    const { entry, vision: chosen } = withVendors('anthropic').choose('claude-4-opus');
    expect(entry.vendorModel).toBe('claude-opus-4-20250514');
    expect(chosen).toBe(vision);
  });

  it('refuses an unknown id and names some that can be asked', () => {
    const choose = () => withVendors('openai', 'inspector').choose('gpt-9');
    expect(choose).toThrow(expect.objectContaining({ code: 'UNSUPPORTED_MODEL' }));
    expect(choose).toThrow('Model gpt-9 is not supported. Ask one that GET /models lists, for example gpt-4o');
  });

  it.each([
    ['mistral-large-latest', ['mistral', 'openai'], 'pixtral-12b'],
    ['mistral-large-latest', ['openai'], 'gpt-4o'],
    ['mistral-large-latest', [], 'pixtral-12b'],
    ['meta/llama-3.1-405b-instruct', ['llama', 'inspector'], 'inspector'],
  ] as const)('sends somebody who asks %s with %j on to %s', (id, vendors, other) => {
    const choose = () => withVendors(...vendors).choose(id);
    expect(choose).toThrow(expect.objectContaining({ code: 'UNSUPPORTED_MODEL' }));
    expect(choose).toThrow(`does not see pictures. Ask ${other} instead.`);
  });

  it('names only successors that it lists and that see', () => {
    const seeing = catalogueModels.filter((model) => model.seesPictures).map((model) => model.id);
    const successors = catalogueModels.map((model) => model.successor).filter((id) => id !== null);
    expect(successors.length).toBeGreaterThan(0);
    expect(successors.filter((id) => !seeing.includes(id))).toEqual([]);
  });
});

describe('the operator’s list of models', () => {
  const parse = (models: unknown) => parseCatalogueFile(JSON.stringify({ models }));

  it('changes a known model and keeps the rest of it', () => {
    const parsed = parse([{ id: 'gpt-4o', price: { input: 2.5, output: 10 } }]);
    const known = catalogueModels.find((model) => model.id === 'gpt-4o');
    expect(parsed.ok && parsed.value.find((model) => model.id === 'gpt-4o')).toEqual({
      ...known,
      price: { input: 2.5, output: 10, perTokens: 1_000_000 },
    });
    expect(parsed.ok && parsed.value.length).toBe(18);
  });

  it('changes what every price is for', () => {
    const parsed = parseCatalogueFile(
      '{"pricePerTokens":1000,"models":[{"id":"own","vendor":"openai","price":{"input":1,"output":2}}]}',
    );
    const models = parsed.ok ? parsed.value : [];
    expect(models.find(({ id }) => id === 'gpt-4o')?.price).toEqual({ input: 0.25, output: 10, perTokens: 1_000 });
    expect(models.find(({ id }) => id === 'own')?.price).toEqual({ input: 1, output: 2, perTokens: 1_000 });
  });

  it('adds a new model', () => {
    const parsed = parse([{ id: 'llava', vendor: 'openai-compatible', maxImages: 1 }]);
    expect(parsed.ok && parsed.value.at(-1)).toEqual({
      id: 'llava',
      name: 'llava',
      vendor: 'openai-compatible',
      vendorModel: 'llava',
      contextTokens: null,
      price: null,
      seesPictures: true,
      bestAt: 'questions about pictures',
      maxImages: 1,
      successor: null,
    });
  });

  it('takes the pictures from a model that is said not to see', () => {
    const parsed = parse([{ id: 'gpt-4o', seesPictures: false }]);
    expect(parsed.ok && parsed.value[0]).toMatchObject({ seesPictures: false, maxImages: 0 });
  });

  it.each([
    ['no JSON', '{', /JSON/],
    ['a list', '[]', /^the file: /],
    ['an unknown key', '{"models":[{"id":"a","vendor":"openai","colour":"red"}]}', /models\.0.*colour/],
    ['another unknown key', '{"models":[],"version":1}', /version/],
    ['an unknown vendor', '{"models":[{"id":"a","vendor":"acme"}]}', /models\.0\.vendor/],
    ['a new model without a vendor', '{"models":[{"id":"a"}]}', /models\.0 \(a\): a new model needs its vendor/],
    ['an id twice', '{"models":[{"id":"gpt-5"},{"id":"gpt-5"}]}', /models\.1 \(gpt-5\).*twice/],
    ['a negative price', '{"models":[{"id":"gpt-5","price":{"input":-1,"output":1}}]}', /models\.0\.price\.input/],
    ['a successor that is not there', '{"models":[{"id":"gpt-5","successor":"gpt-9"}]}', /gpt-5.*gpt-9/],
  ])('refuses %s and says where', (_what, text, reason) => {
    const parsed = parseCatalogueFile(text);
    expect(parsed.ok ? '' : parsed.reason).toMatch(reason);
  });
});
