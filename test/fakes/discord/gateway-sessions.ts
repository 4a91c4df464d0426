import { GatewayIntentBits, GatewayOpcodes } from 'discord-api-types/v10';
import type { Clock } from '../../../src/lib/clock.ts';
import { type JsonObject, toObject, toText } from './json.ts';
import { applicationFlags, type Payloads, toUser } from './payloads.ts';
import { permissionsIn } from './permissions.ts';
import { shardOf } from './snowflakes.ts';
import type { World } from './world.ts';

/** What a session may see of an event. */
export type SessionView = { readonly readsContent: boolean; readonly intents: number };

/** Something that happened, for every session that may hear of it. */
export type GatewayEvent = {
  readonly name: string;
  readonly guildId: string | null;
  /** Heard only where the bot may view this channel. */
  readonly channelId?: string;
  /** The intents that have to be asked for; none for interactions. */
  readonly intents: number;
  readonly data: (view: SessionView) => JsonObject;
};

/** What a client asked for when it identified itself. */
export type SessionIdentity = { readonly intents: number; readonly shardId: number; readonly shardCount: number };

/** A session, connected or not, with what it has to replay. */
export type Session = SessionIdentity & {
  readonly id: string;
  sequence: number;
  events: { readonly sequence: number; readonly text: string }[];
  /** Sends to the connection that the session has now; null while it has none. */
  send: ((text: string) => void) | null;
  detachedAtMs: number | null;
};

/** The sessions of all clients. */
export type GatewaySessions = {
  /** A new session, greeted with READY and its servers. */
  start(identity: SessionIdentity, send: (text: string) => void): Session;
  find(id: string): Session | undefined;
  all(): readonly Session[];
  forget(session: Session): void;
  /** Takes the connection away, so that events are kept for later. */
  detach(session: Session): void;
  /** Sends again what came after `sequence`; false when that is no longer known. */
  replay(session: Session, sequence: number, send: (text: string) => void): boolean;
  /** Numbers an event, keeps it, and sends it where there is a connection. */
  record(session: Session, name: string, data: JsonObject): void;
  publish(event: GatewayEvent): void;
  /** The last event of every session once more, under a new number. */
  repeatLastEvent(): void;
};

const mostKeptEvents = 5_000;

/** No sessions yet. */
export function createGatewaySessions(world: World, payloads: Payloads, clock: Clock): GatewaySessions {
  const sessions = new Map<string, Session>();
  let sessionNumber = 0;

  const record = (session: Session, name: string, data: JsonObject) => {
    session.sequence += 1;
    const text = JSON.stringify({ op: GatewayOpcodes.Dispatch, s: session.sequence, t: name, d: data });
    session.events.push({ sequence: session.sequence, text });
    if (session.events.length > mostKeptEvents) session.events.shift();
    session.send?.(text);
  };

  const viewOf = (session: Session): SessionView => ({
    intents: session.intents,
    readsContent: (session.intents & GatewayIntentBits.MessageContent) !== 0,
  });

  const greet = (session: Session) => {
    const guilds = [...world.guilds.values()].filter(
      (guild) => guild.members.has(world.bot.id) && shardOf(guild.id, session.shardCount) === session.shardId,
    );
    record(session, 'READY', {
      v: 10,
      user: { ...toUser(world.bot), verified: true, mfa_enabled: true, email: null },
      guilds: guilds.map((guild) => ({ id: guild.id, unavailable: true })),
      session_id: session.id,
      session_type: 'normal',
      resume_gateway_url: world.origins.gateway,
      shard: [session.shardId, session.shardCount],
      application: { id: world.applicationId, flags: applicationFlags(world) },
      private_channels: [],
      presences: [],
      relationships: [],
      guild_join_requests: [],
      geo_ordered_rtc_regions: [],
      user_settings: {},
      auth: {},
      _trace: ['["fake"]'],
    });
    if ((session.intents & GatewayIntentBits.Guilds) === 0) return;
    const withEverybody = (session.intents & GatewayIntentBits.GuildMembers) !== 0;
    for (const guild of guilds) record(session, 'GUILD_CREATE', payloads.toGuildEvent(guild, withEverybody));
  };

  const hears = (session: Session, event: GatewayEvent) =>
    shardOf(event.guildId, session.shardCount) === session.shardId &&
    (session.intents & event.intents) === event.intents;

  return {
    record,
    find: (id) => sessions.get(id),
    all: () => [...sessions.values()],
    start(identity, send) {
      sessionNumber += 1;
      const session: Session = {
        ...identity,
        id: `session${String(sessionNumber).padStart(25, '0')}`,
        sequence: 0,
        events: [],
        send,
        detachedAtMs: null,
      };
      sessions.set(session.id, session);
      greet(session);
      return session;
    },
    forget(session) {
      session.send = null;
      sessions.delete(session.id);
    },
    detach(session) {
      session.send = null;
      session.detachedAtMs = clock.now();
    },
    replay(session, sequence, send) {
      const isKept = sequence === session.sequence || session.events.some((event) => event.sequence === sequence + 1);
      if (!isKept) return false;
      session.send = send;
      session.detachedAtMs = null;
      for (const event of session.events) if (event.sequence > sequence) send(event.text);
      return true;
    },
    publish(event) {
      const channel = world.channels.get(event.channelId ?? '');
      const hidden = channel !== undefined && permissionsIn(world, channel, world.bot.id) === 0n;
      const absent = event.guildId !== null && world.guilds.get(event.guildId)?.members.has(world.bot.id) !== true;
      if (event.intents !== 0 && (hidden || absent)) return;
      for (const session of sessions.values()) {
        if (hears(session, event)) record(session, event.name, event.data(viewOf(session)));
      }
    },
    repeatLastEvent() {
      for (const session of sessions.values()) {
        const last = session.events.at(-1);
        if (last === undefined) continue;
        const { t, d } = toObject(JSON.parse(last.text));
        record(session, toText(t) ?? '', toObject(d));
      }
    },
  };
}
