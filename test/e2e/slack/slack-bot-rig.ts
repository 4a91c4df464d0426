import { expect } from 'vitest';
import { createSlackPlatform, type SlackSettings } from '../../../adapters/slack/platform.ts';
import { createModelList } from '../../../src/answer/model-list.ts';
import type { ModelInfo } from '../../../src/answer/models.ts';
import { assembleBot } from '../../../src/assemble-bot.ts';
import type { PreparedImage, PrepareImage } from '../../../src/images/prepare-image.ts';
import { Failure } from '../../../src/lib/errors.ts';
import type { Store } from '../../../src/memory/store.ts';
import type { AccessRules } from '../../../src/turn/access.ts';
import type { TurnQueue } from '../../../src/turn/turn-queue.ts';
import { toText } from '../../fakes/discord/json.ts';
import { createFakeIds } from '../../fakes/fake-ids.ts';
import { createMemoryStore } from '../../fakes/memory-store.ts';
import { createMemoryTurnQueue, type MemoryTurnRows } from '../../fakes/memory-turn-queue.ts';
import { createScriptedImageChat, fakeModel, type ScriptedAnswer } from '../../fakes/scripted-image-chat.ts';
import { createSilentLogger } from '../../fakes/silent-logger.ts';
import { elementsOfBlocks } from '../../fakes/slack/block-texts.ts';
import type { FakeSlackOptions } from '../../fakes/slack/fake-slack.ts';
import type { InProcessFetch } from '../../fakes/slack/in-process.ts';
import type { Words } from '../../fakes/slack/people.ts';
import type { ChannelRecord, MessageRecord, TeamRecord, UserRecord } from '../../fakes/slack/records.ts';
import type { FileToShare } from '../../fakes/slack/shared-files.ts';
import { createSlackRig } from '../../fakes/slack/slack-rig.ts';
import { createDownloadsInProcess } from './in-process-guard.ts';
import { connectInProcess } from './in-process-sockets.ts';

/** A small PNG of its own for each name: enough to be recognised and measured. */
export function picture(name: string, change: Partial<FileToShare> = {}): FileToShare {
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
  /** How Slack reaches the bot; Socket Mode unless told otherwise. */
  readonly mode?: 'socket' | 'http';
  /** Many workspaces by OAuth rather than one by its token. */
  readonly oauth?: boolean;
  readonly access?: { [Kind in keyof AccessRules]?: Partial<AccessRules[Kind]> };
  readonly models?: readonly ModelInfo[];
  readonly slack?: Omit<FakeSlackOptions, 'clock'>;
  /** Takes every picture unless told otherwise. */
  readonly prepare?: PrepareImage;
  readonly perConversation?: number;
};

async function takeEveryPicture(bytes: Uint8Array): Promise<PreparedImage> {
  const original = { format: 'PNG', width: 320, height: 240, sizeBytes: bytes.byteLength, frames: 1 } as const;
  return { bytes, mimeType: 'image/webp', extension: '.webp', width: 320, height: 240, remarks: [], original };
}

/** What a start of the program can reach; `cut` is what `kill -9` does to it, `answering` what the database waits for. */
function createLifeline(fetch: InProcessFetch, store: Store, answering: () => Promise<void>) {
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
    fetch: ((address, init) => alive(() => fetch(address, init))) satisfies InProcessFetch,
    store: kept,
    wrapQueue: (queue: TurnQueue): TurnQueue => ({ ...queue, accept: (turn) => reached(() => queue.accept(turn)) }),
    cut() {
      isDead = true;
    },
  };
}

