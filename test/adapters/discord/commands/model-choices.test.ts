import { describe, expect, it } from 'vitest';
import { toModelChoices, toModelOptions } from '../../../../adapters/discord/commands/model-choices.ts';
import type { ModelInfo } from '../../../../src/answer/models.ts';

function model(changes: Partial<ModelInfo> = {}): ModelInfo {
  return {
    id: 'gpt-4o',
    name: 'GPT-4o',
    vendor: 'openai',
    contextTokens: 128_000,
    price: { input: 2.5, output: 10, perTokens: 1_000_000 },
    seesPictures: true,
    maxPictures: 10,
    bestAt: 'charts and handwriting',
    unavailableBecause: null,
    ...changes,
  };
}

const many = Array.from({ length: 60 }, (_, index) => model({ id: `model-${index}`, name: `Model ${index}` }));

describe('the choices while a model is typed', () => {
  it('say id, context, price and what it is best at, and stand for the id', () => {
    expect(toModelChoices([model()], '')).toEqual([
      { name: 'gpt-4o · 128K context · $2.5 in, $10 out per 1M · charts and handwriting', value: 'gpt-4o' },
    ]);
  });

  it('say nothing of what is not known', () => {
    const unknown = model({ contextTokens: null, price: null, bestAt: '' });
    const free = model({
      id: 'free',
      contextTokens: 1_048_576,
      price: { input: 0, output: 0, perTokens: 1 },
      bestAt: '',
    });

    expect(toModelChoices([unknown, free], '').map(({ name }) => name)).toEqual(['gpt-4o', 'free · 1M context · free']);
  });

  it('put those that cannot answer last and mark them', () => {
    const models = [
      model({ id: 'no-key', unavailableBecause: 'Set GEMINI_API_KEY.' }),
      model({ id: 'blind', seesPictures: false }),
      model({ id: 'ready' }),
    ];

    expect(toModelChoices(models, '').map(({ name }) => name.split(' · ').slice(0, 2))).toEqual([
      ['ready', '128K context'],
      ['no-key', 'not available'],
      ['blind', 'text only'],
    ]);
  });

  it('are those that hold what was typed, in any case, those that begin with it first', () => {
    const models = [
      model({ id: 'a-mini', name: 'A', vendor: 'x' }),
      model({ id: 'b', name: 'Big', vendor: 'x' }),
      model({ id: 'c', name: 'Mini C', vendor: 'x' }),
      model({ id: 'd', name: 'D', vendor: 'Minimax' }),
    ];

    expect(toModelChoices(models, ' MINI ').map(({ value }) => value)).toEqual(['c', 'd', 'a-mini']);
    expect(toModelChoices(models, 'nothing like it')).toEqual([]);
  });

  it('are 25 at the most', () => {
    expect(toModelChoices(many, 'model').map(({ value }) => value)).toEqual(many.slice(0, 25).map(({ id }) => id));
  });

  it('leave out an id that is too long to be sent', () => {
    expect(toModelChoices([model({ id: 'x'.repeat(101) }), model({ id: 'y'.repeat(100) })], '')).toHaveLength(1);
  });
});

describe('a text that is too long', () => {
  it.each([0, 1])('is cut between characters, never inside one (shifted by %i)', (shift) => {
    const bestAt = `${'-'.repeat(shift)}${'😀'.repeat(80)}`;
    const [choice] = toModelChoices([model({ bestAt })], '');
    const [option] = toModelOptions([model({ bestAt, name: bestAt })]);

    for (const text of [choice?.name, option?.label, option?.description]) {
      expect(text?.length).toBeLessThanOrEqual(100);
      expect(text?.length).toBeGreaterThan(97);
      expect(text?.isWellFormed()).toBe(true);
      expect(text?.endsWith('…')).toBe(true);
    }
  });

  it('is left as it is when it just fits', () => {
    const [option] = toModelOptions([model({ contextTokens: null, price: null, bestAt: 'x'.repeat(100) })]);

    expect(option?.description).toBe('x'.repeat(100));
  });
});

describe('the options of the menu', () => {
  it('are those that see pictures: ready ones first, then those that lack something, which is said', () => {
    const models = [
      model({ id: 'no-key', name: 'No key', unavailableBecause: 'Set GEMINI_API_KEY.' }),
      model({ id: 'blind', seesPictures: false }),
      model(),
    ];

    expect(toModelOptions(models)).toEqual([
      {
        label: 'gpt-4o',
        value: 'gpt-4o',
        description: '128K context · $2.5 in, $10 out per 1M · charts and handwriting',
      },
      { label: 'Not available: No key · no-key', value: 'no-key', description: 'Set GEMINI_API_KEY.' },
    ]);
  });

  it('have no description when nothing is known', () => {
    const [option] = toModelOptions([model({ contextTokens: null, price: null, bestAt: '' })]);

    expect(option).toEqual({ label: 'gpt-4o', value: 'gpt-4o' });
  });

  it('are 25 at the most', () => {
    expect(toModelOptions(many)).toHaveLength(25);
  });
});
