import { describe, expect, it } from 'vitest';
import { defaultModel, describeModel, findModel, type ModelInfo } from '../../../src/answer/models.ts';

function model(id: string, change: Partial<ModelInfo> = {}): ModelInfo {
  return {
    id,
    name: id,
    vendor: 'openai',
    contextTokens: 128_000,
    price: { input: 0.25, output: 10, perTokens: 1_000_000 },
    seesPictures: true,
    maxPictures: 10,
    bestAt: 'detail',
    unavailableBecause: null,
    ...change,
  };
}

const models = [
  model('gpt-4o', { unavailableBecause: 'Set OPENAI_API_KEY.' }),
  model('gpt-4o-mini'),
  model('pixtral-12b', { seesPictures: false }),
  model('inspector', { contextTokens: null, price: { input: 0, output: 0, perTokens: 1_000_000 }, bestAt: '' }),
];

describe('choosing a model by name', () => {
  it('takes the exact id before longer ones', () => {
    expect(findModel(models, 'gpt-4o')?.id).toBe('gpt-4o');
  });

  it('ignores case and completes a unique beginning', () => {
    expect(findModel(models, 'GPT-4O-M')?.id).toBe('gpt-4o-mini');
    expect(findModel(models, 'insp')?.id).toBe('inspector');
  });

  it('does not guess between several', () => {
    expect(findModel(models, 'gpt')).toBeUndefined();
  });

  it('starts with the configured model where it can answer', () => {
    expect(defaultModel(models, 'inspector')?.id).toBe('inspector');
  });

  it('starts with the first that can answer where the configured one cannot', () => {
    expect(defaultModel(models, 'gpt-4o')?.id).toBe('gpt-4o-mini');
    expect(defaultModel(models, 'pixtral-12b')?.id).toBe('gpt-4o-mini');
    expect(defaultModel(models, null)?.id).toBe('gpt-4o-mini');
  });

  it('has no default where nothing can answer', () => {
    expect(defaultModel(models.slice(0, 1), null)).toBeUndefined();
  });
});

describe('describing a model', () => {
  it.each([
    [0, '`gpt-4o` · 128K context · $0.25 in / $10 out per 1M tokens · sees pictures · best at: detail'],
    [2, '`pixtral-12b` · 128K context · $0.25 in / $10 out per 1M tokens · text only · best at: detail'],
    [3, '`inspector` · free · sees pictures'],
  ])('puts its facts on one line (%i)', (index, line) => {
    const described = models[index];
    expect(described === undefined ? '' : describeModel(described)).toBe(line);
  });

  it('says that a model is retired, and who answers in its place', () => {
    expect(describeModel(model('old', { answeredBy: 'new', bestAt: 'retired, new answers' }))).toMatch(
      /sees pictures · retired, `new` answers$/,
    );
  });

  it('counts contexts of a million in millions and says what it does not know', () => {
    expect(describeModel(model('x', { contextTokens: 2_000_000, price: null }))).toContain(
      '2M context · price not stated',
    );
  });
});