/** The whole bot on the fake Slack and a fake clock: the real adapter, the real stages, a scripted API. Slack, the store and the queue outlive a start. */
export function createSlackBotRig(options: RigOptions = {}) {
  const mode = options.mode ?? 'socket';
  const rig = createSlackRig({
    oneWayMs: () => 20,
    ...options.slack,
    settings: { socketMode: mode === 'socket', ...options.slack?.settings },
  });
  const { clock, slack, channel, person, team, installation } = rig;
  const ids = createFakeIds();
  const logger = createSilentLogger();
  const store = createMemoryStore();
  const chat = createScriptedImageChat(clock, options.models ?? defaultModels);
  const models = { list: createModelList(chat.models, clock) };
  let rows: MemoryTurnRows = new Map();
  const database = { answering: Promise.resolve(), delayMs: 0, isBroken: false };
  const counted = new Map<string, number>();
  const web = new Map<string, Uint8Array>();
  const downloads = createDownloadsInProcess(slack, web);
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

  async function reachDatabase(): Promise<void> {
    await database.answering;
    if (database.delayMs > 0) await clock.sleep(database.delayMs, new AbortController().signal);
    if (database.isBroken) throw new Failure('store-failed', 'The database is broken.', { retryable: true });
  }

  /** Lets time go by in small steps. */
  async function pass(durationMs: number): Promise<void> {
    const untilMs = clock.now() + durationMs;
    while (clock.now() < untilMs) {
      await clock.advance(Math.min(250, untilMs - clock.now()));
      for (let turns = 0; realWork > 0 && turns < 20; turns += 1) await new Promise((done) => setTimeout(done, 1));
    }
  }

  const settings: Omit<SlackSettings, keyof AccessRules> = {
    installed:
      options.oauth === true
        ? { type: 'oauth', clientId: slack.app.clientId, clientSecret: slack.app.clientSecret }
        : { type: 'token', botToken: installation.token },
    appToken: mode === 'socket' ? slack.app.appToken : null,
    signingSecret: mode === 'http' ? slack.app.signingSecret : null,
    apiUrl: slack.world.origins.api,
  };

  /** `access`: other rules from now on than those of before. */
  async function start({ access = options.access }: Pick<RigOptions, 'access'> = {}) {
    const lifeline = createLifeline(slack.fetch, store, reachDatabase);
    const prepare = options.prepare ?? takeEveryPicture;
    const platform = createSlackPlatform({
      settings: {
        ...settings,
        allowed: { ...nobody.allowed, ...access?.allowed },
        denied: { ...nobody.denied, ...access?.denied },
      },
      ownUrl: () => 'https://sightline.example',
      downloadFile: (...call) => inRealTime(() => downloads.downloadFile(...call)),
      downloadPreview: (...call) => inRealTime(() => downloads.downloadPreview(...call)),
      listModels: (signal) => models.list(signal),
      store: lifeline.store,
      clock,
      ids,
      logger,
      fetch: (url, init) => lifeline.fetch(url, init),
      connectSockets: (parts) => connectInProcess(slack, parts),
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
      metrics: {
        count(name, labels = {}) {
          const key = [name, ...Object.values(labels)].join(' ');
          counted.set(key, (counted.get(key) ?? 0) + 1);
        },
      },
    });
    const intake = new AbortController();
    const abandon = new AbortController();
    const ended = bot.run(intake.signal, abandon.signal);
    ended.catch(() => {});
    if (mode === 'http') {
      const post = async (url: string, init: RequestInit) => platform.routes.request(url, init);
      await clock.runUntil(slack.http.setRequestUrl('https://sightline.example/slack/events', post));
    }
    const lines = await clock.runUntil(Promise.race([platform.started, ended.then(() => [])]));
    await pass(2_000);
    return {
      platform,
      lines,
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
        if (mode === 'socket') slack.sockets.cut();
        await clock.runUntil(ended.catch(() => {}));
      },
    };
  }

  /** What the bot shows there, in the order of the messages; what one person alone sees is left out. */
  const shown = (where: ChannelRecord = channel, root?: MessageRecord) =>
    slack.screen
      .botMessages({ channel: where, ...(root === undefined ? {} : { threadTs: root.ts }) })
      .filter(({ visibleTo }) => visibleTo === null)
      .map(({ text }) => text);

  /** What Slack sent to the bot, while there was one, and it did not take in time. */
  const untaken = () =>
    slack.deliveries.log().filter(({ outcome }) => !['taken', 'no_connection', 'connection_failed'].includes(outcome));

  /** Nothing forbidden was sent, nobody was called, nothing is previewed, doubled, empty, left waiting, or has vanished from under people's eyes. */
  function judge(
    allow: { readonly vanished?: boolean; readonly errors?: boolean; readonly leftovers?: boolean } = {},
  ): void {
    const { screen } = slack;
    slack.expectNoViolations();
    expect(screen.pings()).toEqual([]);
    expect(screen.unfurls()).toEqual([]);
    expect(screen.doubledMessages()).toEqual([]);
    if (allow.leftovers !== true) {
      expect(screen.leftovers(/^[…\s]*$/)).toEqual([]);
      expect(screen.botMessages().filter(({ controls }) => controls.includes('Stop'))).toEqual([]);
    }
    if (allow.vanished !== true) expect(screen.vanishedWords()).toEqual([]);
    if (allow.errors !== true) expect(logger.lines.filter(({ level }) => level === 'error')).toEqual([]);
  }

  return {
    ...rig,
    chat,
    store,
    logger,
    start,
    pass,
    shown,
    team,
    /** What there is outside of Slack, by address. */
    web,
    /** How often something was counted, by its name and the values of its labels. */
    count: (name: string): number => counted.get(name) ?? 0,
    /** Somebody installs the app in a workspace by its pages, as with OAuth. */
    async install(
      { platform }: Awaited<ReturnType<typeof start>>,
      where: TeamRecord,
      installer: UserRecord,
      organisation = false,
    ): Promise<void> {
      const invited = await clock.runUntil(
        Promise.resolve(platform.routes.request('https://sightline.example/slack/install')),
      );
      const cookie = invited.headers.getSetCookie().map((each) => each.split(';', 1)[0] ?? '');
      const page = /href="([^"]*authorize[^"]*)"/.exec(await invited.text())?.[1] ?? '';
      const back = slack.installing.approve(page.replaceAll('&amp;', '&'), where, { installer, organisation });
      const headers = { cookie: cookie.join('; ') };
      const { pathname, search } = new URL(back);
      const done = platform.routes.request(`https://sightline.example${pathname}${search}`, { headers });
      expect((await clock.runUntil(Promise.resolve(done))).status).toBe(200);
    },
    untaken,
    /** Judges, stops the program, and looks that everything was taken and nothing is under way any more. */
    async end(program: Awaited<ReturnType<typeof start>>, allow: Parameters<typeof judge>[0] = {}): Promise<void> {
      judge(allow);
      await program.stop();
      expect(untaken()).toEqual([]);
      // What Slack would still repeat is none of the bot's.
      slack.end();
      await clock.advance(0);
      expect(clock.pending()).toBe(0);
    },
    /** Whether the database refuses everything from now on. */
    breakStore(isBroken: boolean) {
      database.isBroken = isBroken;
    },
    /** How long the database takes for everything from now on. */
    slowStore(delayMs: number) {
      database.delayMs = delayMs;
    },
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
        database.answering = Promise.resolve();
        resolve();
      };
    },
    /** The last message of the bot there. */
    lastMessage(where: ChannelRecord = channel): MessageRecord {
      const last = slack.screen
        .botMessages({ channel: where })
        .filter(({ visibleTo }) => visibleTo === null)
        .at(-1);
      if (last === undefined) throw new Error('the bot has written nothing there');
      return slack.screen.recordOf(last);
    },
    /** Somebody asks in a channel, mentioning the bot, with one picture unless told otherwise. Nothing is waited for. */
    mention: (text: string, words: Words = {}, where: ChannelRecord = channel, who: UserRecord = person) =>
      slack.people.say(who, where, { text, mentionsBot: true, files: [picture('photo.png')], ...words }),
    /** What comes of something that a person does, however long that takes. */
    given: <Value>(doing: Promise<Value>): Promise<Value> => clock.runUntil(doing),
    /** The menu of models under a message. */
    modelMenu(message: MessageRecord): string {
      const ids = elementsOfBlocks(message.blocks).map(({ element }) => toText(element['action_id']) ?? '');
      const found = ids.find((id) => id.startsWith('model'));
      if (found === undefined) throw new Error('there is no menu of models');
      return found;
    },
    /** Presses the button with these words under a message and waits a little. */
    async press(label: string, message: MessageRecord, who: UserRecord = person) {
      const pressed = slack.clicks.press(who, message, label);
      await pass(1_000);
      return pressed;
    },
    /** Gives a command and waits until it was answered. */
    async command(name: string, text = '', where: ChannelRecord = channel, who: UserRecord = person) {
      const given = slack.clicks.slash(who, where, name, text);
      await pass(5_000);
      return given;
    },
    /** What the bot says to one person alone. */
    whispers: (who: UserRecord = person) =>
      slack.screen
        .botMessages()
        .filter(({ visibleTo }) => visibleTo === who.id)
        .map(({ text }) => text),
    judge,
  };
}
