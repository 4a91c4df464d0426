import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createDiskAssetFiles } from '../adapters/disk/asset-files.ts';
import { createDiskKeyFile } from '../adapters/disk/key-file.ts';
import { createApp } from '../adapters/http/create-app.ts';
import { createBrowserGuard, isLoopbackHost } from '../adapters/http/guard-browser.ts';
import { guardRoutes } from '../adapters/http/guard-routes.ts';
import { createHealthRoutes } from '../adapters/http/health-routes.ts';
import { listen } from '../adapters/http/listen.ts';
import { createPrometheusMetrics } from '../adapters/http/metrics.ts';
import { createRepeats } from '../adapters/http/repeats.ts';
import { createAssetsRoutes } from '../adapters/http/routes/assets-routes.ts';
import { createChatWithAiRoutes } from '../adapters/http/routes/chat-with-ai-routes.ts';
import { createConversationsRoutes } from '../adapters/http/routes/conversations-routes.ts';
import { createFeaturesRoutes } from '../adapters/http/routes/features-routes.ts';
import { createModelsRoutes } from '../adapters/http/routes/models-routes.ts';
import { createOpenApiRoutes } from '../adapters/http/routes/open-api-routes.ts';
import { createResultsRoutes } from '../adapters/http/routes/results-routes.ts';
import { createStderrLogger } from '../adapters/pino/create-pino-logger.ts';
import { createSqliteApiKeyTable } from '../adapters/sqlite/api-key-table.ts';
import { createSqliteAssetIndex } from '../adapters/sqlite/asset-index.ts';
import { createSqliteConversationStore } from '../adapters/sqlite/conversation-store.ts';
import { removeExpired } from '../adapters/sqlite/keyv-sqlite.ts';
import { openDatabase } from '../adapters/sqlite/open-database.ts';
import { createSqliteRecordStore } from '../adapters/sqlite/record-store.ts';
import { createSqliteStore } from '../adapters/sqlite/store.ts';
import { createSqliteTurnQueue } from '../adapters/sqlite/turn-queue.ts';
import { createWebPlatform } from '../adapters/web/platform.ts';
import manifest from '../package.json' with { type: 'json' };
import { createLazyImageChat } from './answer/lazy-image-chat.ts';
import { createModelList } from './answer/model-list.ts';
import { assembleBot } from './assemble-bot.ts';
import type { Config } from './config.ts';
import type { ConnectedPlatform } from './connected-platform.ts';
import { addCompatibleModels } from './engine/add-compatible-models.ts';
import { createApiKeys } from './engine/api-keys.ts';
import { createAssets, defaultAssetLimits } from './engine/assets.ts';
import type { CatalogueModel } from './engine/catalogue-model.ts';
import { createEngine } from './engine/engine.ts';
import { createLazyVisionModel } from './engine/lazy-vision-model.ts';
import { parseCatalogueFile } from './engine/parse-catalogue-file.ts';
import { createRateLimit, defaultRequestRule } from './engine/rate-limit.ts';
import { type Clock, createSystemClock } from './lib/clock.ts';
import { errorMessage, Failure } from './lib/errors.ts';
import { createRandomIds } from './lib/ids.ts';
import { createLazy } from './lib/lazy.ts';
import { repeat } from './lib/repeat.ts';
import { loadDiscord } from './load-discord.ts';
import { loadSlack } from './load-slack.ts';
import { loadVendors } from './load-vendors.ts';

/** How the program is told to end: `intake` aborts first, and `told` resolves; `abandon` when it has to be quick. */
export type Stopping = {
  readonly intake: AbortController;
  readonly abandon: AbortController;
  readonly told: Promise<void>;
};

const discordHint =
  'Not on Discord: put DISCORD_TOKEN=… into .env. It comes from discord.com/developers/applications: New Application, Bot, Reset Token.';
/** How long the start waits for a platform; one that cannot be reached goes on trying beside the others. */
const connectMs = 8_000;
const slackHint =
  'Not on Slack: put SLACK_BOT_TOKEN=… and SLACK_APP_TOKEN=… into .env. They come from api.slack.com/apps: Create New App, From a manifest (adapters/slack/manifest.json).';

