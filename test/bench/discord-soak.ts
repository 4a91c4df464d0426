import { getEventListeners } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DiscordGateway } from '../../adapters/discord/gateway/gateway.ts';
import { toIntents } from '../../adapters/discord/gateway/intents.ts';
import { createDiscordPlatform } from '../../adapters/discord/platform.ts';
import { openDatabase } from '../../adapters/sqlite/open-database.ts';
import { createSqliteStore } from '../../adapters/sqlite/store.ts';
import { createSqliteTurnQueue } from '../../adapters/sqlite/turn-queue.ts';
import type { ImageChat } from '../../src/answer/image-chat.ts';
import { noUsage } from '../../src/answer/say.ts';
import { assembleBot } from '../../src/assemble-bot.ts';
import { createRandomIds } from '../../src/lib/ids.ts';
import { noMetrics } from '../../src/lib/metrics.ts';
import { createFakeDiscord, type FakeDiscord } from '../fakes/discord/fake-discord.ts';
import { createFakeClock, type FakeClock } from '../fakes/fake-clock.ts';
import { fakeModel } from '../fakes/scripted-image-chat.ts';
import { createSilentLogger } from '../fakes/silent-logger.ts';

/** What many questions leave behind. */
export type SoakFigures = {
  /** Share of the questions that got their whole answer. */
  readonly answered: number;
  /** Growth of the heap and of the resident memory from the end of the warm-up to the end, in megabytes. */
  readonly heapGrowthMb: number;
  readonly residentGrowthMb: number;
  /** More waits on the clock, and more listeners for the end of the program, than before the first question. */
  readonly timersGrown: number;
  readonly listenersGrown: number;
  readonly perSecond: number;
};

const nobody = { servers: [], channels: [], roles: [], people: [] };
const picture = Buffer.from('\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x01\x40\0\0\0\xf0', 'latin1');
const rounds = { warmUp: 1, measured: 4, questions: 500 } as const;
/** Between two questions: about fifteen answers run side by side, with half of the calls that Discord takes. */
const questionEveryMs = 250;
/** Long enough for what runs to end, and for what is held for a while to be let go. */
const restMs = 120_000;
const megabyte = 1_048_576;

/** An API that answers with a few words and keeps nothing. */
function createForgetfulChat(clock: FakeClock): ImageChat {
  let count = 0;
  return {
    models: async () => [fakeModel('inspector')],
    forget: async () => {},
    async upload({ fileName }) {
      count += 1;
      return `images/${count}_${fileName}`;
    },
    async *ask(_question, onRecord, signal) {
      count += 1;
      await onRecord(`record-${count}`);
      let text = '';
      for (let word = 0; word < 10; word += 1) {
        await clock.sleep(300, signal);
        text += `word${word} `;
        yield { type: 'text-delta', text: `word${word} ` };
      }
      yield { type: 'answer-end', finish: 'stop', text, usage: noUsage };
    },
    resume: () => {
      throw new Error('nothing is resumed');
    },
  };
}

/** A Discord that remembers everything, until the next one takes its place: what then grows is the bot's. */
function createPassingDiscords(clock: FakeClock) {
  const build = () =>
    createFakeDiscord({ clock, oneWayMs: () => 20, limits: { threads: { count: 1_000_000, windowMs: 1_000 } } });
  let current: FakeDiscord = build();
  let leaving = new AbortController();
  let connected = Promise.withResolvers<void>();
  const first = connected;
  const gateway: DiscordGateway = {
    ready: first.promise,
    state: () => 'connected',
    async run(onDispatch, signal) {
      while (!signal.aborted) {
        leaving = new AbortController();
        const end = () => leaving.abort();
        signal.addEventListener('abort', end, { once: true });
        const client = current.connect({ intents: toIntents(false) });
        client.ready.then(connected.resolve, () => {});
        await client.run(onDispatch, leaving.signal);
        signal.removeEventListener('abort', end);
      }
    },
  };
  return {
    gateway,
    token: current.token,
    apiUrl: current.world.origins.api,
    makeRequest: ((url, init) => current.makeRequest(url, init)) satisfies FakeDiscord['makeRequest'],
    connected: () => connected.promise,
    pass() {
      current.expectNoViolations();
      current = build();
      connected = Promise.withResolvers<void>();
      leaving.abort();
    },
    current: () => current,
  };
}

