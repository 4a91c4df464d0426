import { Agent, type Dispatcher } from 'undici';
import type { WatchApiCall } from '../../src/answer/api-call.ts';
import type { ImageChat } from '../../src/answer/image-chat.ts';
import { defaultWaits } from '../../src/answer/retry.ts';
import type { Clock } from '../../src/lib/clock.ts';
import type { Ids } from '../../src/lib/ids.ts';
import type { Logger } from '../../src/lib/logger.ts';
import { createApiCalls } from './api-calls.ts';
import { createAsking } from './asking.ts';
import { createHttpClient } from './http-client.ts';
import { chatApiLimits } from './limits.ts';
import { createListing, createUploading } from './pictures-and-models.ts';
import { createRequestPace } from './request-pace.ts';

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
  /** Another way to the server, for tests; closed with the client. */
  readonly dispatcher?: Dispatcher;
};

/** `ImageChat` over HTTP, in the dialect of the page "Chat with Image Models". `close` ends its connections. */
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
    waitForPace: createRequestPace(clock, options.requestsPerMinute, chatApiLimits.waitingRequests),
    waits: defaultWaits,
    random: () => toFraction(options.ids.uuid()),
  });
  return {
    ...createAsking({ calls, clock, logger, ownPath: http.ownPath }),
    upload: createUploading(calls, clock),
    models: createListing(calls, clock),
    close: () => dispatcher.destroy(),
  };
}

function createAgent(): Agent {
  return new Agent({ connect: { timeout: chatApiLimits.connectMs }, allowH2: false });
}

/** A number from 0 up to 1 of the random last digits of a UUID. */
function toFraction(uuid: string): number {
  return Number.parseInt(uuid.slice(-12), 16) / 2 ** 48;
}
