import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { createImageChat } from '../../adapters/chat-api/create-image-chat.ts';
import { openDatabase } from '../../adapters/sqlite/open-database.ts';
import { createSqliteStore } from '../../adapters/sqlite/store.ts';
import { createSqliteTurnQueue } from '../../adapters/sqlite/turn-queue.ts';
import { createModelList } from '../../src/answer/model-list.ts';
import { assembleBot } from '../../src/assemble-bot.ts';
import type { Outbox } from '../../src/delivery/outbox.ts';
import type { ImageSource } from '../../src/images/image-source.ts';
import { createSystemClock } from '../../src/lib/clock.ts';
import { createRandomIds } from '../../src/lib/ids.ts';
import { noMetrics } from '../../src/lib/metrics.ts';
import type { Inbox, InboxEvent, Receipt } from '../../src/turn/inbox.ts';
import { serveOwnApi } from '../e2e/own-api.ts';
import { createSampleTurn } from '../fakes/sample-turn.ts';
import { createScriptedVisionModel, wordsOf } from '../fakes/scripted-vision-model.ts';
import { createSilentLogger } from '../fakes/silent-logger.ts';
import type { Figure } from './figure.ts';

/** A number among the arguments takes the place of the thousand: `npm run bench -- live 400`. */
const answers = Number(process.argv.find((argument) => /^\d+$/.test(argument)) ?? 1_000);
const tokenDelayMs = 50;
const tokensEach = 600;
const measuredMs = 10_000;
const warmUpAnswers = 50;

const sleep = (delayMs: number) => new Promise((resolve) => setTimeout(resolve, delayMs));

/** A platform that takes every message at once and keeps nothing, so that what is measured is ours. */
function createSink() {
  const seen = { edits: 0, posts: 0, streaming: 0 };
  let onEvent: ((event: InboxEvent) => Promise<Receipt>) | null = null;
  const outbox: Outbox = {
    limits: { text: { max: 2_000, unit: 'utf16' }, edits: { count: 5, windowMs: 5_000 }, growth: { type: 'replaced' } },
    open: async (turn) => ({
      id: turn.thread,
      scope: turn.thread,
      hint: null,
      mostMessages: null,
      limits: null,
      commandSign: '/',
    }),
    post: async (_place, _part, key) => {
      seen.posts += 1;
      return key;
    },
    edit: async () => {
      seen.edits += 1;
      return null;
    },
    remove: async () => {},
    typing: async () => {},
  };
  const inbox: Inbox = {
    name: 'fake',
    listen: (listener, signal) =>
      new Promise((resolve) => {
        onEvent = listener;
        signal.addEventListener('abort', () => resolve(), { once: true });
      }),
  };
  return { seen, outbox, inbox, say: (event: InboxEvent) => onEvent?.(event) };
}

/**
 * A thousand answers at twenty tokens a second each through everything this program is made of: queue, bot, HTTP client, HTTP
 * server, engine and delivery, all in this one process; only the model and the platform are stand-ins.
 */
export async function benchLiveAnswers(): Promise<Figure[]> {
  const clock = createSystemClock();
  const ids = createRandomIds();
  const logger = createSilentLogger();
  const steps = wordsOf('word '.repeat(tokensEach), tokenDelayMs);
  const warmUpSteps = wordsOf('word '.repeat(20), tokenDelayMs);
  let isWarm = false;
  const model = createScriptedVisionModel(clock, () => (isWarm ? steps : warmUpSteps));
  const api = await serveOwnApi(model);
  const database = openDatabase(':memory:');
  const store = createSqliteStore(database);
  const chat = createImageChat({
    baseUrl: api.url,
    apiKey: api.key,
    version: 'bench',
    requestsPerMinute: null,
    clock,
    ids,
    logger,
    watch: () => {},
  });
  const platform = createSink();
  const downloadImage: ImageSource = async () => ({
    bytes: Buffer.from('\x89PNG\r\n\x1a\n and so on', 'latin1'),
    posted: null,
  });
  const bot = assembleBot({
    platforms: [{ ...platform, downloadImage }],
    queue: createSqliteTurnQueue({ database, clock, logger, concurrency: answers, total: answers * 2 }),
    store,
    chat,
    prepare: async (bytes) => ({
      bytes,
      mimeType: 'image/jpeg',
      extension: '.jpg',
      width: 1,
      height: 1,
      remarks: [],
      original: { format: 'PNG', width: 1, height: 1, sizeBytes: bytes.byteLength, frames: 1 },
    }),
    listModels: createModelList(chat.models, clock),
    configuredModel: null,
    clock,
    ids,
    logger,
    metrics: noMetrics,
  });
  const ending = new AbortController();
  const running = bot.run(ending.signal, ending.signal);
  await sleep(200);
  // What the first answers load and compile stays, and is no part of what an answer holds.
  for (let index = 0; index < warmUpAnswers; index += 1)
    await platform.say({ type: 'turn', turn: createSampleTurn(`warm-up-${index}`, `warm-up-${index}`) });
  while (model.requests.length < warmUpAnswers || model.open() > 0) await sleep(50);
  await sleep(2_000);
  model.requests.length = 0;
  isWarm = true;
  globalThis.gc?.();
  const heapBefore = process.memoryUsage().heapUsed;

  for (let index = 0; index < answers; index += 1) {
    await platform.say({ type: 'turn', turn: createSampleTurn(`turn-${index}`, `thread-${index}`) });
    // Not more at once than pictures may wait: people do not all ask in the same millisecond.
    while (index - model.open() > 100) await sleep(5);
  }
  const untilMs = performance.now() + 60_000;
  while (model.open() < answers && performance.now() < untilMs) await sleep(50);
  const live = model.open();
  await sleep(2_000);
  const delay = monitorEventLoopDelay({ resolution: 5 });
  const editsBefore = platform.seen.edits;
  const cpuBefore = process.cpuUsage();
  delay.enable();
  await sleep(measuredMs);
  delay.disable();
  const cpu = process.cpuUsage(cpuBefore);
  const edits = platform.seen.edits - editsBefore;
  globalThis.gc?.();
  const heapEachKib = (process.memoryUsage().heapUsed - heapBefore) / 1_024 / answers;
  const p99Ms = delay.percentile(99) / 1e6;

  ending.abort(new Error('the bench is over'));
  await running.catch(() => {});
  await chat.close();
  await api.close();
  database.close();

  const busy = (cpu.user + cpu.system) / 1e6 / (measuredMs / 1_000);
  return [
    {
      name: 'live answers at 20 tokens/s each, whole path in one process',
      value: `${live}`,
      goal: `${answers}`,
      ok: live === answers,
    },
    { name: '… event-loop delay, p99', value: `${p99Ms.toFixed(1)} ms`, goal: '≤ 50 ms', ok: p99Ms <= 50 },
    { name: '… heap each', value: `${heapEachKib.toFixed(1)} KiB`, goal: '≤ 64 KiB', ok: heapEachKib <= 64 },
    {
      name: '… processor used, edits delivered',
      value: `${(busy * 100).toFixed(0)} % of a core, ${Math.round(edits / (measuredMs / 1_000))}/s`,
      goal: '–',
      ok: null,
    },
  ];
}
