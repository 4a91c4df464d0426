import type { Backend } from './backend.ts';
import { directChannel } from './direct-channel.ts';
import type { ChannelKind, ChannelRecord, InstallationRecord, TeamRecord, UserRecord } from './records.ts';
import { keyIn, keyOfChannel, type World } from './world.ts';

/** What a new channel is like. */
export type ChannelOptions = {
  /** The same id may be given in several workspaces. */
  readonly id?: string;
  readonly name?: string;
  readonly kind?: Exclude<ChannelKind, 'im'>;
  readonly members?: readonly UserRecord[];
};

/** Builds the places of the world and changes them under the bot's feet. */
export type Places = {
  createTeam(options?: { readonly id?: string; readonly name?: string; readonly enterpriseId?: string }): TeamRecord;
  createPerson(
    team: TeamRecord,
    options?: { readonly id?: string; readonly name?: string; readonly locale?: string },
  ): UserRecord;
  /** Another app's bot. */
  createBot(team: TeamRecord, name: string): UserRecord;
  /** Slackbot, as it writes in this workspace. */
  slackbot(team: TeamRecord): UserRecord;
  /** A channel with everybody of the workspace who is known so far, or with those named; the bot is not among them. */
  createChannel(team: TeamRecord, options?: ChannelOptions): ChannelRecord;
  /** The direct messages of somebody and the bot. */
  direct(user: UserRecord, installation: InstallationRecord): ChannelRecord;
  /** Adds somebody, or the bot of an installation; the app hears of it. */
  join(channel: ChannelRecord, user: UserRecord): void;
  leave(channel: ChannelRecord, user: UserRecord): void;
  /** Shares a channel with another workspace by Slack Connect. */
  connect(channel: ChannelRecord, team: TeamRecord): void;
  setArchived(channel: ChannelRecord, archived: boolean): void;
  /** Only some may post now, and the bot is not one of them. */
  setRestricted(channel: ChannelRecord, restricted: boolean): void;
};

/** The hands that build the world. */
export function createPlaces(backend: Backend): Places {
  const { world, events } = backend;

  const add = (user: UserRecord): UserRecord => {
    world.users.set(keyIn(user.teamId, user.id), user);
    return user;
  };

  return {
    createTeam(options = {}) {
      const id = options.id ?? world.nextId('T');
      const name = options.name ?? 'Painters';
      const team: TeamRecord = {
        id,
        name,
        domain: name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-'),
        enterpriseId: options.enterpriseId ?? null,
      };
      world.teams.set(id, team);
      return team;
    },
    createPerson: (team, options = {}) =>
      add({
        id: options.id ?? world.nextId('U'),
        teamId: team.id,
        name: options.name ?? 'ada',
        realName: options.name ?? 'Ada',
        locale: options.locale ?? 'en-US',
        botId: null,
        appId: null,
      }),
    createBot: (team, name) =>
      add({
        id: world.nextId('U'),
        teamId: team.id,
        name,
        realName: name,
        locale: 'en-US',
        botId: world.nextId('B'),
        appId: world.nextId('A'),
      }),
    slackbot: (team) =>
      add({
        id: 'USLACKBOT',
        teamId: team.id,
        name: 'slackbot',
        realName: 'Slackbot',
        locale: 'en-US',
        botId: 'B01',
        appId: null,
      }),
    createChannel: (team, options = {}) => createChannel(world, team, options),
    direct: (user, installation) => directChannel(world, user, installation.bot),
    join(channel, user) {
      channel.memberIds.add(user.id);
      events.announce({
        subscription: 'member_joined_channel',
        scope: 'channels:read',
        channel,
        event: () => ({
          type: 'member_joined_channel',
          user: user.id,
          channel: channel.id,
          channel_type: channel.kind === 'channel' ? 'C' : 'G',
          team: user.teamId,
          event_ts: String(world.clock.now() / 1_000),
        }),
      });
    },
    leave: (channel, user) => {
      channel.memberIds.delete(user.id);
    },
    connect: (channel, team) => {
      channel.connectedTeamIds.add(team.id);
    },
    setArchived: (channel, archived) => {
      channel.archived = archived;
    },
    setRestricted: (channel, restricted) => {
      channel.restricted = restricted;
    },
  };
}

function createChannel(world: World, team: TeamRecord, options: ChannelOptions): ChannelRecord {
  const kind = options.kind ?? 'channel';
  const everybody = [...world.users.values()].filter((user) => user.teamId === team.id && user.appId !== world.app.id);
  const channel: ChannelRecord = {
    id: options.id ?? world.nextId(kind === 'channel' ? 'C' : 'G'),
    teamId: team.id,
    kind,
    name: options.name ?? 'pictures',
    archived: false,
    restricted: false,
    memberIds: new Set((options.members ?? everybody).map((user) => user.id)),
    connectedTeamIds: new Set(),
    messages: new Map(),
    replies: new Map(),
    lastMicros: 0,
  };
  world.channels.set(keyOfChannel(channel), channel);
  return channel;
}
