import { describe, expect, it } from 'vitest';
import { modelEntrySchema } from '../../../src/api/model-entry.ts';
import { addCompatibleModels } from '../../../src/engine/add-compatible-models.ts';
import { createCatalogue } from '../../../src/engine/catalogue.ts';
import { catalogueModels } from '../../../src/engine/catalogue-data.ts';
import type { VendorId } from '../../../src/engine/catalogue-model.ts';
import { listedModels } from '../../../src/engine/listed-models.ts';
import { parseCatalogueFile } from '../../../src/engine/parse-catalogue-file.ts';
import type { VisionModel } from '../../../src/engine/vision-model.ts';
import { createFakeClock } from '../../fakes/fake-clock.ts';
import { createScriptedVisionModel } from '../../fakes/scripted-vision-model.ts';

const vision: VisionModel = createScriptedVisionModel(createFakeClock(), []);
/** As of this day, at which `retiredModels` is `successor`. */
const today = Date.parse('2026-11-22T12:00:00Z');
type Day = { readonly atMs?: number; readonly retiredModels?: 'successor' | 'refuse' };
const onDay = ({ atMs = today, retiredModels = 'successor' }: Day, ...vendors: VendorId[]) =>
  createCatalogue({
    models: catalogueModels,
    visions: new Map(vendors.map((vendor) => [vendor, vision])),
    clock: createFakeClock(atMs),
    retiredModels,
  });
const withVendors = (...vendors: VendorId[]) => onDay({}, ...vendors);

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
  it('lists the 17 models of the page with its figures, in its order, and the inspector last', () => {
    const entries = onDay({ atMs: Date.parse('2025-06-01') }).list(null);
    const ids: readonly string[] = page.map(([id]) => id);
    expect(entries.map((entry) => entry.modelId).filter((id) => ids.includes(id))).toEqual(ids);
    expect(entries.at(-1)?.modelId).toBe('inspector');
    for (const [id, context, input, output] of page) {
      const entry = entries.find(({ modelId }) => modelId === id);
      expect(entry?.creditMetadata, id).toEqual({ INPUT: input, OUTPUT: output, CONTEXT: context });
      expect(entry?.price, id).toMatchObject({ input, output, perTokens: 1_000_000, unit: 'USD per 1,000,000 tokens' });
    }
  });

  it('lists every model in the shape of the wire, each with an id of its own', () => {
    const entries = withVendors('openai').list(null);
    for (const entry of entries) expect(modelEntrySchema.parse(entry)).toEqual(entry);
    expect(new Set(entries.map((entry) => entry.uuid)).size).toBe(catalogueModels.length);
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
    expect(catalogue.list('CHAT_WITH_IMAGE')).toHaveLength(catalogueModels.length);
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
    const early = onDay({ atMs: Date.parse('2026-06-14T23:59:59Z') }, 'anthropic');
    const { asked, entry, vision: chosen } = early.choose('claude-4-opus');
    expect(entry.vendorModel).toBe('claude-opus-4-20250514');
    expect(asked).toBe(entry);
    expect(chosen).toBe(vision);
  });

  it('refuses an unknown id and names some that can be asked', () => {
    const choose = () => withVendors('openai', 'inspector').choose('gpt-9');
    expect(choose).toThrow(expect.objectContaining({ code: 'UNSUPPORTED_MODEL' }));
    expect(choose).toThrow('Model gpt-9 is not supported. Ask one that GET /models lists, for example gpt-4o');
  });

  it.each([
    ['mistral-large-latest', ['mistral', 'openai'], 'ministral-14b-2512'],
    ['mistral-large-latest', ['openai'], 'gpt-4o'],
    ['mistral-large-latest', [], 'ministral-14b-2512'],
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

  it('has for every model with an end one that follows it and has none yet', () => {
    const inTenYears = onDay({ atMs: Date.parse('2036-01-01') }, 'openai', 'google', 'anthropic', 'mistral');
    const ending = catalogueModels.filter((model) => model.retiresOn !== null);
    expect(ending.length).toBeGreaterThan(10);
    for (const { id } of ending) expect(inTenYears.choose(id).entry.retiresOn, id).toBeNull();
  });

  it('says of every model where its name and its end were read, or that they were not found', () => {
    for (const model of Object.values(listedModels).flat()) {
      expect(model.source, model.id).toMatch(/^(https:\/\/\S+|unverified)$/);
      expect(model.checkedOn, model.id).toMatch(/^\d{4}-\d{2}-\d{2}$/);
    }
  });
});

