import { expect, test } from 'vitest';
import { createLazyVisionModel } from '../../../src/engine/lazy-vision-model.ts';
import { createFakeClock } from '../../fakes/fake-clock.ts';
import { createScriptedVisionModel, wordsOf } from '../../fakes/scripted-vision-model.ts';

const request = { model: 'm', prompt: 'What?', pictures: [], history: [], webSearch: null, sources: [] };

test('asks for the model with the first question and passes its words on', async () => {
  let made = 0;
  const model = createLazyVisionModel(async () => {
    made += 1;
    return createScriptedVisionModel(
      createFakeClock(),
      wordsOf('two words', 0).filter(({ type }) => type === 'text'),
    );
  });
  const answer = model.answer(request, new AbortController().signal);
  expect(made).toBe(0);
  const texts: string[] = [];
  for await (const event of answer) texts.push(event.text);
  expect(made).toBe(1);
  expect(texts).toEqual(['two ', 'words', 'two words']);
});
