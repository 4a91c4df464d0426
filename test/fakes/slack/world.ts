import type { Clock } from '../../../src/lib/clock.ts';
import type {
  ChannelRecord,
  FileRecord,
  InstallationRecord,
  MessageRecord,
  TeamRecord,
  UserRecord,
  ViewRecord,
} from './records.ts';

/** Where the parts of this Slack are reached. */
export type Origins = { api: string; files: string; edge: string; hooks: string; site: string; sockets: string };

/** The one app of this Slack. */
export type AppRecord = {
  readonly id: string;
  readonly name: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly signingSecret: string;
  readonly appToken: string;
  readonly verificationToken: string;
};

/** Everything that this Slack knows, as plain maps. */
export type World = {
  readonly clock: Clock;
  readonly startMs: number;
  readonly app: AppRecord;
  readonly origins: Origins;
  /** A fresh id that begins so: `F`, `U`, `Ev`, … */
  nextId(prefix: string): string;
  readonly teams: Map<string, TeamRecord>;
  /** By the key of `keyIn`. */
  readonly users: Map<string, UserRecord>;
  readonly channels: Map<string, ChannelRecord>;
  readonly files: Map<string, FileRecord>;
  readonly views: Map<string, ViewRecord>;
  readonly installations: InstallationRecord[];
};

/** An empty world. */
export function createWorld(settings: { readonly clock: Clock; readonly appName: string }): World {
  let serial = 0;
  const nextId = (prefix: string) => {
    serial += 1;
    return `${prefix}0${serial.toString(36).toUpperCase().padStart(8, '0')}`;
  };
  return {
    clock: settings.clock,
    startMs: settings.clock.now(),
    app: {
      id: nextId('A'),
      name: settings.appName,
      clientId: '1234567890.0987654321',
      clientSecret: 'fake-client-secret-of-slack',
      signingSecret: 'fake-signing-secret-of-slack',
      appToken: 'xapp-1-A0-1-fake-app-token',
      verificationToken: 'fake-verification-token',
    },
    origins: {
      api: 'https://slack.com/api',
      files: 'https://files.slack.com',
      edge: 'https://slack-files.com',
      hooks: 'https://hooks.slack.com',
      site: 'https://slack.com',
      sockets: 'wss://wss-primary.slack.com',
    },
    nextId,
    teams: new Map(),
    users: new Map(),
    channels: new Map(),
    files: new Map(),
    views: new Map(),
    installations: [],
  };
}

/** The key of a thing in a workspace: other workspaces may have a thing with the same id. */
export function keyIn(teamId: string, id: string): string {
  return `${teamId}/${id}`;
}

/** The key of a channel, by the workspace that owns it. */
export function keyOfChannel(channel: ChannelRecord): string {
  return keyIn(channel.teamId, channel.id);
}

/** The workspace; fails for one that nobody made. */
export function teamOf(world: World, teamId: string): TeamRecord {
  const team = world.teams.get(teamId);
  if (team === undefined) throw new Error(`there is no workspace ${teamId}`);
  return team;
}

/** A channel as a workspace sees it: its own, or one that is shared with it. */
export function findChannel(world: World, teamId: string, id: string): ChannelRecord | null {
  const own = world.channels.get(keyIn(teamId, id));
  if (own !== undefined) return own;
  return [...world.channels.values()].find((each) => each.id === id && each.connectedTeamIds.has(teamId)) ?? null;
}

/** Somebody by id: of the workspace, else of any other. */
export function findUser(world: World, teamId: string, id: string): UserRecord | null {
  return world.users.get(keyIn(teamId, id)) ?? [...world.users.values()].find((each) => each.id === id) ?? null;
}

/** The next timestamp of a channel: unique in it alone. */
export function nextTs(world: World, channel: ChannelRecord): string {
  channel.lastMicros = Math.max(Math.floor(world.clock.now()) * 1_000 + 9, channel.lastMicros + 10);
  return toTs(channel.lastMicros / 1_000);
}

/** A time as Slack writes it. */
export function toTs(atMs: number): string {
  const micros = Math.round(atMs * 1_000);
  return `${Math.floor(micros / 1_000_000)}.${String(micros % 1_000_000).padStart(6, '0')}`;
}

/** The messages of a thread, its root first. */
export function threadOf(channel: ChannelRecord, rootTs: string): readonly MessageRecord[] {
  const root = channel.messages.get(rootTs);
  return [...(root === undefined ? [] : [root]), ...(channel.replies.get(rootTs) ?? [])];
}

/** Whether an installation speaks for a workspace. */
export function coversTeam(world: World, installation: InstallationRecord, teamId: string): boolean {
  if (installation.teamId !== null) return installation.teamId === teamId;
  return installation.enterpriseId !== null && world.teams.get(teamId)?.enterpriseId === installation.enterpriseId;
}
