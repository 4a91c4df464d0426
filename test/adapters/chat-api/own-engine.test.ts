import { ServerResponse } from 'node:http';
import { Hono, type MiddlewareHandler } from 'hono';
import { expect, it, onTestFinished } from 'vitest';
import { createImageChat } from '../../../adapters/chat-api/create-image-chat.ts';
import type { DialectChoice } from '../../../adapters/chat-api/dialect.ts';
import type { AppEnv } from '../../../adapters/http/app-env.ts';
import type { VisionRequest } from '../../../src/engine/vision-model.ts';
import { createSystemClock } from '../../../src/lib/clock.ts';
import { Failure } from '../../../src/lib/errors.ts';
import { createRandomIds } from '../../../src/lib/ids.ts';
import { type ImageChatRig, imageChatContract } from '../../contracts/image-chat.contract.ts';
import { serveOwnApi } from '../../e2e/own-api.ts';
import { createMemoryStore } from '../../fakes/memory-store.ts';
import { createScriptedVisionModel, type ScriptStep } from '../../fakes/scripted-vision-model.ts';
import { createSilentLogger } from '../../fakes/silent-logger.ts';
import { askAbout, smallPicture } from './chat-api-bench.ts';

const endings = {
  end: { type: 'end' },
  fail: { type: 'fail', error: new Failure('chat-broken-stream', 'as scripted') },
  hang: { type: 'stall' },
} as const satisfies Record<string, ScriptStep>;

/** Counts what the contract wants to see from behind: questions taken, streams open, models stopped. */
function createWatch() {
  const seen = { questions: 0, open: 0, stopped: 0 };
  const routes = new Hono<AppEnv>();
  for (const path of ['/api/features', '/api/chat-with-ai']) {
    routes.post(path, async (context, next) => {
      await next();
      if (context.res.ok) seen.questions += 1;
    });
  }
  routes.on('DELETE', '/api/features/stream/:id', async (_context, next) => {
    await next();
    seen.stopped += 1;
  });
  const watchReply: MiddlewareHandler<AppEnv> = async (context, next) => {
    const outgoing: unknown = Object(context.env)['outgoing'];
    if (!(outgoing instanceof ServerResponse)) throw new Error('this needs a real socket');
    if (!outgoing.destroyed) {
      seen.open += 1;
      outgoing.once('close', () => {
        seen.open -= 1;
      });
    }
    await next();
  };
  routes.get('/api/features/stream/:id', watchReply);
  routes.post('/api/chat-with-ai', watchReply);
  return { seen, routes };
}

async function makeRig(
  dialect: DialectChoice | null = null,
): Promise<ImageChatRig & { readonly requests: readonly VisionRequest[] }> {
  let steps: readonly ScriptStep[] = [];
  const clock = createSystemClock();
  const { seen, routes } = createWatch();
  const model = createScriptedVisionModel(clock, () => steps);
  const api = await serveOwnApi(model, routes);
  const chat = createImageChat({
    baseUrl: api.url,
    apiKey: api.key,
    version: 'test',
    requestsPerMinute: null,
    clock,
    ids: createRandomIds(),
    logger: createSilentLogger(),
    watch: () => {},
    ...(dialect === null ? {} : { hosted: { dialect, store: createMemoryStore() } }),
  });
  return {
    requests: model.requests,
    chat,
    model: 'gpt-4o',
    picture: smallPicture,
    script(words, then) {
      const texts = words.map((text) => ({ type: 'text', text }) as const);
      steps = [...texts.flatMap((text) => [{ type: 'wait', delayMs: 5 } as const, text]), endings[then]];
    },
    questionCount: () => seen.questions,
    openReplies: () => seen.open,
    stoppedCount: () => seen.stopped,
    async close() {
      await chat.close();
      await api.close();
    },
  };
}

imageChatContract('the client over our own engine', () => makeRig());
const unnamed = { records: 'the record comes with the result, after the words' };
imageChatContract('the client over our engine as a foreign server, unified', () => makeRig('unified'), unnamed);
imageChatContract('the client over our engine as a foreign server, found out', () => makeRig('auto'), unnamed);
imageChatContract('the client over our engine as a foreign server, the page’s way', () => makeRig('features'));

it('gives our own engine in the unified dialect the search, the history and the pictures it was asked with', async () => {
  const rig = await makeRig('unified');
  onTestFinished(() => rig.close());
  rig.script(['A bicycle.'], 'end');
  const webSearch = { numOfSite: 2, maxWord: 300 };
  for (let times = 0; times < 2; times += 1) {
    for await (const _event of askAbout(rig.chat, { webSearch })) {
      // The request alone matters.
    }
  }
  expect(rig.requests.map(({ pictures, history }) => [pictures.length, history.length])).toEqual([
    [1, 0],
    [1, 1],
  ]);
  expect(rig.requests[0]?.webSearch).toEqual(webSearch);
});

it('has our own engine forget a conversation, and does not mind one that it does not know', async () => {
  const rig = await makeRig();
  onTestFinished(() => rig.close());
  rig.script(['A bicycle.'], 'end');
  const ask = async () => {
    for await (const _event of askAbout(rig.chat)) {
      // The request alone matters.
    }
    return rig.requests.at(-1)?.history.length;
  };
  const never = new AbortController().signal;
  expect([await ask(), await ask()]).toEqual([0, 1]);
  await rig.chat.forget('c', never);
  await rig.chat.forget('c', never);
  expect(await ask()).toBe(0);
});

it('lets the model of our own engine know what the picture was before it was made smaller', async () => {
  const rig = await makeRig();
  onTestFinished(() => rig.close());
  rig.script(['A bicycle.'], 'end');
  for await (const _event of askAbout(rig.chat)) {
    // The request alone matters.
  }
  expect(rig.requests[0]?.pictures).toMatchObject([{ original: smallPicture.original }]);
});

it('lists a retired model of our own engine with the one that answers in its place', async () => {
  const rig = await makeRig();
  onTestFinished(() => rig.close());
  const models = await rig.chat.models(new AbortController().signal);
  expect(models.find(({ id }) => id === 'gemini-1.5-pro')).toMatchObject({
    answeredBy: 'gemini-3.8-flash',
    bestAt: 'retired, gemini-3.8-flash answers',
  });
  expect(models.find(({ id }) => id === 'gpt-6-luna')?.answeredBy).toBeUndefined();
});