/** Prints what each platform has to say, as long as it takes no longer than a start may. Rejects when one refuses the bot. */
async function announce(platforms: readonly ConnectedPlatform[], clock: Clock, signal: AbortSignal): Promise<void> {
  const giveUp = new AbortController();
  const onAbort = () => giveUp.abort(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  const late = clock.sleep(connectMs, giveUp.signal).then(
    () => ['not connected yet; it goes on trying, and the log says why.'],
    () => [],
  );
  try {
    for (const { name, started } of platforms) {
      const lines = await Promise.race([started, late.then((words) => words.map((word) => `${name}: ${word}`))]);
      for (const line of lines) console.log(line);
    }
  } finally {
    signal.removeEventListener('abort', onAbort);
    giveUp.abort(new Error('announced'));
  }
}

/** How long running answers may take to finish after SIGTERM; what is not done by then is finished by the next start. */
const finishMs = 20_000;
const sweepEveryMs = 3_600_000;
/** Below the 180 that the hosted API allows, so that others with the same key have some left. */
const hostedRequestsPerMinute = 120;

async function readCatalogue({ modelsFile: file, compatibleModels }: Config): Promise<readonly CatalogueModel[]> {
  const listed = addCompatibleModels(compatibleModels);
  if (file === null) return listed;
  const text = await readFile(file, 'utf8').catch((error) => {
    throw new Failure('models-file', `MODELS_FILE cannot be read: ${errorMessage(error)}.`, { cause: error });
  });
  const parsed = parseCatalogueFile(text, listed);
  if (!parsed.ok) throw new Failure('models-file', `MODELS_FILE does not hold models: ${parsed.reason}.`);
  return parsed.value;
}

const modelVariables = { defaultModel: 'DEFAULT_MODEL', fallbackModel: 'FALLBACK_MODEL' } as const;

/** Another API's models are not known before it answers; of our own, a model that is named has to be one. */
function checkModel(name: keyof typeof modelVariables, config: Config, catalogue: readonly CatalogueModel[]): void {
  const wanted = config[name];
  if (wanted === null || config.chatApi !== null || catalogue.some(({ id }) => id === wanted)) return;
  const ids = catalogue.map(({ id }) => id).join(', ');
  throw new Failure('unknown-model', `${modelVariables[name]} names no model that there is. Choose one of: ${ids}.`);
}

/** The address at which the bot reaches the server in its own process. */
function ownUrl(host: string, port: number): string {
  const name = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  return `http://${name.includes(':') ? `[${name}]` : name}:${port}`;
}

/**
 * Builds everything, prints the address, serves until it is told to end, then closes in order. The only file that knows every
 * adapter. Rejects with a `Failure` whose message is for the operator when it cannot start.
 */
export async function serve(config: Config, { intake, abandon, told }: Stopping): Promise<void> {
  const clock = createSystemClock();
  const ids = createRandomIds();
  const logger = createStderrLogger({ level: config.logLevel, secrets: config.secrets });
  const metrics = createPrometheusMetrics();
  const folder = dirname(config.databasePath);
  const catalogue = await readCatalogue(config);
  for (const name of ['defaultModel', 'fallbackModel'] as const) checkModel(name, config, catalogue);
  const database = openDatabase(config.databasePath);
  const store = createSqliteStore(database);
  const base = { clock, ids, logger, metrics };

  const apiKeys = createApiKeys({
    table: createSqliteApiKeyTable(database),
    keyFile: createDiskKeyFile(join(folder, 'api-key')),
    configuredKeys: config.apiKeys,
    ...base,
  });
  const assets = createAssets({
    files: createDiskAssetFiles(join(folder, 'assets')),
    index: createSqliteAssetIndex(database),
    limits: defaultAssetLimits,
    ...base,
  });
  // What is of no use before the first question is loaded with it: that saves a tenth of the memory at the start.
  const inspector = createLazy(async () => {
    const { createInspector } = await import('../adapters/vendors/inspector/create-inspector.ts');
    return createInspector({ clock, logger });
  });
  const preparer = createLazy(async () => {
    const { createImagePreparer } = await import('../adapters/sharp/create-image-preparer.ts');
    return createImagePreparer(clock);
  });
  const vendors = await loadVendors(config, base);
  const engine = createEngine({
    records: createSqliteRecordStore(database, logger),
    conversations: createSqliteConversationStore(database),
    assets,
    catalogue,
    models: new Map([...vendors.models, ['inspector', createLazyVisionModel(inspector.get)]]),
    webSearch: vendors.webSearch,
    fitPicture: async (...picture) => (await preparer.get()).fitPicture(...picture),
    fallbackModel: config.fallbackModel,
    retiredModels: config.retiredModels,
    ...base,
  });
  await engine.recover();

  let port = config.port;
  const listModels = createModelList((signal) => chat.models(signal), clock);
  const isLocal = isLoopbackHost(config.host);
  const accessToken = isLocal ? null : ids.token();
  const web = createWebPlatform({
    database,
    picturesFolder: join(folder, 'playground'),
    botName: 'sightline',
    listModels,
    apiKey: isLocal && config.chatApi === null ? apiKeys.firstKey : null,
    apiUrl: () => config.chatApi?.url ?? ownUrl(config.host, port),
    ...base,
  });
  const guard = createBrowserGuard({ host: config.host, port: () => port, accessToken });
  const tools = { store, clock, ids, logger, listModels };
  const connected = await Promise.all([
    ...(config.discord === null ? [] : [loadDiscord(config.discord, tools)]),
    ...(config.slack === null ? [] : [loadSlack(config.slack, () => ownUrl(config.host, port), tools)]),
  ]);
  const health = createHealthRoutes({
    checks: [
      { name: 'store', check: () => store.set('ready', clock.now()).then(() => null) },
      ...connected.map(({ name, problem }) => ({ name, check: async () => problem() })),
    ],
    ...base,
  });
  const repeats = createRepeats(engine, store);
  const app = createApp({
    draining: intake.signal,
    apiKeys,
    rateLimit: createRateLimit(clock, defaultRequestRule),
    apiRoutes: [
      createAssetsRoutes({ assets, clock, maxBytes: defaultAssetLimits.maxBytes }),
      createFeaturesRoutes(engine, clock, repeats),
      createChatWithAiRoutes(engine, clock, repeats),
      createConversationsRoutes(engine),
      createResultsRoutes(engine),
    ],
    publicRoutes: [
      createModelsRoutes(engine),
      createOpenApiRoutes(manifest.version),
      health,
      metrics.routes,
      ...connected.flatMap(({ routes }) => (routes === null ? [] : [routes])),
      guardRoutes(guard, web.routes),
    ],
    ...base,
  });

  const server = await listen({ app, host: config.host, port: config.port, clock }, intake.signal);
  port = server.port;

  const client = createLazy(async () => {
    const { createImageChat } = await import('../adapters/chat-api/create-image-chat.ts');
    return createImageChat({
      baseUrl: config.chatApi?.url ?? ownUrl(config.host, port),
      apiKey: config.chatApi?.key ?? apiKeys.createInternalKey(),
      version: manifest.version,
      requestsPerMinute: config.chatApi === null ? null : hostedRequestsPerMinute,
      ...(config.chatApi === null ? {} : { hosted: { dialect: config.chatApi.dialect, store } }),
      watch: web.watchApiCall,
      ...base,
    });
  });
  const chat = createLazyImageChat(client.get);
  const bot = assembleBot({
    platforms: [{ inbox: web.inbox, outbox: web.outbox, downloadImage: web.downloadImage }, ...connected],
    queue: createSqliteTurnQueue({ database, clock, logger }),
    store,
    chat,
    prepare: async (...picture) => (await preparer.get()).prepare(...picture),
    listModels,
    configuredModel: config.defaultModel,
    ...base,
  });

  const sweeping = repeat(
    {
      name: 'sweep',
      everyMs: sweepEveryMs,
      async run(signal) {
        await engine.sweep();
        await assets.sweep(signal);
        removeExpired(database, clock.now());
      },
    },
    clock,
    logger,
    intake.signal,
  );
  const running = bot.run(intake.signal, abandon.signal);

  if (apiKeys.isNew) console.log(`API key, shown this once: ${apiKeys.firstKey}`);
  const refusal = await announce(connected, clock, intake.signal).then(
    () => null,
    (error: unknown) => error,
  );
  if (refusal === null) {
    console.log(`Sightline is ready: ${server.url}${accessToken === null ? '' : `/?access=${accessToken}`}`);
    if (config.discord === null) console.log(discordHint);
    if (config.slack === null) console.log(slackHint);
    await told;
  } else intake.abort(refusal);

  // What runs is finished within its time, then left for the next start.
  const lateness = clock.sleep(finishMs, abandon.signal).then(
    () => abandon.abort(new Error('out of time')),
    () => {},
  );
  await running;
  // Answers that were asked for through the API alone.
  await engine.close(abandon.signal);
  abandon.abort(new Error('everything has ended'));
  await Promise.all([lateness, sweeping]);
  await server.close(1_000);
  await Promise.all([client, preparer, inspector, vendors, ...connected].map((each) => each.close()));
  database.close();
  if (refusal !== null) throw refusal;
}
