import { PermissionFlagsBits } from 'discord-api-types/v10';
import type { Overwrite } from './channel-directory.ts';
import type { KnownGuild } from './guild-directory.ts';

/** What somebody may do in a channel, as far as the bot asks. */
export type MemberRights = {
  readonly managesMessages: boolean;
  readonly managesChannel: boolean;
  readonly managesServer: boolean;
  readonly opensThreads: boolean;
  readonly writesInThreads: boolean;
};

const none = {
  managesMessages: false,
  managesChannel: false,
  managesServer: false,
  opensThreads: false,
  writesInThreads: false,
} as const;
const all = {
  managesMessages: true,
  managesChannel: true,
  managesServer: true,
  opensThreads: true,
  writesInThreads: true,
} as const;

/** Somebody who may nothing of it: where nothing is known of them or of the server. */
export const noRights: MemberRights = none;

const joined = (sets: readonly bigint[]) => sets.reduce((sum, bits) => sum | bits, 0n);

/**
 * Owner and administrators may everything. Otherwise: what the roles grant, changed by the channel for everyone, then for the
 * member's roles together, then for the member. `overwrites` are those of the channel; a thread has its parent's.
 */
export function memberRights(
  guild: KnownGuild,
  member: { readonly id: string; readonly roles: readonly string[] },
  overwrites: readonly Overwrite[],
): MemberRights {
  if (member.id === guild.ownerId) return all;
  const granted = joined([guild.id, ...member.roles].map((role) => guild.roles.get(role)?.permissions ?? 0n));
  if ((granted & PermissionFlagsBits.Administrator) !== 0n) return all;

  const steps = [
    overwrites.filter(({ of, id }) => of === 'role' && id === guild.id),
    overwrites.filter(({ of, id }) => of === 'role' && id !== guild.id && member.roles.includes(id)),
    overwrites.filter(({ of, id }) => of === 'member' && id === member.id),
  ];
  const inChannel = steps.reduce(
    (bits, step) => (bits & ~joined(step.map(({ deny }) => deny))) | joined(step.map(({ allow }) => allow)),
    granted,
  );
  const has = (bits: bigint, permission: bigint) => (bits & permission) !== 0n;
  return {
    managesMessages: has(inChannel, PermissionFlagsBits.ManageMessages),
    managesChannel: has(inChannel, PermissionFlagsBits.ManageChannels),
    // A channel cannot change who manages the server.
    managesServer: has(granted, PermissionFlagsBits.ManageGuild),
    opensThreads: has(inChannel, PermissionFlagsBits.CreatePublicThreads),
    writesInThreads: has(inChannel, PermissionFlagsBits.SendMessagesInThreads),
  };
}
