import { describe, expect, it } from 'vitest';
import {
  asUsualOption,
  modelOfOption,
  toModelOptions,
  toModelOptionsOrNone,
} from '../../../../adapters/slack/commands/model-options.ts';
import { optionsProblems } from '../../../fakes/slack/block-rules.ts';
import { createModel } from '../interactions/interactions-rig.ts';

const valuesOf = (options: readonly { readonly value?: string }[]) => options.map(({ value }) => value);

describe('the models of a menu', () => {
  it('come first where they can answer and begin with what was typed', () => {
    const models = [
      createModel('broken-gpt', { unavailableBecause: 'It has no key.' }),
      createModel('my-gpt'),
      createModel('gpt-5'),
      createModel('text-gpt', { seesPictures: false }),
      createModel('claude'),
    ];
    expect(valuesOf(toModelOptions(models, ' GPT '))).toEqual(['gpt-5', 'my-gpt', 'broken-gpt']);
  });

  it('say what they are and what they lack', () => {
    const price = { input: 2.5, output: 10, perTokens: 1_000_000 };
    const models = [
      createModel('gpt-5', { name: 'GPT 5', contextTokens: 400_000, price, bestAt: 'charts' }),
      createModel('inspector', { price: { ...price, input: 0, output: 0 } }),
      createModel('gone', { unavailableBecause: 'It has no key.' }),
    ];
    expect(toModelOptions(models, '').map(({ text, description }) => [text.text, description?.text])).toEqual([
      ['GPT 5 · gpt-5', '400K context · $2.5 in, $10 out per 1M · charts'],
      ['inspector', 'free'],
      ['Not available: gone', 'It has no key.'],
    ]);
  });

  it('fit what Slack takes, whatever they are called', () => {
    const models = Array.from({ length: 150 }, (_, index) =>
      createModel(`${index}-${'m'.repeat(140)}`, { name: `${'🙂'.repeat(60)}`, bestAt: 'x'.repeat(200) }),
    );
    const options = [...toModelOptions(models, ''), createModel('')].slice(0, 100);
    expect(options).toHaveLength(100);
    expect(optionsProblems(options, '/options')).toEqual([]);
    expect(options.every((option) => 'text' in option && option.text.text.isWellFormed())).toBe(true);
    expect(toModelOptions([createModel(''), createModel('m'.repeat(151))], '')).toEqual([]);
    expect(optionsProblems([...toModelOptionsOrNone(models, '')], '/options')).toEqual([]);
    expect(toModelOptionsOrNone(models, '')).toHaveLength(100);
  });

  it('come after “as usual” as long as nothing else is typed', () => {
    const models = [createModel('asa'), createModel('gpt-5')];
    expect(valuesOf(toModelOptionsOrNone(models, 'as'))).toEqual([asUsualOption.value, 'asa']);
    expect(valuesOf(toModelOptionsOrNone(models, 'gpt'))).toEqual(['gpt-5']);
    expect([modelOfOption(asUsualOption.value ?? ''), modelOfOption(null), modelOfOption('gpt-5')]).toEqual([
      null,
      null,
      'gpt-5',
    ]);
  });
});
