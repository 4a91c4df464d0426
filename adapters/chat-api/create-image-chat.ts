import { Agent, type Dispatcher } from 'undici';
import type { WatchApiCall } from '../../src/answer/api-call.ts';
import type { ImageChat } from '../../src/answer/image-chat.ts';
import { defaultWaits } from '../../src/answer/retry.ts';
import type { Clock } from '../../src/lib/clock.ts';
import { type Ids, toFraction } from '../../src/lib/ids.ts';
import type { Logger } from '../../src/lib/logger.ts';
import type { Store } from '../../src/memory/store.ts';
import { type ApiCalls, createApiCalls } from './api-calls.ts';
import { createAsking } from './asking.ts';
import { type ChooseDialect, createDialectChoice, createFixedDialect } from './choose-dialect.ts';
import { type Conversations, createOwnConversations } from './conversations.ts';
import type { DialectChoice } from './dialect.ts';
import { createHostedConversations } from './hosted-conversations.ts';
import { createHttpClient } from './http-client.ts';
import { chatApiLimits } from './limits.ts';
import { createHostedListing, createOwnListing, type Listing } from './listing.ts';
import { createPictureCheck, noPictureCheck, type PictureCheck } from './picture-check.ts';
import { createPostQuestion } from './post-question.ts';
import { createRequestPace } from './request-pace.ts';
import { createUploading } from './uploading.ts';

/** What the client takes. */
export type ImageChatOptions = {
  /** Where the API is, with a path in front of `/api` if it has one. */
  readonly baseUrl: string;
  readonly apiKey: string;
  /** Sent as `Sightline/<version>`: some guards refuse requests that do not say who they are. */
  readonly version: string;
  /** Requests a minute at the most, all kinds together; null for no limit of our own. */
  readonly requestsPerMinute: number | null;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly logger: Logger;
  readonly watch: WatchApiCall;
  /**
   * For a service of somebody else's: how to ask it, and where its conversations are kept. Left out for our own engine, which is
   * asked as the page says, under ids of our own.
   */
  readonly hosted?: { readonly dialect: DialectChoice; readonly store: Store };
  /** Another way to the server, for tests; closed with the client. */
  readonly dispatcher?: Dispatcher;
};

/** `ImageChat` over HTTP, in either dialect. `close` ends its connections. */
export function createImageChat(options: ImageChatOptions): ImageChat & { close(): Promise<void> } {
  const { clock, logger } = options;
  const dispatcher = options.dispatcher ?? createAgent();
  const http = createHttpClient({
    baseUrl: options.baseUrl,
    apiKey: options.apiKey,
    userAgent: `Sightline/${options.version}`,
    dispatcher,
    clock,
  });
  const calls = createApiCalls({
    http,
    clock,
    watch: options.watch,
    pace: createRequestPace(clock, options.requestsPerMinute, chatApiLimits.waitingRequests),
    waits: defaultWaits,
    random: () => toFraction(options.ids.uuid()),
  });
  const { dialects, conversations, pictureCheck, listing } = createService(options, calls);
  const postQuestion = createPostQuestion({ calls, dialects, conversations, modelRefused: listing.refused });
  return {
    ...createAsking({ calls, clock, logger, postQuestion, conversations, pictureCheck, ownPath: http.ownPath }),
    upload: createUploading(calls, clock, pictureCheck),
    models: listing.models,
    close: () => dispatcher.destroy(),
  };
}

/** What differs between our own engine and a service of somebody else's. */
type Service = {
  readonly dialects: ChooseDialect;
  readonly conversations: Conversations;
  readonly pictureCheck: PictureCheck;
  readonly listing: Listing;
};

function createService({ hosted, baseUrl, clock, logger }: ImageChatOptions, calls: ApiCalls): Service {
  if (hosted === undefined) {
    return {
      dialects: createFixedDialect('features'),
      conversations: createOwnConversations(),
      pictureCheck: noPictureCheck,
      listing: createOwnListing(calls, clock),
    };
  }
  const { dialect, store } = hosted;
  const kept = { store, baseUrl, clock, logger };
  return {
    dialects: createDialectChoice(dialect, kept),
    conversations: createHostedConversations({ calls, ...kept }),
    pictureCheck: createPictureCheck(store, logger),
    listing: createHostedListing(calls, clock, dialect),
  };
}

function createAgent(): Agent {
  return new Agent({ connect: { timeout: chatApiLimits.connectMs }, allowH2: false });
}
