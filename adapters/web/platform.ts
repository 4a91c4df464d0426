import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import type { Hono } from 'hono';
import type { WatchApiCall } from '../../src/answer/api-call.ts';
import type { ModelInfo } from '../../src/answer/models.ts';
import type { Outbox } from '../../src/delivery/outbox.ts';
import type { ImageFailureCode } from '../../src/images/image-failure.ts';
import type { ImageSource } from '../../src/images/image-source.ts';
import type { Clock } from '../../src/lib/clock.ts';
import { errorMessage, Failure } from '../../src/lib/errors.ts';
import type { Ids } from '../../src/lib/ids.ts';
import type { Logger } from '../../src/lib/logger.ts';
import { migrate } from '../../src/lib/migrate.ts';
import type { Inbox } from '../../src/turn/inbox.ts';
import { createCallLog } from './call-log.ts';
import { readConversation } from './conversation-place.ts';
import { createHandOver } from './hand-over.ts';
import { createWebInbox } from './inbox.ts';
import { createMessageLog } from './message-log.ts';
import { createMessageViews } from './message-view.ts';
import { createWebOutbox } from './outbox.ts';
import { createPageFiles } from './page-files.ts';
import { createPeople } from './people.ts';
import { createPictureFiles, type PictureFiles } from './picture-files.ts';
import { createPostMessage } from './post-message.ts';
import { createWebRoutes } from './routes.ts';
import { webSchema } from './schema.ts';
import { createViewers } from './viewers.ts';
import type { MessageRow } from './wire.ts';

type WebPlatformParts = {
  readonly database: DatabaseSync;
  /** Uploads are kept here; made when it is first needed. */
  readonly picturesFolder: string;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly logger: Logger;
  /** Lower case, letters only: what a mention is after its `@`. */
  readonly botName: string;
  listModels(signal: AbortSignal): Promise<readonly ModelInfo[]>;
  /** Put into the examples of API calls, for every person who can open the page; null: a placeholder is. */
  readonly apiKey: string | null;
  /** Origin of the API as the examples show it, without a slash at the end. */
  apiUrl(): string;
};

/** The playground as a platform, with what it serves. */
export type WebPlatform = {
  readonly inbox: Inbox;
  readonly outbox: Outbox;
  readonly downloadImage: ImageSource;
  readonly watchApiCall: WatchApiCall;
  /** To be mounted at `/`, behind the guard of hosts and origins. */
  readonly routes: Hono;
};

function createImageSource(files: PictureFiles): ImageSource {
  const failure = (code: ImageFailureCode, sentence: string, cause?: unknown) =>
    new Failure<ImageFailureCode>(code, sentence, { cause });

  return async function downloadImage(image, maxBytes, signal) {
    signal.throwIfAborted();
    const bytes = await files.read(image.locator, maxBytes, signal).catch((error: unknown) => {
      signal.throwIfAborted();
      throw failure('image-download-failed', `A stored picture could not be read: ${errorMessage(error)}`, error);
    });
    if (bytes === null) throw failure('image-gone', 'The picture is no longer kept.');
    if (bytes.byteLength > maxBytes) throw failure('image-too-large', 'The picture is larger than can be used.');
    return { bytes, posted: null };
  };
}

const capitalised = (name: string) => `${name.slice(0, 1).toUpperCase()}${name.slice(1)}`;

/** Puts the playground together over one database and one folder. Everything in them survives a restart. */
export function createWebPlatform(parts: WebPlatformParts): WebPlatform {
  const { database, clock, ids, logger, botName } = parts;
  migrate(database, 'web', webSchema);
  const people = createPeople(database, clock, ids);
  const log = createMessageLog(database, clock, ids);
  const files = createPictureFiles(database, parts.picturesFolder, clock, ids);
  const calls = createCallLog(database);
  const viewers = createViewers();
  const toView = createMessageViews(log, people, files, capitalised(botName));
  const handOver = createHandOver({ log, people, files, logger, botName });

  const announce = (message: MessageRow) =>
    viewers.send({ type: 'message', channel: message.channel, message: toView(message) });
  /** A reply changes what its thread's first message shows. */
  const announceWithRoot = (message: MessageRow) => {
    announce(message);
    const root = message.thread === null ? null : log.find(message.thread);
    if (root !== null) announce(root);
  };
  const postMessage = createPostMessage({ database, log, files, handOver, clock, botName, announce: announceWithRoot });

  return {
    inbox: createWebInbox({ handOver, viewers, files, people, clock, logger }),
    outbox: createWebOutbox({ log, viewers, clock, announce }),
    downloadImage: createImageSource(files),
    watchApiCall(call) {
      const channel = readConversation(call.conversationKey);
      if (channel === null) return;
      try {
        const seq = calls.add(call);
        viewers.send({ type: 'call', channel, conversation: call.conversationKey, seq, call });
      } catch (error) {
        logger.warn({ reason: errorMessage(error) }, 'A call to the API could not be kept for the page.');
      }
    },
    routes: createWebRoutes({
      facts: parts,
      pageFiles: createPageFiles(join(import.meta.dirname, 'page')),
      people,
      log,
      files,
      calls,
      viewers,
      handOver,
      postMessage,
      toView,
      ids,
      logger,
    }),
  };
}
