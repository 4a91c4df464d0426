import type { Hono } from 'hono';
import type { AppEnv } from '../../adapters/http/app-env.ts';
import { createApp } from '../../adapters/http/create-app.ts';
import { listen } from '../../adapters/http/listen.ts';
import { createRepeats } from '../../adapters/http/repeats.ts';
import { createAssetsRoutes } from '../../adapters/http/routes/assets-routes.ts';
import { createChatWithAiRoutes } from '../../adapters/http/routes/chat-with-ai-routes.ts';
import { createConversationsRoutes } from '../../adapters/http/routes/conversations-routes.ts';
import { createFeaturesRoutes } from '../../adapters/http/routes/features-routes.ts';
import { createModelsRoutes } from '../../adapters/http/routes/models-routes.ts';
import { createOpenApiRoutes } from '../../adapters/http/routes/open-api-routes.ts';
import { createResultsRoutes } from '../../adapters/http/routes/results-routes.ts';
import { createSqliteConversationStore } from '../../adapters/sqlite/conversation-store.ts';
import { openDatabase } from '../../adapters/sqlite/open-database.ts';
import { createSqliteRecordStore } from '../../adapters/sqlite/record-store.ts';
import { createSqliteStore } from '../../adapters/sqlite/store.ts';
import { catalogueModels } from '../../src/engine/catalogue-data.ts';
import type { VendorId } from '../../src/engine/catalogue-model.ts';
import { createEngine } from '../../src/engine/engine.ts';
import { createRateLimit, defaultRequestRule } from '../../src/engine/rate-limit.ts';
import type { VisionModel } from '../../src/engine/vision-model.ts';
import { createSystemClock } from '../../src/lib/clock.ts';
import { createRandomIds } from '../../src/lib/ids.ts';
import { noMetrics } from '../../src/lib/metrics.ts';
import { createMemoryAssets } from '../fakes/memory-assets.ts';
import { createSilentLogger } from '../fakes/silent-logger.ts';

/** Our own Chat with Image API on a real socket. */
export type OwnApi = { readonly url: string; readonly key: string; close(): Promise<void> };

/** Serves the engine on loopback with one model in place of these vendors; everything it keeps lies in memory, or in the named database. The bot's key is not limited. */
export async function serveOwnApi(
  model: VisionModel,
  watch?: Hono<AppEnv>,
  vendors: readonly VendorId[] = ['openai'],
  databasePath = ':memory:',
): Promise<OwnApi> {
  const clock = createSystemClock();
  const ids = createRandomIds();
  const logger = createSilentLogger();
  const database = openDatabase(databasePath);
  const assets = createMemoryAssets(clock, ids);
  const key = 'a-key-of-the-bot-in-this-process-alone';
  const engine = createEngine({
    records: createSqliteRecordStore(database, logger),
    conversations: createSqliteConversationStore(database),
    assets,
    catalogue: catalogueModels,
    models: new Map(vendors.map((vendor) => [vendor, model])),
    clock,
    ids,
    logger,
    metrics: noMetrics,
  });
  const repeats = createRepeats(engine, createSqliteStore(database));
  const app = createApp({
    apiKeys: {
      resolve: (presented) => (presented === key ? { ownerId: 'bot', limited: false } : null),
      createInternalKey: () => key,
      firstKey: key,
      isNew: false,
    },
    rateLimit: createRateLimit(clock, defaultRequestRule),
    apiRoutes: [
      ...(watch === undefined ? [] : [watch]),
      createAssetsRoutes({ assets, clock, maxBytes: 50 * 1_048_576 }),
      createFeaturesRoutes(engine, clock, repeats),
      createChatWithAiRoutes(engine, clock, repeats),
      createConversationsRoutes(engine),
      createResultsRoutes(engine),
    ],
    publicRoutes: [createModelsRoutes(engine), createOpenApiRoutes('0.0.0')],
    logger,
    metrics: noMetrics,
    clock,
    ids,
  });
  const server = await listen({ app, host: '127.0.0.1', port: 0, clock }, new AbortController().signal);
  return {
    url: server.url,
    key,
    async close() {
      const ended = new AbortController();
      ended.abort(new Error('the test is over'));
      await engine.close(ended.signal);
      await server.close(100);
      database.close();
    },
  };
}
