import type { ModelInfo } from '../../src/answer/models.ts';
import type { Outbox } from '../../src/delivery/outbox.ts';
import type { ImageSource } from '../../src/images/image-source.ts';
import type { Clock } from '../../src/lib/clock.ts';
import { errorMessage } from '../../src/lib/errors.ts';
import type { Logger } from '../../src/lib/logger.ts';
import { createPayloadReader } from '../../src/lib/read-payload.ts';
import type { Store } from '../../src/memory/store.ts';
import type { ShardPlan } from '../../src/shard-plan.ts';
import { type AccessRules, createAccess } from '../../src/turn/access.ts';
import type { Inbox } from '../../src/turn/inbox.ts';
import { registerCommands } from './commands/register-commands.ts';
import { createChannelDirectory } from './directory/channel-directory.ts';
import { createGuildDirectory } from './directory/guild-directory.ts';
import { createOwnStanding } from './directory/own-standing.ts';
import { createThreadMemory } from './directory/thread-memory.ts';
import { createDiscordGateway, type DiscordGateway, type DiscordGatewayParts } from './gateway/gateway.ts';
import { describeIntents } from './gateway/intents.ts';
import { toInviteLink, toUserInstallLink } from './gateway/invite-link.ts';
import { tokenRefused } from './gateway/login-failure.ts';
import { createSignIn, type Identity } from './gateway/sign-in.ts';
import { createDiscordInbox } from './inbox.ts';
import { createInteractions } from './interactions/interactions.ts';
import { createFetchMessage } from './messages/fetch-message.ts';
import { createMessageInbox } from './messages/message-inbox.ts';
import { createDiscordOutbox } from './outbox.ts';
import { createDiscordImageSource, type DownloadFromDiscord } from './pictures/image-source.ts';
import { toPictureLocator } from './pictures/picture-links.ts';
import { createRefreshPictureLinks } from './pictures/refresh-picture-links.ts';
import { createDiscordRest, type DiscordRestParts } from './rest/rest.ts';

/** Where the bot is on Discord, and whom it serves. */
export type DiscordSettings = {
  readonly token: string;
  /** Without the version; null: Discord's own. */
  readonly apiUrl: string | null;
  /** Whether replies in threads need no mention; Discord has to allow it. */
  readonly messageContent: boolean;
  readonly shards: ShardPlan;
} & AccessRules;

export type DiscordPlatformParts = {
  readonly settings: DiscordSettings;
  /** Of this program. */
  readonly version: string;
  /** Fetches from Discord's CDN alone. */
  readonly download: DownloadFromDiscord;
  listModels(signal: AbortSignal): Promise<readonly ModelInfo[]>;
  readonly store: Store;
  readonly clock: Clock;
  readonly logger: Logger;
  /** How calls are sent; as discord.js does it unless told otherwise. */
  readonly makeRequest?: DiscordRestParts['makeRequest'];
  /** What connects to the events; the real gateway unless told otherwise. */
  readonly connectGateway?: (parts: DiscordGatewayParts) => DiscordGateway;
};

/** Discord as a platform. */
export type DiscordPlatform = {
  readonly inbox: Inbox;
  readonly outbox: Outbox;
  readonly downloadImage: ImageSource;
  /** Lines for the operator, once it is connected. Rejects with a `LoginFailureCode` when Discord refuses the bot. */
  readonly started: Promise<readonly string[]>;
  /** One sentence when it is not connected now, else null. */
  problem(): string | null;
};

const discordApiUrl = 'https://discord.com/api';

function introduce({ name, applicationId }: Identity, messageContent: boolean): readonly string[] {
  return [
    `Discord: signed in as ${name}.`,
    `  ${describeIntents(messageContent)}`,
    `  Add it to a server: ${toInviteLink(applicationId)}`,
    `  Add its commands to your own account: ${toUserInstallLink(applicationId)}`,
  ];
}

/** Puts the adapter together. Nothing is connected before `inbox.listen`.  */
export function createDiscordPlatform(parts: DiscordPlatformParts): DiscordPlatform {
  const { settings, store, clock, logger, listModels } = parts;
  const { token, messageContent } = settings;

  const refusal = new AbortController();
  const started = Promise.withResolvers<readonly string[]>();
  started.promise.catch(() => {});
  let hasStarted = false;
  const onRefused = (error: unknown) => {
    if (refusal.signal.aborted) return;
    refusal.abort(error);
    started.reject(error);
    // Before, whoever waits for the start says it.
    if (hasStarted)
      logger.error({ reason: errorMessage(error) }, 'Discord refuses the bot; it takes nothing more from there.');
  };

  const rest = createDiscordRest({
    token,
    apiUrl: settings.apiUrl ?? discordApiUrl,
    userAgent: `Sightline/${parts.version}`,
    clock,
    onRefused: () => onRefused(tokenRefused(token)),
    ...(parts.makeRequest === undefined ? {} : { makeRequest: parts.makeRequest }),
  });
  const base = { rest, store, clock, logger };
  const connectGateway = parts.connectGateway ?? createDiscordGateway;
  const gateway = connectGateway({ ...base, token, messageContent, shards: settings.shards });
  const signIn = createSignIn({ ...base, token });
  const memory = createThreadMemory(store, logger);
  const mayUse = createAccess(settings);
  const fetchMessage = createFetchMessage(rest, createPayloadReader('Discord', logger));
  const known = { me: signIn.me, directory: createChannelDirectory(base), guilds: createGuildDirectory(base) };
  const standing = createOwnStanding(known);
  const messages = createMessageInbox({
    ...base,
    ...known,
    messageContent,
    memory,
    mayUse,
    toLocator: toPictureLocator,
  });
  const interactions = createInteractions({ ...base, access: mayUse, memory, listModels });

  /** What is done once the bot is connected: who it is, and its commands. */
  async function settle(signal: AbortSignal): Promise<void> {
    await gateway.ready;
    const identity = await signIn.settle(signal);
    logger.info({ name: identity.name }, 'Connected to Discord.');
    hasStarted = true;
    started.resolve(introduce(identity, messageContent));
    const shardIds = settings.shards.type === 'fixed' ? settings.shards.shardIds : [0];
    await registerCommands(
      { call: rest, applicationId: identity.applicationId, shardIds, store, clock, logger },
      signal,
    );
  }

  return {
    inbox: createDiscordInbox({
      gateway,
      listeners: [signIn, standing],
      takers: [messages, interactions],
      prepare: signIn.recall,
      settle,
      refusal: refusal.signal,
      onRefused,
    }),
    outbox: createDiscordOutbox({
      ...base,
      memory,
      me: signIn.me,
      messageContent,
      mayWriteInThreads: standing.mayWriteInThreads,
      listModels,
    }),
    downloadImage: createDiscordImageSource({
      download: parts.download,
      refresh: createRefreshPictureLinks({ rest, fetchMessage, clock }),
      clock,
    }),
    started: started.promise,
    problem() {
      if (refusal.signal.aborted) return 'Discord refuses the bot; the log says why.';
      return gateway.state() === 'connected' ? null : 'Discord is not connected.';
    },
  };
}