/** One round of questions; gives how many got their whole answer. */
async function askAll(discord: FakeDiscord, clock: FakeClock): Promise<number> {
  const guild = discord.places.createGuild({ name: 'Painters' });
  const channel = discord.places.createChannel(guild, { name: 'pictures' });
  const person = discord.places.createPerson({ name: 'ada' });
  discord.places.join(guild, person);
  for (let index = 0; index < rounds.questions; index += 1) {
    const file = { name: `${index}.png`, bytes: picture };
    discord.people.say(person, channel, { text: `what is ${index}?`, mentionsBot: true, files: [file] });
    await clock.advance(questionEveryMs);
  }
  await clock.advance(restMs);
  return discord.screen.botMessages().filter(({ text }) => text.includes('word9')).length;
}

/** Two thousand questions on a fake clock through the whole bot: inbox, queue on a file, delivery, outbox. */
export async function soakDiscord(): Promise<SoakFigures> {
  const folder = mkdtempSync(join(tmpdir(), 'sightline-bench-'));
  const clock = createFakeClock();
  const logger = createSilentLogger();
  const database = openDatabase(join(folder, 'bench.db'));
  const store = createSqliteStore(database);
  const discords = createPassingDiscords(clock);
  const listModels = async () => [fakeModel('inspector')];
  const platform = createDiscordPlatform({
    settings: {
      token: discords.token,
      apiUrl: discords.apiUrl,
      messageContent: false,
      shards: { type: 'fixed', shardIds: [0], shardCount: 1 },
      allowed: nobody,
      denied: nobody,
    },
    version: '1.0.0',
    download: async () => picture,
    listModels,
    store,
    clock,
    logger,
    makeRequest: discords.makeRequest,
    connectGateway: () => discords.gateway,
  });
  const bot = assembleBot({
    platforms: [platform],
    queue: createSqliteTurnQueue({ database, clock, logger }),
    store,
    chat: createForgetfulChat(clock),
    prepare: async (bytes) => ({
      bytes,
      mimeType: 'image/webp',
      extension: '.webp',
      width: 1,
      height: 1,
      remarks: [],
      original: { format: 'PNG', width: 1, height: 1, sizeBytes: bytes.byteLength, frames: 1 },
    }),
    listModels,
    configuredModel: null,
    clock,
    ids: createRandomIds(),
    logger,
    metrics: noMetrics,
  });
  const intake = new AbortController();
  const abandon = new AbortController();
  const listeners = () =>
    [intake, abandon].reduce((sum, { signal }) => sum + getEventListeners(signal, 'abort').length, 0);
  const measure = () => {
    globalThis.gc?.();
    const { heapUsed, rss } = process.memoryUsage();
    return { heapUsed, rss, timers: clock.pending(), listeners: listeners() };
  };
  const running = bot.run(intake.signal, abandon.signal);
  try {
    await clock.runUntil(discords.connected());
    await clock.advance(restMs);
    let before = measure();
    let answered = 0;
    let beganMs = 0;
    for (let round = -rounds.warmUp; round < rounds.measured; round += 1) {
      if (round === 0) {
        before = measure();
        beganMs = performance.now();
      }
      const count = await askAll(discords.current(), clock);
      if (round >= 0) answered += count;
      discords.pass();
      await clock.runUntil(discords.connected());
      await clock.advance(restMs);
    }
    const after = measure();
    const questions = rounds.measured * rounds.questions;
    return {
      answered: answered / questions,
      heapGrowthMb: (after.heapUsed - before.heapUsed) / megabyte,
      residentGrowthMb: (after.rss - before.rss) / megabyte,
      timersGrown: after.timers - before.timers,
      listenersGrown: after.listeners - before.listeners,
      perSecond: (1_000 * questions) / (performance.now() - beganMs),
    };
  } finally {
    intake.abort(new Error('the bench is over'));
    abandon.abort(new Error('the bench is over'));
    await clock.runUntil(running.catch(() => {}));
    database.close();
    rmSync(folder, { recursive: true });
  }
}
