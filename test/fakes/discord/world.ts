import type { Clock } from '../../../src/lib/clock.ts';
import type {
  AttachmentRecord,
  ChannelRecord,
  CommandRecord,
  GuildRecord,
  InteractionRecord,
  MessageRecord,
  UserRecord,
} from './records.ts';
import { createSnowflakes, type Snowflakes } from './snowflakes.ts';

/** Where the parts of this Discord are reached. */
export type Origins = { api: string; gateway: string; cdn: string; media: string; external: string };

/** Privileged intents that are switched on for the app in the developer portal. */
export type PrivilegedIntents = { messageContent: boolean; guildMembers: boolean; presences: boolean };

/** Everything that this Discord knows, as plain maps. */
export type World = {
  readonly clock: Clock;
  readonly startMs: number;
  readonly snowflakes: Snowflakes;
  readonly applicationId: string;
  readonly bot: UserRecord;
  token: string;
  readonly privileged: PrivilegedIntents;
  readonly origins: Origins;
  readonly users: Map<string, UserRecord>;
  readonly guilds: Map<string, GuildRecord>;
  readonly channels: Map<string, ChannelRecord>;
  /** By channel, then by id, in the order they were posted. */
  readonly messages: Map<string, Map<string, MessageRecord>>;
  /** By token. */
  readonly interactions: Map<string, InteractionRecord>;
  /** By the key of `commandKey`. */
  readonly commands: Map<string, CommandRecord>;
  /** By path on the CDN. */
  readonly files: Map<string, AttachmentRecord>;
};

/** An empty world with nobody but the bot. */
export function createWorld(settings: {
  readonly clock: Clock;
  readonly token: string;
  readonly botName: string;
  readonly privileged: PrivilegedIntents;
}): World {
  const snowflakes = createSnowflakes(settings.clock);
  const nowMs = settings.clock.now();
  const botId = snowflakes.at(nowMs - 400 * 86_400_000);
  const bot: UserRecord = { id: botId, username: settings.botName, globalName: null, bot: true, locale: 'en-US' };
  return {
    clock: settings.clock,
    startMs: nowMs,
    snowflakes,
    applicationId: botId,
    bot,
    token: settings.token,
    privileged: settings.privileged,
    origins: {
      api: 'https://discord.com/api',
      gateway: 'wss://gateway.discord.gg',
      cdn: 'https://cdn.discordapp.com',
      media: 'https://media.discordapp.net',
      external: 'https://images-ext-1.discordapp.net',
    },
    users: new Map([[botId, bot]]),
    guilds: new Map(),
    channels: new Map(),
    messages: new Map(),
    interactions: new Map(),
    commands: new Map(),
    files: new Map(),
  };
}

/** The message, if it is there and everybody may see it. */
export function findMessage(world: World, channelId: string, messageId: string): MessageRecord | undefined {
  return world.messages.get(channelId)?.get(messageId);
}

/** The messages of a channel that everybody sees, oldest first. */
export function openMessages(world: World, channelId: string): readonly MessageRecord[] {
  return [...(world.messages.get(channelId)?.values() ?? [])].filter((message) => message.visibleTo === null);
}

/** Where a command is kept: per server or globally, by kind and name. */
export function commandKey(guildId: string | null, type: number, name: string): string {
  return `${guildId ?? 'global'}/${type}/${name}`;
}
