import type { JsonObject } from './json.ts';
import { permissionsIn } from './permissions.ts';
import type {
  AttachmentRecord,
  ChannelRecord,
  CommandRecord,
  GuildRecord,
  MemberRecord,
  MessageRecord,
  RoleRecord,
  SnapshotRecord,
  UserRecord,
} from './records.ts';
import type { SignedAddresses } from './signed-addresses.ts';
import { timeOfSnowflake } from './snowflakes.ts';
import { findMessage, type World } from './world.ts';

/** Writes records as Discord does: the payloads of the API and the gateway. */
export type Payloads = ReturnType<typeof createPayloads>;

const time = (atMs: number) => new Date(atMs).toISOString().replace('Z', '000+00:00');

/** Somebody, as the API writes them; the gateway leaves `flags` out. */
function toUserOverHttp(user: UserRecord): JsonObject {
  return { ...toUser(user), flags: 0 };
}

/** Somebody. */
export function toUser(user: UserRecord): JsonObject {
  return {
    id: user.id,
    username: user.username,
    discriminator: user.bot ? '0042' : '0',
    global_name: user.globalName,
    avatar: null,
    ...(user.bot ? { bot: true } : {}),
    public_flags: 0,
    primary_guild: null,
    clan: null,
    avatar_decoration_data: null,
    collectibles: null,
    banner: null,
    accent_color: null,
  };
}

/** Somebody's membership, without the user. */
export function toMember(member: MemberRecord): JsonObject {
  return {
    roles: member.roleIds,
    nick: member.nick,
    avatar: null,
    banner: null,
    premium_since: null,
    joined_at: time(member.joinedAtMs),
    pending: false,
    deaf: false,
    mute: false,
    flags: 0,
    communication_disabled_until: member.timedOutUntilMs === null ? null : time(member.timedOutUntilMs),
  };
}

/** A role. */
export function toRole(role: RoleRecord, position: number): JsonObject {
  return {
    id: role.id,
    name: role.name,
    description: null,
    permissions: String(role.permissions),
    position,
    color: 0,
    colors: { primary_color: 0, secondary_color: null, tertiary_color: null },
    hoist: false,
    managed: role.managed,
    mentionable: role.mentionable,
    icon: null,
    unicode_emoji: null,
    flags: 0,
  };
}

/** What the application's flags say: the privileged intents that it has. */
export function applicationFlags(world: World): number {
  const { messageContent, guildMembers, presences } = world.privileged;
  return (messageContent ? 1 << 19 : 0) | (guildMembers ? 1 << 15 : 0) | (presences ? 1 << 13 : 0);
}

/** A command as the API lists it. */
export function toCommand(world: World, command: CommandRecord): JsonObject {
  const { definition } = command;
  return {
    id: command.id,
    application_id: world.applicationId,
    version: command.version,
    default_member_permissions: null,
    type: 1,
    name_localizations: null,
    description: '',
    description_localizations: null,
    dm_permission: true,
    contexts: null,
    integration_types: [0],
    nsfw: false,
    ...(command.guildId === null ? {} : { guild_id: command.guildId }),
    ...definition,
  };
}

/** Whether the app may read what is in a message although it lacks the intent for contents. */
function isReadable(world: World, message: MessageRecord, readsContent: boolean): boolean {
  if (readsContent || message.author.id === world.bot.id) return true;
  if (message.applicationId === world.applicationId) return true;
  const channel = world.channels.get(message.channelId);
  if (channel !== undefined && channel.guildId === null && channel.recipientIds.includes(world.bot.id)) return true;
  return message.opensContent;
}

