import { expect } from 'vitest';
import { toIntents } from '../../../adapters/discord/gateway/intents.ts';
import { createDiscordPlatform } from '../../../adapters/discord/platform.ts';
import { toFetchFailure, toStatusFailure, toTooLarge } from '../../../adapters/fetch-guard/fetch-failure.ts';
import { createModelList } from '../../../src/answer/model-list.ts';
import type { ModelInfo } from '../../../src/answer/models.ts';
import { assembleBot } from '../../../src/assemble-bot.ts';
import type { PreparedImage, PrepareImage } from '../../../src/images/prepare-image.ts';
import { noMetrics } from '../../../src/lib/metrics.ts';
import type { Store } from '../../../src/memory/store.ts';
import type { AccessRules } from '../../../src/turn/access.ts';
import type { TurnQueue } from '../../../src/turn/turn-queue.ts';
import type { FileToAttach } from '../../fakes/discord/attachments.ts';
import type { Clicks } from '../../fakes/discord/clicks.ts';
import { createDiscordRig } from '../../fakes/discord/discord-rig.ts';
import type { FakeDiscordOptions } from '../../fakes/discord/fake-discord.ts';
import type { InProcessCall } from '../../fakes/discord/in-process.ts';
import type { KeptSession } from '../../fakes/discord/in-process-gateway.ts';
import { toObjects, toText } from '../../fakes/discord/json.ts';
import type { Words } from '../../fakes/discord/people.ts';
import type { ChannelRecord, InteractionRecord, MessageRecord, UserRecord } from '../../fakes/discord/records.ts';
import { createFakeIds } from '../../fakes/fake-ids.ts';
import { createMemoryStore } from '../../fakes/memory-store.ts';
import { createMemoryTurnQueue, type MemoryTurnRows } from '../../fakes/memory-turn-queue.ts';
import { createScriptedImageChat, fakeModel, type ScriptedAnswer } from '../../fakes/scripted-image-chat.ts';
import { createSilentLogger } from '../../fakes/silent-logger.ts';

/** A small PNG of its own for each name: enough to be recognised and measured. */
export function picture(name: string, change: Partial<FileToAttach> = {}): FileToAttach {
  const head = Buffer.from('\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x01\x40\0\0\0\xf0', 'latin1');
  return { name, bytes: Buffer.concat([head, Buffer.from(name)]), ...change };
}

/** An answer of the model, word by word, half a second each unless told otherwise. */
export function slowly(text: string, wordDelayMs = 500): ScriptedAnswer {
  return { words: text.split(/(?<=\s)/), wordDelayMs };
}

const nobody: AccessRules = {
  allowed: { servers: [], channels: [], roles: [], people: [] },
  denied: { servers: [], channels: [], roles: [], people: [] },
};

const defaultModels = [
  fakeModel('gpt-4o', { unavailableBecause: 'Set OPENAI_API_KEY.' }),
  fakeModel('inspector'),
  fakeModel('other'),
];

type RigOptions = {
  readonly messageContent?: boolean;
  readonly access?: { [Kind in keyof AccessRules]?: Partial<AccessRules[Kind]> };
  readonly models?: readonly ModelInfo[];
  readonly discord?: Omit<FakeDiscordOptions, 'clock'>;
  /** Takes every picture unless told otherwise. */
  readonly prepare?: PrepareImage;
  readonly perConversation?: number;
};

async function takeEveryPicture(bytes: Uint8Array): Promise<PreparedImage> {
  const original = { format: 'PNG', width: 320, height: 240, sizeBytes: bytes.byteLength, frames: 1 } as const;
  return { bytes, mimeType: 'image/webp', extension: '.webp', width: 320, height: 240, remarks: [], original };
}

/** What a start of the program can reach; `cut` is what `kill -9` does to it, `answering` what the database waits for. */
function createLifeline(makeRequest: InProcessCall, store: Store, answering: () => Promise<void>) {
  let isDead = false;
  const alive = async <Value>(work: () => Promise<Value>): Promise<Value> => {
    if (isDead) throw new Error('the program was killed');
    return work();
  };
  const reached = <Value>(work: () => Promise<Value>): Promise<Value> =>
    alive(async () => {
      await answering();
      return alive(work);
    });
  const kept: Store = {
    get: (key) => reached(() => store.get(key)),
    set: (key, value) => reached(() => store.set(key, value)),
    setFor: (key, value, keepForMs) => reached(() => store.setFor(key, value, keepForMs)),
    delete: (key) => reached(() => store.delete(key)),
    list: (...page) => reached(() => store.list(...page)),
  };
  return {
    makeRequest: ((url, init) => alive(() => makeRequest(url, init))) satisfies InProcessCall,
    store: kept,
    wrapQueue: (queue: TurnQueue): TurnQueue => ({ ...queue, accept: (turn) => reached(() => queue.accept(turn)) }),
    cut() {
      isDead = true;
    },
  };
}