describe('a model that its vendor has retired', () => {
  const lastMoment = Date.parse('2026-10-22T23:59:59Z');

  it('answers itself until the day before, and from that day on by its successor', () => {
    expect(onDay({ atMs: lastMoment }, 'openai').choose('gpt-4-turbo').entry.id).toBe('gpt-4-turbo');
    const { asked, entry } = onDay({ atMs: lastMoment + 1_000 }, 'openai').choose('gpt-4-turbo');
    expect([asked.id, entry.id]).toEqual(['gpt-4-turbo', 'gpt-4o']);
  });

  it('is answered by the successor of its successor when that is retired as well', () => {
    const later = onDay({ atMs: Date.parse('2027-01-14') }, 'openai');
    expect(later.choose('gpt-4-turbo').entry.id).toBe('gpt-6-luna');
  });

  it('is listed behind those that are served, with who answers in its place', () => {
    const entries = withVendors('openai', 'inspector').list(null);
    const entry = entries.find(({ modelId }) => modelId === 'gpt-4-turbo');
    expect(entry).toMatchObject({ available: true, status: 'ACTIVE', retiresOn: '2026-10-23', answeredBy: 'gpt-4o' });
    expect(entries.find(({ modelId }) => modelId === 'gpt-4o')).toMatchObject({ answeredBy: null });
    const ids = entries.map(({ modelId }) => modelId);
    expect(ids.indexOf('gpt-4-turbo')).toBeGreaterThan(ids.indexOf('ministral-14b-2512'));
    expect(ids.at(-1)).toBe('inspector');
  });

  it('needs the key of the vendor that answers', () => {
    expect(() => withVendors('inspector').choose('gpt-4-turbo')).toThrow(
      'gpt-4o cannot be asked now. OpenAI is not set up',
    );
    const entry = withVendors()
      .list(null)
      .find(({ modelId }) => modelId === 'gpt-4-turbo');
    expect(entry?.unavailableReason).toContain('OPENAI_API_KEY');
  });

  it('is refused by name where the operator wants that', () => {
    const catalogue = onDay({ retiredModels: 'refuse' }, 'openai', 'anthropic');
    const sentence = 'claude-4-opus was retired by Anthropic on 2026-06-15. Ask claude-opus-5-5 instead.';
    expect(() => catalogue.choose('claude-4-opus')).toThrow(expect.objectContaining({ code: 'UNSUPPORTED_MODEL' }));
    expect(() => catalogue.choose('claude-4-opus')).toThrow(sentence);
    const entry = catalogue.list(null).find(({ modelId }) => modelId === 'claude-4-opus');
    expect(entry).toMatchObject({
      available: false,
      status: 'DISABLED',
      unavailableReason: sentence,
      answeredBy: null,
    });
    expect(catalogue.askable('claude-4-opus')).toBeNull();
    expect(catalogue.askable('gpt-4o')?.entry.id).toBe('gpt-4o');
  });

  it('gives nobody up to a ring of successors', () => {
    const parsed = parseCatalogueFile(
      JSON.stringify({ models: [{ id: 'gpt-4o', retiresOn: '2026-01-01', successor: 'gpt-4-turbo' }] }),
    );
    const catalogue = createCatalogue({
      models: parsed.ok ? parsed.value : [],
      visions: new Map([['openai', vision]]),
      clock: createFakeClock(today),
      retiredModels: 'successor',
    });
    expect(() => catalogue.choose('gpt-4-turbo')).toThrow(/^gpt-4-turbo was retired .* Ask another model\.$/);
  });
});

describe('models of an OpenAI-compatible server', () => {
  it('are offered before the inspector, and assumed to see', () => {
    const models = addCompatibleModels(['qwen3-vl:8b', 'llava']);
    expect(models.slice(-3).map(({ id }) => id)).toEqual(['qwen3-vl:8b', 'llava', 'inspector']);
    expect(models.at(-2)).toMatchObject({
      vendor: 'openai-compatible',
      vendorModel: 'llava',
      seesPictures: true,
      pictureFamily: 'plain',
    });
  });

  it('can be changed by the operator’s file', () => {
    const parsed = parseCatalogueFile(
      '{"models":[{"id":"llava","seesPictures":false}]}',
      addCompatibleModels(['llava']),
    );
    expect(parsed.ok && parsed.value.find(({ id }) => id === 'llava')).toMatchObject({
      vendor: 'openai-compatible',
      seesPictures: false,
      maxImages: 0,
    });
  });

  it('take a name over that was listed already', () => {
    const named = addCompatibleModels(['gpt-4o']).filter(({ id }) => id === 'gpt-4o');
    expect(named.map(({ vendor }) => vendor)).toEqual(['openai-compatible']);
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
    expect(parsed.ok && parsed.value.length).toBe(catalogueModels.length);
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
    expect(parsed.ok && parsed.value.at(-2)).toEqual({
      id: 'llava',
      name: 'llava',
      vendor: 'openai-compatible',
      vendorModel: 'llava',
      contextTokens: null,
      price: null,
      seesPictures: true,
      bestAt: 'questions about pictures',
      maxImages: 1,
      pictureFamily: 'plain',
      retiresOn: null,
      successor: null,
    });
  });

  it('adds one with its name at the vendor, its rules for pictures, its end and who follows', () => {
    const added = {
      id: 'newest',
      vendor: 'anthropic',
      vendorModel: 'claude-next-20270101',
      pictureFamily: 'claude-4.7',
      retiresOn: '2028-01-01',
      successor: 'claude-opus-5-5',
    } as const;
    const parsed = parse([added]);
    expect(parsed.ok && parsed.value.find(({ id }) => id === 'newest')).toMatchObject(added);
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
    ['an unknown family', '{"models":[{"id":"gpt-5","pictureFamily":"big"}]}', /models\.0\.pictureFamily/],
    ['an end that is no day', '{"models":[{"id":"gpt-5","retiresOn":"soon"}]}', /models\.0\.retiresOn/],
    ['a successor that is not there', '{"models":[{"id":"gpt-5","successor":"gpt-9"}]}', /gpt-5.*gpt-9/],
  ])('refuses %s and says where', (_what, text, reason) => {
    const parsed = parseCatalogueFile(text);
    expect(parsed.ok ? '' : parsed.reason).toMatch(reason);
  });
});
