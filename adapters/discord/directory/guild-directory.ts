import { PermissionFlagsBits, Routes } from 'discord-api-types/v10';
import { keepNewest } from '../../../src/lib/keep-newest.ts';
import type { Logger } from '../../../src/lib/logger.ts';
import { createPayloadReader } from '../../../src/lib/read-payload.ts';
import type { DiscordRest } from '../rest/discord-call.ts';
import {
  guildDeleteSchema,
  guildRoleDeleteSchema,
  guildRoleSchema,
  guildSchema,
  memberSchema,
  type WireGuild,
  type WireMember,
  type WireRole,
} from '../wire.ts';
import { isNotThere } from './channel-directory.ts';

/** A role's name, and what it grants as far as anybody asks. */
export type KnownRole = { readonly name: string; readonly permissions: bigint };

/** A server, with no more than is used. */
export type KnownGuild = {
  readonly id: string;
  /** Null where it was not said. */
  readonly ownerId: string | null;
  readonly roles: ReadonlyMap<string, KnownRole>;
};

/** The servers that Discord told of. */
export type GuildDirectory = {
  /** Takes what an event says of servers and roles. */
  learn(dispatch: { readonly name: string; readonly data: unknown }): void;
  /** What is known already. */
  peek(id: string): KnownGuild | null;
  /** What is known, else what Discord says when asked; null when the bot is not in such a server. */
  find(id: string, signal: AbortSignal): Promise<KnownGuild | null>;
  /** Asks for somebody's membership, which messages carry when they come by the gateway and lack when they are fetched. */
  fetchMember(id: string, person: string, signal: AbortSignal): Promise<WireMember | null>;
};

const askedPermissions =
  PermissionFlagsBits.Administrator |
  PermissionFlagsBits.ManageGuild |
  PermissionFlagsBits.ManageChannels |
  PermissionFlagsBits.ManageMessages |
  PermissionFlagsBits.CreatePublicThreads |
  PermissionFlagsBits.SendMessagesInThreads;
/** Known at the most: about as many as Discord lets one connection serve. */
const maxGuilds = 2_500;

const toKnownRole = ({ name, permissions }: WireRole): KnownRole => ({
  name,
  permissions: permissions & askedPermissions,
});

function toKnownGuild({ id, owner_id, roles }: WireGuild): KnownGuild {
  return { id, ownerId: owner_id ?? null, roles: new Map(roles.map((role) => [role.id, toKnownRole(role)])) };
}

/** Knows nothing at first. */
export function createGuildDirectory(parts: { readonly rest: DiscordRest; readonly logger: Logger }): GuildDirectory {
  const { rest } = parts;
  const guilds = new Map<string, KnownGuild>();
  const read = createPayloadReader('Discord', parts.logger);

  const keep = (guild: KnownGuild) => keepNewest(guilds, guild.id, guild, maxGuilds);

  const changeRoles = (id: string, change: (roles: Map<string, KnownRole>) => void) => {
    const guild = guilds.get(id);
    if (guild === undefined) return;
    const roles = new Map(guild.roles);
    change(roles);
    guilds.set(id, { ...guild, roles });
  };

  const learnGuild = (name: string, data: unknown) => {
    const guild = read(name, guildSchema, data);
    if (guild !== null) keep(toKnownGuild(guild));
  };

  /** Asks Discord; null when there is nothing of that kind for the bot. */
  const ask = async (route: `/${string}`, signal: AbortSignal): Promise<unknown> => {
    try {
      return (await rest({ method: 'GET', route }, signal)).body;
    } catch (error) {
      if (isNotThere(error)) return null;
      throw error;
    }
  };

  return {
    learn({ name, data }) {
      switch (name) {
        case 'GUILD_CREATE':
        case 'GUILD_UPDATE':
          return learnGuild(name, data);
        case 'GUILD_DELETE': {
          const gone = read(name, guildDeleteSchema, data);
          if (gone !== null && gone.unavailable !== true) guilds.delete(gone.id);
          return;
        }
        case 'GUILD_ROLE_CREATE':
        case 'GUILD_ROLE_UPDATE': {
          const event = read(name, guildRoleSchema, data);
          if (event !== null) changeRoles(event.guild_id, (roles) => roles.set(event.role.id, toKnownRole(event.role)));
          return;
        }
        case 'GUILD_ROLE_DELETE': {
          const event = read(name, guildRoleDeleteSchema, data);
          if (event !== null) changeRoles(event.guild_id, (roles) => roles.delete(event.role_id));
          return;
        }
        default:
          return;
      }
    },
    peek: (id) => guilds.get(id) ?? null,
    async find(id, signal) {
      const known = guilds.get(id);
      if (known !== undefined) {
        keep(known);
        return known;
      }
      const body = await ask(Routes.guild(id), signal);
      const guild = body === null ? null : read('a server', guildSchema, body);
      if (guild === null) return null;
      const found = toKnownGuild(guild);
      keep(found);
      return found;
    },
    async fetchMember(id, person, signal) {
      const body = await ask(Routes.guildMember(id, person), signal);
      return body === null ? null : read('a member', memberSchema, body);
    },
  };
}
