import { createModelList } from '../../src/answer/model-list.ts';
import type { ModelInfo } from '../../src/answer/models.ts';
import { assembleBot } from '../../src/assemble-bot.ts';
import type { ImageFailureCode } from '../../src/images/image-failure.ts';
import type { DownloadedImage } from '../../src/images/image-source.ts';
import type { PreparedImage } from '../../src/images/prepare-image.ts';
import { Failure } from '../../src/lib/errors.ts';
import type { ImageRef } from '../../src/turn/image-ref.ts';
import type { Turn } from '../../src/turn/turn.ts';
import { createFakeClock } from '../fakes/fake-clock.ts';
import { createFakeIds } from '../fakes/fake-ids.ts';
import { createFakePlatform, type FakePlatformOptions } from '../fakes/fake-platform.ts';
import { createMemoryStore } from '../fakes/memory-store.ts';
import { createMemoryTurnQueue, type MemoryTurnRows } from '../fakes/memory-turn-queue.ts';
import { createSampleTurn } from '../fakes/sample-turn.ts';
import { createScriptedImageChat, fakeModel } from '../fakes/scripted-image-chat.ts';
import { createSilentLogger } from '../fakes/silent-logger.ts';

/** A picture by its name: `missing.png` is gone, `drawing.svg` cannot be prepared, everything else is fine. */
export function picture(name: string, id = `id-of-${name}`): ImageRef {
  return { id, name, sizeBytes: 3, locator: `locator-of-${name}` };
}

const defaultModels = [
  fakeModel('gpt-4o', { unavailableBecause: 'Set OPENAI_API_KEY.' }),
  fakeModel('inspector'),
  fakeModel('other'),
  fakeModel('blind', { seesPictures: false }),
];

type RigOptions = {
  readonly models?: readonly ModelInfo[];
  readonly platform?: Partial<FakePlatformOptions>;
  readonly perConversation?: number;
};

/** The whole bot on fakes, with everything it keeps outliving a crash. */
export function createBotRig(options: RigOptions = {}) {
  const clock = createFakeClock();
  const ids = createFakeIds();
  const logger = createSilentLogger();
  const store = createMemoryStore();
  const chat = createScriptedImageChat(clock, options.models ?? defaultModels);
  const platform = createFakePlatform({ clock, oneWayMs: () => 5, ...options.platform });
  const rows: MemoryTurnRows = new Map();
  const downloads: string[] = [];
  const counted: string[] = [];

  const downloadImage = async (image: ImageRef, _maxBytes: number, signal: AbortSignal): Promise<DownloadedImage> => {
    await clock.sleep(10, signal);
    downloads.push(image.name);
    if (image.name === 'missing.png') throw new Failure<ImageFailureCode>('image-gone', 'it was deleted');
    return { bytes: new TextEncoder().encode(image.name), posted: null };
  };

  const prepare = async (bytes: Uint8Array): Promise<PreparedImage> => {
    if (new TextDecoder().decode(bytes).endsWith('.svg')) {
      throw new Failure<ImageFailureCode>('image-type-unsupported', 'an SVG', { facts: { format: 'SVG' } });
    }
    const original = { format: 'PNG', width: 200, height: 200, sizeBytes: bytes.byteLength, frames: 1 } as const;
    return { bytes, mimeType: 'image/jpeg', extension: '.jpg', width: 100, height: 100, remarks: [], original };
  };

  function start() {
    const bot = assembleBot({
      platforms: [{ inbox: platform.inbox, outbox: platform.outbox, downloadImage }],
      queue: createMemoryTurnQueue({ clock, logger, rows, perConversation: options.perConversation ?? 10 }),
      store,
      chat,
      prepare,
      listModels: createModelList(chat.models, clock),
      configuredModel: null,
      clock,
      ids,
      logger,
      metrics: {
        count: (name, labels = {}) => counted.push([name, ...Object.values(labels)].join(' ')),
      },
    });
    const intake = new AbortController();
    const abandon = new AbortController();
    const ended = bot.run(intake.signal, abandon.signal);
    return {
      /** As SIGTERM: what runs is finished. */
      async stop() {
        intake.abort(new Error('shutting down'));
        await clock.runUntil(ended);
      },
      /** As SIGTERM when its time is over: what runs is left for the next start. */
      async abandon() {
        intake.abort(new Error('shutting down'));
        abandon.abort(new Error('out of time'));
        await clock.runUntil(ended);
      },
    };
  }

  let count = 0;
  const turn = (text: string, images: readonly ImageRef[] = [], change: Partial<Turn> = {}): Turn => {
    count += 1;
    return createSampleTurn(`turn-${count}`, 'thread', {
      text,
      images: [...images],
      receivedAtMs: clock.now(),
      ...change,
    });
  };

  return {
    clock,
    chat,
    platform,
    downloads,
    store,
    logger,
    /** Everything that was counted: its name and its labels. */
    counted,
    start,
    turn,
    /** Says something and waits until it was answered; gives what the thread shows in the end. */
    async ask(text: string, images: readonly ImageRef[] = [], change: Partial<Turn> = {}): Promise<string> {
      const before = new Set(platform.screen.messages().map((message) => message.ref));
      await clock.runUntil(platform.say(turn(text, images, change)));
      await clock.advance(60_000);
      const after = platform.screen.messages().filter((message) => !before.has(message.ref));
      return after.map((message) => message.text).join('\n---\n');
    },
  };
}