/** The writers that need the world. `hm` addresses are signed anew in every payload. */
export function createPayloads(world: World, addresses: SignedAddresses) {
  const toAttachment = (attachment: AttachmentRecord): JsonObject => ({
    id: attachment.id,
    filename: attachment.filename,
    size: attachment.bytes.byteLength,
    url: addresses.url(attachment),
    proxy_url: addresses.proxyUrl(attachment),
    ...(attachment.width === null ? {} : { width: attachment.width, height: attachment.height }),
    ...(attachment.contentType === null ? {} : { content_type: attachment.contentType }),
    ...(attachment.description === null ? {} : { description: attachment.description }),
    ...(attachment.flags === 0 ? {} : { flags: attachment.flags }),
    ...(attachment.ephemeral ? { ephemeral: true } : {}),
    ...(attachment.width === null ? {} : { placeholder: 'nAgGDIZweHiIiIiHeIZ4eHh3iIB3', placeholder_version: 1 }),
  });

  const toThreadFields = (channel: ChannelRecord): JsonObject => {
    const { thread } = channel;
    if (thread === null) return {};
    return {
      owner_id: thread.ownerId,
      message_count: thread.messageCount,
      member_count: thread.memberIds.size,
      total_message_sent: thread.messageCount,
      rate_limit_per_user: 0,
      thread_metadata: {
        archived: thread.archived,
        locked: thread.locked,
        auto_archive_duration: thread.autoArchiveMinutes,
        archive_timestamp: time(thread.archiveChangedAtMs),
        create_timestamp: time(timeOfSnowflake(channel.id)),
      },
      ...(thread.memberIds.has(world.bot.id)
        ? {
            member: {
              id: channel.id,
              user_id: world.bot.id,
              flags: 1,
              join_timestamp: time(timeOfSnowflake(channel.id)),
            },
          }
        : {}),
    };
  };

  const toChannel = (channel: ChannelRecord): JsonObject => {
    const common = { id: channel.id, type: channel.type, last_message_id: channel.lastMessageId, flags: 0 };
    if (channel.guildId === null) {
      const others = channel.recipientIds.filter((id) => id !== world.bot.id);
      return { ...common, recipients: others.flatMap((id) => world.users.get(id) ?? []).map(toUser) };
    }
    const placed = { ...common, guild_id: channel.guildId, name: channel.name, parent_id: channel.parentId };
    if (channel.thread !== null) return { ...placed, ...toThreadFields(channel) };
    return {
      ...placed,
      position: 0,
      topic: null,
      nsfw: false,
      rate_limit_per_user: 0,
      permission_overwrites: channel.overwrites.map((each) => ({
        id: each.id,
        type: each.type,
        allow: String(each.allow),
        deny: String(each.deny),
      })),
      ...(channel.type === 2 ? { bitrate: 64_000, user_limit: 0, rtc_region: null } : {}),
      ...(channel.type === 15 || channel.type === 16
        ? { available_tags: [], default_reaction_emoji: null, default_sort_order: null, default_forum_layout: 0 }
        : {}),
    };
  };

  const toSnapshot = (snapshot: SnapshotRecord, readable: boolean): JsonObject => ({
    message: {
      type: snapshot.type,
      content: readable ? snapshot.content : '',
      embeds: readable ? snapshot.embeds : [],
      attachments: readable ? snapshot.attachments.map(toAttachment) : [],
      components: readable ? snapshot.components : [],
      mentions: [],
      mention_roles: [],
      flags: snapshot.flags,
      timestamp: time(snapshot.createdAtMs),
      edited_timestamp: null,
    },
  });

  const toInteractionMetadata = (message: MessageRecord): JsonObject => {
    const { interaction } = message;
    if (interaction === null) return {};
    return {
      interaction_metadata: {
        id: interaction.id,
        type: interaction.type,
        user: toUser(interaction.user),
        authorizing_integration_owners: interaction.payload['authorizing_integration_owners'],
        ...(interaction.commandName === null ? {} : { name: interaction.commandName, command_type: 1 }),
        ...(interaction.sourceMessageId === null ? {} : { interacted_message_id: interaction.sourceMessageId }),
      },
    };
  };

  const mentioned = (message: MessageRecord, withMembers: boolean): readonly JsonObject[] =>
    message.mentionUserIds.flatMap((id) => {
      const user = world.users.get(id);
      if (user === undefined) return [];
      const guildId = world.channels.get(message.channelId)?.guildId ?? '';
      const member = withMembers ? world.guilds.get(guildId)?.members.get(id) : undefined;
      const written = withMembers ? toUser(user) : toUserOverHttp(user);
      return [{ ...written, ...(member === undefined ? {} : { member: toMember(member) }) }];
    });

  /** A message as the app sees it: emptied where its contents are not for it. */
  const toMessage = (
    message: MessageRecord,
    view: {
      readonly readsContent: boolean;
      readonly depth?: number;
      readonly dispatched?: boolean;
      readonly open?: boolean;
    },
  ): JsonObject => {
    const readable = view.open === true || isReadable(world, message, view.readsContent);
    const depth = view.depth ?? 0;
    const { reference } = message;
    const referenced =
      reference === null || reference.type === 1 || depth > 0
        ? undefined
        : (findMessage(world, reference.channelId, reference.messageId) ?? null);
    const thread = message.threadId === null ? undefined : world.channels.get(message.threadId);
    return {
      type: message.type,
      id: message.id,
      channel_id: message.channelId,
      author:
        message.webhookId !== null && message.applicationId === null
          ? toWebhookFace(message)
          : view.dispatched === true
            ? toUser(message.author)
            : toUserOverHttp(message.author),
      content: readable ? message.content : '',
      embeds: readable ? message.embeds : [],
      attachments: readable ? message.attachments.map(toAttachment) : [],
      components: readable ? message.components : [],
      mentions: mentioned(message, view.dispatched === true),
      mention_roles: message.mentionRoleIds,
      mention_everyone: message.mentionEveryone,
      timestamp: time(message.createdAtMs),
      edited_timestamp: message.editedAtMs === null ? null : time(message.editedAtMs),
      flags: message.flags,
      pinned: false,
      tts: message.tts,
      ...(message.nonce === null ? {} : { nonce: message.nonce }),
      ...(message.webhookId === null ? {} : { webhook_id: message.webhookId }),
      ...(message.applicationId === null ? {} : { application_id: message.applicationId }),
      ...toInteractionMetadata(message),
      ...(reference === null
        ? {}
        : {
            message_reference: {
              type: reference.type,
              channel_id: reference.channelId,
              message_id: reference.messageId,
              ...(reference.guildId === null ? {} : { guild_id: reference.guildId }),
            },
          }),
      ...(referenced === undefined
        ? {}
        : {
            referenced_message:
              referenced === null ? null : toMessage(referenced, { readsContent: view.readsContent, depth: 1 }),
          }),
      ...(message.snapshots.length === 0
        ? {}
        : { message_snapshots: message.snapshots.map((each) => toSnapshot(each, readable)) }),
      ...(thread === undefined ? {} : { thread: toChannel(thread) }),
    };
  };

  const toWebhookFace = (message: MessageRecord): JsonObject => ({
    id: message.author.id,
    username: message.author.username,
    avatar: null,
    discriminator: '0000',
    public_flags: 0,
    flags: 0,
    bot: true,
    global_name: null,
    clan: null,
    primary_guild: null,
  });

  /** What MESSAGE_CREATE and MESSAGE_UPDATE carry beyond the message. */
  const toMessageEvent = (message: MessageRecord, readsContent: boolean): JsonObject => {
    const channel = world.channels.get(message.channelId);
    const guild = world.guilds.get(channel?.guildId ?? '');
    const member = message.webhookId === null ? guild?.members.get(message.author.id) : undefined;
    return {
      ...toMessage(message, { readsContent, dispatched: true }),
      channel_type: channel?.type ?? 0,
      ...(guild === undefined ? {} : { guild_id: guild.id }),
      ...(member === undefined ? {} : { member: toMember(member) }),
    };
  };

  const toRoles = (guild: GuildRecord) => [...guild.roles.values()].map(toRole);

  const channelsOf = (guild: GuildRecord) =>
    [...world.channels.values()].filter((channel) => channel.guildId === guild.id && channel.thread === null);

  const activeThreadsOf = (guild: GuildRecord) =>
    [...world.channels.values()].filter(
      (channel) => channel.guildId === guild.id && channel.thread?.archived === false,
    );

  const toGuild = (guild: GuildRecord): JsonObject => ({
    id: guild.id,
    name: guild.name,
    icon: null,
    splash: null,
    discovery_splash: null,
    banner: null,
    home_header: null,
    description: null,
    owner_id: guild.ownerId,
    region: 'deprecated',
    afk_channel_id: null,
    afk_timeout: 300,
    widget_enabled: false,
    widget_channel_id: null,
    verification_level: 0,
    default_message_notifications: 0,
    explicit_content_filter: 0,
    mfa_level: 0,
    nsfw: false,
    nsfw_level: 0,
    premium_tier: 0,
    premium_subscription_count: 0,
    premium_progress_bar_enabled: false,
    preferred_locale: guild.locale,
    features: [],
    emojis: [],
    stickers: [],
    roles: toRoles(guild),
    application_id: null,
    system_channel_id: null,
    system_channel_flags: 0,
    rules_channel_id: null,
    public_updates_channel_id: null,
    safety_alerts_channel_id: null,
    vanity_url_code: null,
    max_members: 500_000,
    max_presences: null,
    max_video_channel_users: 25,
    max_stage_video_channel_users: 50,
    hub_type: null,
    incidents_data: null,
  });

  /** GUILD_CREATE: the server with its channels, its open threads and, of the members, the bot. */
  const toGuildEvent = (guild: GuildRecord, everybody: boolean): JsonObject => {
    const members = [...guild.members.values()].filter((member) => everybody || member.userId === world.bot.id);
    const botMember = guild.members.get(world.bot.id);
    return {
      ...toGuild(guild),
      joined_at: time(botMember?.joinedAtMs ?? 0),
      large: false,
      unavailable: false,
      member_count: guild.members.size,
      voice_states: [],
      presences: [],
      stage_instances: [],
      guild_scheduled_events: [],
      soundboard_sounds: [],
      members: members.flatMap((member) => {
        const user = world.users.get(member.userId);
        return user === undefined ? [] : [{ ...toMember(member), user: toUser(user) }];
      }),
      channels: channelsOf(guild).map(toChannel).map(withoutGuild),
      threads: activeThreadsOf(guild)
        .filter((thread) => permissionsIn(world, thread, world.bot.id) !== 0n)
        .map(toChannel),
    };
  };

  const withoutGuild = (channel: JsonObject): JsonObject => {
    const { guild_id: _guildId, ...rest } = channel;
    return rest;
  };

  return { toAttachment, toChannel, toMessage, toMessageEvent, toGuild, toGuildEvent, toRoles, activeThreadsOf, time };
}
