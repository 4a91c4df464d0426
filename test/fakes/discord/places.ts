import { GatewayIntentBits } from 'discord-api-types/v10';
import type { Backend } from './backend.ts';
import { directChannel } from './channel-routes.ts';
import type { JsonObject } from './json.ts';
import { toMember, toRole, toUser } from './payloads.ts';
import { usualBotPermissions, usualMemberPermissions } from './permissions.ts';
import type { ChannelRecord, GuildRecord, UserRecord } from './records.ts';

const kinds = { text: 0, voice: 2, category: 4, announcement: 5, stage: 13, forum: 15, media: 16 } as const;

/** The kinds of channels that a server can have. */
export type ChannelKind = keyof typeof kinds;

/** What a new server is like. */
export type GuildOptions = {
  readonly id?: string;
  readonly name?: string;
  readonly locale?: string;
  /** Whether the bot is a member: yes unless told otherwise. Without it, commands reach it by the person's own installation. */
  readonly withBot?: boolean;
  /** What the bot's role allows; what a usual invite asks for unless told otherwise. */
  readonly botPermissions?: bigint;
  /** What everyone may do. */
  readonly everyonePermissions?: bigint;
  /** 1,000 unless told otherwise. */
  readonly activeThreadLimit?: number;
  readonly attachmentSizeLimit?: number;
};

/** Builds the places of the world and changes them under the bot's feet; the gateway tells the bot. */
export type Places = {
  createPerson(options?: {
    readonly name?: string;
    readonly displayName?: string;
    readonly locale?: string;
  }): UserRecord;
  /** Another bot. */
  createBot(name: string): UserRecord;
  createGuild(options?: GuildOptions): GuildRecord;
  createChannel(
    guild: GuildRecord,
    options?: { readonly name?: string; readonly kind?: ChannelKind; readonly parent?: ChannelRecord },
  ): ChannelRecord;
  /** Makes somebody a member, with rights of their own beyond everyone's. */
  join(guild: GuildRecord, user: UserRecord, options?: { readonly permissions?: bigint; readonly nick?: string }): void;
  /** A role that can be mentioned; returns its id. */
  createRole(
    guild: GuildRecord,
    options: { readonly name: string; readonly permissions?: bigint; readonly mentionable?: boolean },
  ): string;
  /** The direct messages of somebody and the bot. */
  direct(user: UserRecord): ChannelRecord;
  /** Direct messages among people, without the bot. */
  group(users: readonly UserRecord[]): ChannelRecord;
  /** Sets what the bot's role allows in a server. */
  setBotPermissions(guild: GuildRecord, permissions: bigint): void;
  /** Takes rights from the bot in one channel; gives back those not named. */
  denyBot(channel: ChannelRecord, permissions: bigint): void;
  /** Takes rights from everyone in one channel. */
  denyEveryone(channel: ChannelRecord, permissions: bigint): void;
  addBot(guild: GuildRecord): void;
  /** Throws the bot out. */
  removeBot(guild: GuildRecord): void;
  /** The server is away for a while, as in an outage, or back. */
  setAvailable(guild: GuildRecord, available: boolean): void;
  timeOutBot(guild: GuildRecord, untilMs: number): void;
  /** Deletes a channel or thread with its messages. */
  deleteChannel(channel: ChannelRecord): void;
  setArchived(thread: ChannelRecord, archived: boolean): void;
  setLocked(thread: ChannelRecord, locked: boolean): void;
};

const yearMs = 31_536_000_000;

