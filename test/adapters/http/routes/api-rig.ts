import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { answerFailure } from '../../../../adapters/http/answer-failure.ts';
import type { AppEnv } from '../../../../adapters/http/app-env.ts';
import { createRepeats } from '../../../../adapters/http/repeats.ts';
import { createChatWithAiRoutes } from '../../../../adapters/http/routes/chat-with-ai-routes.ts';
import { createConversationsRoutes } from '../../../../adapters/http/routes/conversations-routes.ts';
import { createFeaturesRoutes } from '../../../../adapters/http/routes/features-routes.ts';
import { createModelsRoutes } from '../../../../adapters/http/routes/models-routes.ts';
import { createResultsRoutes } from '../../../../adapters/http/routes/results-routes.ts';
import { ApiFailure } from '../../../../src/engine/api-failure.ts';
import { createEngineRig, type EngineRig } from '../../../fakes/engine-rig.ts';
import { createMemoryStore, type MemoryStore } from '../../../fakes/memory-store.ts';

/** The engine's routes behind a key that is nothing but the owner's name. */
export type ApiRig = EngineRig & {
  /** Where keys of repeats are kept. */
  readonly store: MemoryStore;
  /** One request as Ann, unless another key is given. */
  request(path: string, init?: RequestInit & { readonly key?: string }): Promise<Response>;
  post(path: string, body: unknown, key?: string): Promise<Response>;
  /** The page's example about a picture of Ann's. */
  example(changes?: object, promptChanges?: object): Promise<Record<string, unknown>>;
  /** Listens on a free port of the loopback interface. */
  listen(): Promise<{ readonly url: string; close(): Promise<void> }>;
};

export function createApiRig(...options: Parameters<typeof createEngineRig>): ApiRig {
  const rig = createEngineRig(...options);
  const { engine, clock } = rig;
  const store = createMemoryStore();
  const repeats = createRepeats(engine, store);
  const app = new Hono<AppEnv>();
  app.use('/api/*', async (context, next) => {
    context.set('caller', { ownerId: context.req.header('API-KEY') ?? 'ann', limited: true });
    await next();
  });
  for (const routes of [
    createFeaturesRoutes(engine, clock, repeats),
    createChatWithAiRoutes(engine, clock, repeats),
    createConversationsRoutes(engine),
    createResultsRoutes(engine),
  ])
    app.route('/', routes);
  app.route('/', createModelsRoutes(engine));
  app.onError((error, context) => {
    if (error instanceof ApiFailure) return answerFailure(context, error);
    throw error;
  });

  const request: ApiRig['request'] = async (path, { key = 'ann', ...init } = {}) =>
    app.request(path, { ...init, headers: { 'API-KEY': key, 'Content-Type': 'application/json', ...init.headers } });

  return {
    ...rig,
    store,
    request,
    post: (path, body, key = 'ann') => request(path, { method: 'POST', body: JSON.stringify(body), key }),
    example: async (changes = {}, promptChanges = {}) => ({
      type: 'CHAT_WITH_IMAGE',
      model: 'gpt-4o',
      conversationId: 'image-analysis-session-1',
      promptObject: {
        prompt: 'What do you see in this image? Please describe the scene in detail.',
        imageList: [await rig.assets.put('ann')],
        isMixed: false,
        webSearch: false,
        numOfSite: 3,
        maxWord: 500,
        ...promptChanges,
      },
      ...changes,
    }),
    listen: () =>
      new Promise((resolve) => {
        const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, (address: AddressInfo) =>
          resolve({
            url: `http://127.0.0.1:${address.port}`,
            close: () =>
              new Promise((closed) => {
                server.close(() => closed());
              }),
          }),
        );
      }),
  };
}

/** Server-sent events as pairs of name and data; a comment has the name `:`. */
export function readEvents(text: string): [name: string, data: unknown][] {
  return text
    .split('\n\n')
    .filter((block) => block !== '')
    .map((block) => {
      if (block.startsWith(':')) return [':', block.slice(1)];
      const fields = Object.fromEntries(block.split('\n').map((line) => line.split(/: (.*)/s)));
      return [String(fields['event']), JSON.parse(String(fields['data']))];
    });
}
