import { ChannelType, PermissionFlagsBits, Routes } from 'discord-api-types/v10';
import { Failure } from '../../../src/lib/errors.ts';
import { keepNewest } from '../../../src/lib/keep-newest.ts';
import type { Logger } from '../../../src/lib/logger.ts';
import { createPayloadReader } from '../../../src/lib/read-payload.ts';
import type { DiscordRest } from '../rest/discord-call.ts';
import {
  channelSchema,
  goneSchema,
  guildDeleteSchema,
  guildSchema,
  messageHeadSchema,
  threadListSchema,
  type WireChannel,
} from '../wire.ts';
import { isNewer } from './snowflake.ts';

/** What a channel allows and denies a role or a member, as far as anybody asks. */
export type Overwrite = {
  readonly id: string;
  readonly of: 'role' | 'member';
  readonly allow: bigint;
  readonly deny: bigint;
};

/** A channel or a thread, with no more than is used. */
export type KnownChannel = {
  readonly id: string;
  readonly type: number;
  readonly name: string;
  /** The channel of a thread, the category of a channel. */
  readonly parentId: string | null;
  /** Null for direct messages. */
  readonly guildId: string | null;
  readonly lastMessageId: string | null;
  readonly overwrites: readonly Overwrite[];
};

/** The channels that Discord told of. */
export type ChannelDirectory = {
  /** Takes what an event says of channels. */
  learn(dispatch: { readonly name: string; readonly data: unknown }): void;
  /** What is known already. */
  peek(id: string): KnownChannel | null;
  /** What is known, else what Discord says when asked; null when there is no such channel for the bot. */
  find(id: string, signal: AbortSignal): Promise<KnownChannel | null>;
  all(): Iterable<KnownChannel>;
};

/** The permissions that anybody asks about; overwrites of others are not kept. */
const askedPermissions =
  PermissionFlagsBits.ManageMessages |
  PermissionFlagsBits.ManageChannels |
  PermissionFlagsBits.CreatePublicThreads |
  PermissionFlagsBits.SendMessagesInThreads;
/** Known at the most; those that were not used for longest are forgotten and asked for again. */
const maxChannels = 50_000;

/** The permissions that overwrites can change and anybody asks about. */
function toOverwrites(channel: WireChannel): readonly Overwrite[] {
  return channel.permission_overwrites.flatMap(({ id, type, allow, deny }): Overwrite[] => {
    const asked = { allow: allow & askedPermissions, deny: deny & askedPermissions };
    return asked.allow === 0n && asked.deny === 0n ? [] : [{ id, of: type === 0 ? 'role' : 'member', ...asked }];
  });
}

function toKnownChannel(channel: WireChannel, guildId: string | null): KnownChannel {
  return {
    id: channel.id,
    type: channel.type,
    name: channel.name,
    parentId: channel.parent_id ?? null,
    guildId: channel.guild_id ?? guildId,
    lastMessageId: channel.last_message_id ?? null,
    overwrites: toOverwrites(channel),
  };
}

/** Whether it is a thread or a forum's post. */
export function isThread({ type }: { readonly type: number }): boolean {
  return (
    type === ChannelType.PublicThread || type === ChannelType.PrivateThread || type === ChannelType.AnnouncementThread
  );
}

const goneCodes: readonly string[] = ['platform-place-gone', 'platform-message-gone', 'platform-forbidden'];

/** Whether the failure says that there is no such thing for the bot, however often it asks. */
export function isNotThere(error: unknown): boolean {
  return error instanceof Failure && (goneCodes.includes(error.code) || error.facts['status'] === 404);
}

/** Knows nothing at first. */
export function createChannelDirectory(parts: {
  readonly rest: DiscordRest;
  readonly logger: Logger;
}): ChannelDirectory {
  const channels = new Map<string, KnownChannel>();
  const read = createPayloadReader('Discord', parts.logger);

  const keep = (channel: KnownChannel) => keepNewest(channels, channel.id, channel, maxChannels);

  const learnGuild = (data: unknown) => {
    const guild = read('GUILD_CREATE', guildSchema, data);
    if (guild === null) return;
    for (const channel of [...guild.channels, ...guild.threads]) keep(toKnownChannel(channel, guild.id));
  };

  const forgetGuild = (data: unknown) => {
    const guild = read('GUILD_DELETE', guildDeleteSchema, data);
    if (guild === null || guild.unavailable === true) return;
    for (const channel of channels.values()) if (channel.guildId === guild.id) channels.delete(channel.id);
  };

  const learnChannel = (name: string, data: unknown) => {
    const channel = read(name, channelSchema, data);
    if (channel !== null) keep(toKnownChannel(channel, null));
  };

  const learnThreads = (data: unknown) => {
    const list = read('THREAD_LIST_SYNC', threadListSchema, data);
    for (const thread of list?.threads ?? []) keep(toKnownChannel(thread, list?.guild_id ?? null));
  };

  /** A message tells what is the last one of its channel, and which channels are direct messages: nothing else does. */
  const learnMessage = (data: unknown) => {
    const message = read('MESSAGE_CREATE', messageHeadSchema, data);
    if (message === null) return;
    const known = channels.get(message.channel_id);
    if (known !== undefined) {
      const { lastMessageId } = known;
      if (lastMessageId === null || isNewer(message.id, lastMessageId)) keep({ ...known, lastMessageId: message.id });
    } else if (message.channel_type === ChannelType.DM) {
      keep({
        id: message.channel_id,
        type: ChannelType.DM,
        name: '',
        parentId: null,
        guildId: null,
        lastMessageId: message.id,
        overwrites: [],
      });
    }
  };

  return {
    learn({ name, data }) {
      switch (name) {
        case 'GUILD_CREATE':
          return learnGuild(data);
        case 'GUILD_DELETE':
          return forgetGuild(data);
        case 'CHANNEL_CREATE':
        case 'CHANNEL_UPDATE':
        case 'THREAD_CREATE':
        case 'THREAD_UPDATE':
          return learnChannel(name, data);
        case 'CHANNEL_DELETE':
        case 'THREAD_DELETE': {
          const gone = read(name, goneSchema, data);
          if (gone !== null) channels.delete(gone.id);
          return;
        }
        case 'THREAD_LIST_SYNC':
          return learnThreads(data);
        case 'MESSAGE_CREATE':
          return learnMessage(data);
        default:
          return;
      }
    },
    peek: (id) => channels.get(id) ?? null,
    async find(id, signal) {
      const known = channels.get(id);
      if (known !== undefined) {
        keep(known);
        return known;
      }
      try {
        const { body } = await parts.rest({ method: 'GET', route: Routes.channel(id) }, signal);
        const channel = read('a channel', channelSchema, body);
        if (channel === null) return null;
        const found = toKnownChannel(channel, null);
        keep(found);
        return found;
      } catch (error) {
        if (isNotThere(error)) return null;
        throw error;
      }
    },
    all: () => channels.values(),
  };
}
