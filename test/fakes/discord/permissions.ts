import { PermissionFlagsBits } from 'discord-api-types/v10';
import type { ChannelRecord, GuildRecord } from './records.ts';
import type { World } from './world.ts';

/** Everything. */
const allPermissions = Object.values(PermissionFlagsBits).reduce((sum, bit) => sum | bit, 0n);

/** What the invite of a bot like this asks for: view, send (also in threads), read history, threads, links, files, reactions. */
export const usualBotPermissions =
  PermissionFlagsBits.ViewChannel |
  PermissionFlagsBits.SendMessages |
  PermissionFlagsBits.SendMessagesInThreads |
  PermissionFlagsBits.ReadMessageHistory |
  PermissionFlagsBits.CreatePublicThreads |
  PermissionFlagsBits.EmbedLinks |
  PermissionFlagsBits.AttachFiles |
  PermissionFlagsBits.AddReactions;

/** What everyone may do in a new server. */
export const usualMemberPermissions =
  usualBotPermissions | PermissionFlagsBits.UseApplicationCommands | PermissionFlagsBits.UseExternalApps;

/** What somebody may do in a server, before channels say otherwise. */
function permissionsInGuild(guild: GuildRecord, userId: string): bigint {
  if (guild.ownerId === userId) return allPermissions;
  const member = guild.members.get(userId);
  if (member === undefined) return 0n;
  const roleIds = [guild.id, ...member.roleIds];
  const granted = roleIds.reduce((sum, id) => sum | (guild.roles.get(id)?.permissions ?? 0n), 0n);
  return (granted & PermissionFlagsBits.Administrator) === 0n ? granted : allPermissions;
}

/** What somebody may do in a channel; a thread takes its parent's rules. */
export function permissionsIn(world: World, channel: ChannelRecord, userId: string): bigint {
  if (channel.guildId === null) return channel.recipientIds.includes(userId) ? usualMemberPermissions : 0n;
  const guild = world.guilds.get(channel.guildId);
  if (guild === undefined) return 0n;
  const base = permissionsInGuild(guild, userId);
  if (base === allPermissions) return base;
  const member = guild.members.get(userId);
  if (member === undefined) return 0n;
  const ruled = channel.thread === null ? channel : (world.channels.get(channel.parentId ?? '') ?? channel);
  const everyone = ruled.overwrites.find((each) => each.id === guild.id);
  const ofRoles = ruled.overwrites.filter((each) => each.type === 0 && member.roleIds.includes(each.id));
  const ofMember = ruled.overwrites.find((each) => each.type === 1 && each.id === userId);
  let result = (base & ~(everyone?.deny ?? 0n)) | (everyone?.allow ?? 0n);
  result &= ~ofRoles.reduce((sum, each) => sum | each.deny, 0n);
  result |= ofRoles.reduce((sum, each) => sum | each.allow, 0n);
  result = (result & ~(ofMember?.deny ?? 0n)) | (ofMember?.allow ?? 0n);
  return (result & PermissionFlagsBits.ViewChannel) === 0n ? 0n : result;
}

/** Whether somebody may do something in a channel. */
export function may(world: World, channel: ChannelRecord, userId: string, bit: bigint): boolean {
  return (permissionsIn(world, channel, userId) & bit) === bit;
}