/** The hands that build the world. */
export function createPlaces(backend: Backend): Places {
  const { world, gateway, payloads, desk, screen } = backend;

  const publish = (name: string, guildId: string | null, data: JsonObject, channelId?: string) =>
    gateway.publish({
      name,
      guildId,
      intents: GatewayIntentBits.Guilds,
      data: () => data,
      ...(channelId === undefined ? {} : { channelId }),
    });

  const add = (user: UserRecord): UserRecord => {
    world.users.set(user.id, user);
    return user;
  };

  const addBot = (guild: GuildRecord, permissions: bigint) => {
    const roleId = world.snowflakes.next();
    guild.botRoleId = roleId;
    guild.roles.set(roleId, { id: roleId, name: world.bot.username, permissions, mentionable: true, managed: true });
    guild.members.set(world.bot.id, {
      userId: world.bot.id,
      roleIds: [roleId],
      nick: null,
      joinedAtMs: world.clock.now(),
      timedOutUntilMs: null,
    });
    gateway.publish({
      name: 'GUILD_CREATE',
      guildId: guild.id,
      intents: GatewayIntentBits.Guilds,
      data: (view) => payloads.toGuildEvent(guild, (view.intents & GatewayIntentBits.GuildMembers) !== 0),
    });
  };

  const setOverwrite = (channel: ChannelRecord, id: string, type: 0 | 1, deny: bigint) => {
    channel.overwrites = [
      ...channel.overwrites.filter((each) => each.id !== id),
      ...(deny === 0n ? [] : [{ id, type, allow: 0n, deny }]),
    ];
    publish('CHANNEL_UPDATE', channel.guildId, payloads.toChannel(channel));
  };

  const updateThread = (thread: ChannelRecord) =>
    publish('THREAD_UPDATE', thread.guildId, payloads.toChannel(thread), thread.id);

  return {
    createPerson: (options = {}) =>
      add({
        id: world.snowflakes.at(world.startMs - yearMs),
        username: options.name ?? 'ada',
        globalName: options.displayName ?? options.name ?? 'Ada',
        bot: false,
        locale: options.locale ?? 'en-US',
      }),
    createBot: (name) =>
      add({
        id: world.snowflakes.at(world.startMs - yearMs),
        username: name,
        globalName: null,
        bot: true,
        locale: 'en-US',
      }),
    createGuild(options = {}) {
      // Servers differ in age, so that they spread over connections.
      const id = options.id ?? world.snowflakes.at(world.startMs - yearMs + world.guilds.size);
      const owner = add({
        id: world.snowflakes.at(world.startMs - yearMs),
        username: `owner-${world.guilds.size}`,
        globalName: 'Owner',
        bot: false,
        locale: 'en-US',
      });
      const guild: GuildRecord = {
        id,
        name: options.name ?? `Server ${world.guilds.size + 1}`,
        ownerId: owner.id,
        locale: options.locale ?? 'en-US',
        roles: new Map(),
        members: new Map(),
        botRoleId: null,
        activeThreadLimit: options.activeThreadLimit ?? 1_000,
        attachmentSizeLimit: options.attachmentSizeLimit ?? 10_485_760,
      };
      const everyone = options.everyonePermissions ?? usualMemberPermissions;
      guild.roles.set(id, { id, name: '@everyone', permissions: everyone, mentionable: false, managed: false });
      guild.members.set(owner.id, {
        userId: owner.id,
        roleIds: [],
        nick: null,
        joinedAtMs: world.startMs - yearMs,
        timedOutUntilMs: null,
      });
      world.guilds.set(id, guild);
      if (options.withBot !== false) addBot(guild, options.botPermissions ?? usualBotPermissions);
      return guild;
    },
    createChannel(guild, options = {}) {
      const channel: ChannelRecord = {
        id: world.snowflakes.next(),
        type: kinds[options.kind ?? 'text'],
        guildId: guild.id,
        parentId: options.parent?.id ?? null,
        name: options.name ?? options.kind ?? 'general',
        overwrites: [],
        lastMessageId: null,
        recipientIds: [],
        thread: null,
      };
      world.channels.set(channel.id, channel);
      publish('CHANNEL_CREATE', guild.id, payloads.toChannel(channel), channel.id);
      return channel;
    },
    join(guild, user, options = {}) {
      const roleIds: string[] = [];
      if (options.permissions !== undefined) {
        const id = world.snowflakes.next();
        guild.roles.set(id, {
          id,
          name: `role of ${user.username}`,
          permissions: options.permissions,
          mentionable: false,
          managed: false,
        });
        roleIds.push(id);
      }
      guild.members.set(user.id, {
        userId: user.id,
        roleIds,
        nick: options.nick ?? null,
        joinedAtMs: world.clock.now(),
        timedOutUntilMs: null,
      });
    },
    createRole(guild, options) {
      const id = world.snowflakes.next();
      const role = {
        id,
        name: options.name,
        permissions: options.permissions ?? 0n,
        mentionable: options.mentionable ?? true,
        managed: false,
      };
      guild.roles.set(id, role);
      publish('GUILD_ROLE_CREATE', guild.id, { guild_id: guild.id, role: toRole(role, guild.roles.size) });
      return id;
    },
    direct: (user) => directChannel(backend, user.id),
    group(users) {
      const channel: ChannelRecord = {
        id: world.snowflakes.next(),
        type: users.length > 2 ? 3 : 1,
        guildId: null,
        parentId: null,
        name: '',
        overwrites: [],
        lastMessageId: null,
        recipientIds: users.map((user) => user.id),
        thread: null,
      };
      world.channels.set(channel.id, channel);
      return channel;
    },
    setBotPermissions(guild, permissions) {
      const role = guild.roles.get(guild.botRoleId ?? '');
      if (role === undefined) throw new Error('the bot is no member');
      role.permissions = permissions;
      publish('GUILD_ROLE_UPDATE', guild.id, { guild_id: guild.id, role: toRole(role, 1) });
    },
    denyBot: (channel, permissions) => setOverwrite(channel, world.bot.id, 1, permissions),
    denyEveryone: (channel, permissions) => setOverwrite(channel, channel.guildId ?? '', 0, permissions),
    addBot: (guild) => addBot(guild, usualBotPermissions),
    removeBot(guild) {
      publish('GUILD_DELETE', guild.id, { id: guild.id });
      guild.members.delete(world.bot.id);
      guild.roles.delete(guild.botRoleId ?? '');
      guild.botRoleId = null;
    },
    setAvailable(guild, available) {
      if (available) publish('GUILD_CREATE', guild.id, payloads.toGuildEvent(guild, false));
      else publish('GUILD_DELETE', guild.id, { id: guild.id, unavailable: true });
    },
    timeOutBot(guild, untilMs) {
      const member = guild.members.get(world.bot.id);
      if (member === undefined) throw new Error('the bot is no member');
      member.timedOutUntilMs = untilMs;
      publish('GUILD_MEMBER_UPDATE', guild.id, { guild_id: guild.id, user: toUser(world.bot), ...toMember(member) });
    },
    deleteChannel(channel) {
      const name = channel.thread === null ? 'CHANNEL_DELETE' : 'THREAD_DELETE';
      const { id, guildId, parentId, type } = channel;
      const whole =
        channel.thread === null ? payloads.toChannel(channel) : { id, guild_id: guildId, parent_id: parentId, type };
      publish(name, guildId, whole, id);
      for (const message of world.messages.get(id)?.values() ?? []) screen.hide(message);
      world.messages.delete(id);
      world.channels.delete(id);
    },
    setArchived: (thread, archived) => desk.setArchived(thread, archived),
    setLocked(thread, locked) {
      if (thread.thread === null) throw new Error('not a thread');
      thread.thread.locked = locked;
      updateThread(thread);
    },
  };
}
