import { createAnswerModel } from '../../../src/engine/answer-model.ts';
import { createCatalogue } from '../../../src/engine/catalogue.ts';
import { catalogueModels } from '../../../src/engine/catalogue-data.ts';
import { Failure } from '../../../src/lib/errors.ts';
import { noMetrics } from '../../../src/lib/metrics.ts';
import { visionModelContract } from '../../contracts/vision-model.contract.ts';
import { createFakeClock } from '../../fakes/fake-clock.ts';
import { createFakeIds } from '../../fakes/fake-ids.ts';
import { createScriptedVisionModel, type ScriptedVisionModel, wordsOf } from '../../fakes/scripted-vision-model.ts';
import { createSilentLogger } from '../../fakes/silent-logger.ts';

visionModelContract('a model behind everything that the engine puts in front of it', async () => {
  const clock = createFakeClock();
  const words = createScriptedVisionModel(clock, wordsOf('A red bicycle leans on a wall.', 50));
  const broken = createScriptedVisionModel(clock, [
    ...wordsOf('A red', 50),
    { type: 'fail', error: new Failure('chat-broken-stream', 'The connection broke.', { retryable: true }) },
  ]);

  const wrap = (vision: ScriptedVisionModel) => {
    const catalogue = createCatalogue({
      models: catalogueModels,
      visions: new Map([['google', vision]]),
      clock,
      retiredModels: 'successor',
    });
    const open = createAnswerModel({
      catalogue,
      fitPicture: async (bytes) => ({ bytes, mimeType: 'image/jpeg', width: 10, height: 10 }),
      webSearch: null,
      fallbackModel: 'gemini-2.5-pro',
      firstWordMs: 60_000,
      clock,
      ids: createFakeIds(),
      logger: createSilentLogger(),
      metrics: noMetrics,
    });
    // A retired one: a line in front of the answer belongs to it.
    return open(catalogue.choose('gemini-1.5-pro'), { onAsking: () => {}, onEstimated: () => {} });
  };

  const picture = {
    key: 'images/a.gif',
    name: 'a.gif',
    mimeType: 'image/gif',
    number: null,
    original: null,
    read: async () => Buffer.from('GIF89a'),
  };
  return {
    model: wrap(words),
    failing: wrap(broken),
    request: { model: 'any', prompt: 'What is it?', pictures: [picture], history: [], webSearch: null, sources: [] },
    run: (promise) => clock.runUntil(promise),
    open: () => words.open() + broken.open() + clock.pending(),
    close: async () => {},
  };
});
