import {
  ApplicationIntegrationType,
  ChannelType,
  InteractionContextType,
  PermissionFlagsBits as Permissions,
} from 'discord-api-types/v10';
import type { z } from 'zod';
import type { Person } from '../../../src/turn/turn.ts';
import { directTenant } from '../decode.ts';
import type { interactionPlaceSchema } from './interaction-wire.ts';

type Payload = z.infer<typeof interactionPlaceSchema>;

/** Where something was done, in a turn's words, and where the bot stands there. */
export type InteractionPlace = {
  /** Null outside of servers. */
  readonly server: string | null;
  readonly tenant: string;
  /** Where exactly: the thread itself where it was in one. */
  readonly location: string;
  readonly parent: string | null;
  /** The channel; in a thread the one that the thread belongs to. */
  readonly channel: string;
  /** The thread; null outside of threads. */
  readonly thread: string | null;
  /** Whether it was in a direct message with the bot. */
  readonly direct: boolean;
  /** Whether the bot itself may read and write there. */
  readonly botIsMember: boolean;
};

const threadTypes: readonly number[] = [
  ChannelType.AnnouncementThread,
  ChannelType.PublicThread,
  ChannelType.PrivateThread,
];

/** Who installed the bot that was used: nobody where that is not said. */
function ownersOf({ authorizing_integration_owners: owners }: Payload): Readonly<Record<string, unknown>> | null {
  return owners && Object.keys(owners).length > 0 ? owners : null;
}

function isDirect(payload: Payload): boolean {
  const { guild_id, context, channel } = payload;
  if (context !== null && context !== undefined) return context === InteractionContextType.BotDM;
  if ((guild_id ?? null) !== null || channel?.type !== ChannelType.DM) return false;
  // In direct messages with the bot itself, its owner for servers is called 0. Before there were other ones it was not named.
  const owners = ownersOf(payload);
  return owners === null || owners[ApplicationIntegrationType.GuildInstall] === '0';
}

/** Whether the bot lives there, rather than being brought along by a person who installed it for themselves. */
function isAtHome(payload: Payload): boolean {
  if ((payload.guild_id ?? null) === null) return isDirect(payload);
  const owners = ownersOf(payload);
  return owners === null || owners[ApplicationIntegrationType.GuildInstall] !== undefined;
}

function has(permissions: bigint, ...bits: readonly bigint[]): boolean {
  if ((permissions & Permissions.Administrator) !== 0n) return true;
  return bits.every((bit) => (permissions & bit) !== 0n);
}

/** Null where the payload does not say where it happened. */
export function toInteractionPlace(payload: Payload): InteractionPlace | null {
  const location = payload.channel?.id ?? payload.channel_id ?? null;
  if (location === null) return null;
  const server = payload.guild_id ?? null;
  const parent = payload.channel?.parent_id ?? null;
  const isThread = parent !== null && threadTypes.includes(payload.channel?.type ?? 0);
  const direct = isDirect(payload);
  const atHome = isAtHome(payload);
  const sending = isThread ? Permissions.SendMessagesInThreads : Permissions.SendMessages;
  const allowed = payload.app_permissions ?? null;
  const mayWrite = direct || allowed === null || has(allowed, Permissions.ViewChannel, sending);
  return {
    server,
    tenant: direct ? directTenant : atHome && server !== null ? server : `private-${isThread ? parent : location}`,
    location,
    parent,
    channel: isThread ? parent : location,
    thread: isThread ? location : null,
    direct,
    botIsMember: atHome && mayWrite,
  };
}

/** Who did it, with what the server lets them do; null where the payload does not say. */
export function toInteractionPerson(
  payload: Payload,
): { readonly person: Person; readonly roles: readonly string[] } | null {
  const { member } = payload;
  const user = member?.user ?? payload.user ?? null;
  if (user === null) return null;
  const permissions = member?.permissions ?? 0n;
  return {
    person: {
      id: user.id,
      name: member?.nick ?? user.global_name ?? user.username,
      moderator: has(permissions, Permissions.ManageMessages),
      managesChannel: has(permissions, Permissions.ManageChannels),
      // Where only a person installed the bot, it does not speak for the server.
      managesServer: isAtHome(payload) && has(permissions, Permissions.ManageGuild),
    },
    roles: member?.roles ?? [],
  };
}
