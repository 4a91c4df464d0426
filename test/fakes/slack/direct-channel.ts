import type { ChannelRecord, UserRecord } from './records.ts';
import { keyOfChannel, type World } from './world.ts';

/** The direct messages of somebody and the bot; opened if there are none yet. */
export function directChannel(world: World, user: UserRecord, bot: UserRecord): ChannelRecord {
  const known = [...world.channels.values()].find(
    (each) =>
      each.kind === 'im' && each.teamId === user.teamId && each.memberIds.has(user.id) && each.memberIds.has(bot.id),
  );
  if (known !== undefined) return known;
  const channel: ChannelRecord = {
    id: world.nextId('D'),
    teamId: user.teamId,
    kind: 'im',
    name: '',
    archived: false,
    restricted: false,
    memberIds: new Set([user.id, bot.id]),
    connectedTeamIds: new Set(),
    messages: new Map(),
    replies: new Map(),
    lastMicros: 0,
  };
  world.channels.set(keyOfChannel(channel), channel);
  return channel;
}