/**
 * The whole bot on the fake Discord and a fake clock: the real adapter, the real stages, a scripted API. Discord, the store, the queue
 * and the sessions of the gateway outlive a start.
 */
export function createDiscordBotRig(options: RigOptions = {}) {
  const messageContent = options.messageContent ?? false;
  const rig = createDiscordRig({
    oneWayMs: () => 20,
    privileged: { messageContent },
    ...options.discord,
  });
  const { clock, discord, channel, person } = rig;
  const ids = createFakeIds();
  const logger = createSilentLogger();
  const store = createMemoryStore();
  const chat = createScriptedImageChat(clock, options.models ?? defaultModels);
  const sessions = new Map<number, KeptSession>();
  const models = { list: createModelList(chat.models, clock) };
  let rows: MemoryTurnRows = new Map();
  const database = { answering: Promise.resolve() };
  let realWork = 0;

  /** Sharp and the like take real time, in which the clock must not run away. */
  async function inRealTime<Value>(work: () => Promise<Value>): Promise<Value> {
    realWork += 1;
    try {
      return await work();
    } finally {
      realWork -= 1;
    }
  }

  async function download(url: URL, maxBytes: number, signal: AbortSignal): Promise<Uint8Array> {
    const response = await discord.fetchFile(url.href, { signal }).catch((error: unknown) => {
      signal.throwIfAborted();
      throw toFetchFailure(error, url);
    });
    if (response.status !== 200) throw toStatusFailure(url, response.status);
    const bytes = new Uint8Array(await response.arrayBuffer());
    if (bytes.byteLength > maxBytes) throw toTooLarge(url, maxBytes);
    return bytes;
  }

  /** Lets time go by in small steps. */
  async function pass(durationMs: number): Promise<void> {
    const untilMs = clock.now() + durationMs;
    while (clock.now() < untilMs) {
      await clock.advance(Math.min(250, untilMs - clock.now()));
      for (let turns = 0; realWork > 0 && turns < 20; turns += 1) await new Promise((done) => setTimeout(done, 1));
    }
  }

  async function start() {
    const lifeline = createLifeline(discord.makeRequest, store, () => database.answering);
    const prepare = options.prepare ?? takeEveryPicture;
    const platform = createDiscordPlatform({
      settings: {
        token: discord.token,
        apiUrl: discord.world.origins.api,
        messageContent,
        shards: { type: 'fixed', shardIds: [0], shardCount: 1 },
        allowed: { ...nobody.allowed, ...options.access?.allowed },
        denied: { ...nobody.denied, ...options.access?.denied },
      },
      version: '1.0.0',
      download: (...call) => inRealTime(() => download(...call)),
      listModels: (signal) => models.list(signal),
      store: lifeline.store,
      clock,
      logger,
      makeRequest: lifeline.makeRequest,
      connectGateway: (parts) => discord.connect({ intents: toIntents(parts.messageContent), sessions }),
    });
    const bot = assembleBot({
      platforms: [platform],
      queue: lifeline.wrapQueue(
        createMemoryTurnQueue({ clock, logger, rows, perConversation: options.perConversation ?? 10 }),
      ),
      store: lifeline.store,
      chat,
      prepare: (...call) => inRealTime(() => prepare(...call)),
      listModels: (signal) => models.list(signal),
      configuredModel: null,
      clock,
      ids,
      logger,
      metrics: noMetrics,
    });
    const intake = new AbortController();
    const abandon = new AbortController();
    const ended = bot.run(intake.signal, abandon.signal);
    ended.catch(() => {});
    await clock.runUntil(Promise.race([platform.started, ended]));
    await pass(2_000);
    return {
      platform,
      /** As SIGTERM: what runs is finished. */
      async stop() {
        intake.abort(new Error('shutting down'));
        await clock.runUntil(ended);
      },
      /** As `kill -9`: nothing that it would still do counts; what was written is there for the next start. */
      async kill() {
        lifeline.cut();
        rows = structuredClone(rows);
        intake.abort(new Error('killed'));
        abandon.abort(new Error('killed'));
        await clock.runUntil(ended.catch(() => {}));
      },
    };
  }

  const threadOn = (message: MessageRecord): ChannelRecord => {
    const thread = discord.world.channels.get(message.threadId ?? '');
    if (thread === undefined) throw new Error('no thread was opened on that message');
    return thread;
  };

  const messageOf = (id: string): MessageRecord => {
    for (const messages of discord.world.messages.values()) {
      const found = messages.get(id);
      if (found !== undefined) return found;
    }
    throw new Error(`there is no message ${id}`);
  };

  /** What the bot shows there, in the order of the messages. */
  const shown = (where?: ChannelRecord) => discord.screen.botMessages(where?.id).map(({ text }) => text);

  /** The ids of the buttons and menus under a message. */
  const controlIds = (message: MessageRecord): readonly string[] =>
    message.components.flatMap((row) => toObjects(row['components']).map((each) => toText(each['custom_id']) ?? ''));

  const controlUnder = (message: MessageRecord, kind: string): string => {
    const found = controlIds(message).find((id) => id.startsWith(`${kind}|`));
    if (found === undefined) throw new Error(`there is no ${kind} under “${message.content}”`);
    return found;
  };

  return {
    ...rig,
    chat,
    store,
    logger,
    start,
    pass,
    threadOn,
    messageOf,
    shown,
    controlIds,
    /** From now on neither the database nor the list of models answers, until the returned function is called. */
    stall(): () => void {
      const { promise, resolve } = Promise.withResolvers<void>();
      const { list } = models;
      database.answering = promise;
      models.list = async (signal) => {
        await promise;
        return list(signal);
      };
      return () => {
        models.list = list;
        resolve();
      };
    },
    /** Where the gateway's sessions stand, as a start keeps it. */
    keptSessions: (): ReadonlyMap<number, KeptSession> => new Map(sessions),
    /** The next start takes up these, and hears again what came later. */
    rewindSessions(to: ReadonlyMap<number, KeptSession>) {
      for (const [shardId, session] of to) sessions.set(shardId, session);
    },
    /** The last message of the bot there. */
    lastMessage(where: ChannelRecord): MessageRecord {
      const last = discord.screen.botMessages(where.id).at(-1);
      if (last === undefined) throw new Error('the bot has written nothing there');
      return messageOf(last.id);
    },
    /** Somebody asks in a server channel, mentioning the bot, with one picture unless told otherwise. Nothing is waited for. */
    mention: (text: string, words: Words = {}, where: ChannelRecord = channel, who: UserRecord = person) =>
      discord.people.say(who, where, { text, mentionsBot: true, files: [picture('photo.png')], ...words }),
    /** Presses the button of that kind under a message and waits a little. */
    async press(kind: 'stop' | 'again' | 'show', message: MessageRecord, who: UserRecord = person) {
      const pressed = discord.clicks.press(who, message, controlUnder(message, kind));
      await pass(1_000);
      return pressed;
    },
    async chooseModel(model: string, message: MessageRecord, who: UserRecord = person) {
      const chosen = discord.clicks.choose(who, message, controlUnder(message, 'model'), [model]);
      await pass(1_000);
      return chosen;
    },
    /** Gives a command and waits until it was answered. */
    async command(words: Parameters<Clicks['slash']>[2], where: ChannelRecord = channel, who: UserRecord = person) {
      const given = discord.clicks.slash(who, where, words);
      await pass(20_000);
      return given;
    },
    answerTo: (interaction: InteractionRecord): string => discord.clicks.answerOf(interaction)?.content ?? '',
    /** What the bot says to one person alone. */
    whispers: (who: UserRecord = person) =>
      discord.screen
        .botMessages()
        .filter(({ visibleTo }) => visibleTo === who.id)
        .map(({ text }) => text),
    /** Nothing forbidden was sent, nobody was called, nothing is previewed, doubled, left waiting, or has vanished from under people's eyes. */
    judge(allow: { readonly vanished?: boolean; readonly errors?: boolean; readonly violations?: boolean } = {}) {
      const { screen } = discord;
      if (allow.violations !== true) discord.expectNoViolations();
      expect(screen.pings()).toEqual([]);
      expect(screen.previews()).toEqual([]);
      expect(screen.doubledMessages()).toEqual([]);
      expect(screen.leftWaiting(/^…?$/)).toEqual([]);
      expect(discord.clicks.unanswered()).toEqual([]);
      if (allow.vanished !== true) expect(screen.vanishedWords()).toEqual([]);
      if (allow.errors !== true) expect(logger.lines.filter(({ level }) => level === 'error')).toEqual([]);
    },
  };
}
