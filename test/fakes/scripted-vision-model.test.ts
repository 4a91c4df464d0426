import { Failure } from '../../src/lib/errors.ts';
import { visionModelContract } from '../contracts/vision-model.contract.ts';
import { createFakeClock } from './fake-clock.ts';
import { createScriptedVisionModel, wordsOf } from './scripted-vision-model.ts';

visionModelContract('the scripted model', async () => {
  const clock = createFakeClock();
  const model = createScriptedVisionModel(clock, wordsOf('A red bicycle leans on a wall.', 50));
  const failing = createScriptedVisionModel(clock, [
    ...wordsOf('A red', 50),
    { type: 'fail', error: new Failure('chat-broken-stream', 'The connection broke.') },
  ]);
  const picture = {
    key: 'images/a.png',
    name: 'a.png',
    mimeType: 'image/png',
    number: null,
    original: null,
    read: async () => new Uint8Array([137, 80, 78, 71]),
  };
  return {
    model,
    failing,
    request: { model: 'gpt-4o', prompt: 'What is it?', pictures: [picture], history: [], webSearch: null, sources: [] },
    run: (promise) => clock.runUntil(promise),
    open: () => model.open() + failing.open(),
    close: async () => {},
  };
});
