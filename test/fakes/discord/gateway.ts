import { GatewayIntentBits, GatewayOpcodes } from 'discord-api-types/v10';
import type { Clock } from '../../../src/lib/clock.ts';
import { createGatewaySessions, type GatewayEvent, type Session } from './gateway-sessions.ts';
import { defaultGatewaySettings, type GatewaySettings } from './gateway-settings.ts';
import { isObject, type JsonObject, toNumber, toObject, toText } from './json.ts';
import type { Payloads } from './payloads.ts';
import type { World } from './world.ts';

/** The wire of one connection, as the transport offers it. */
export type GatewayLink = {
  send(text: string): void;
  /** Closes properly, with a code. */
  close(code: number, reason: string): void;
  /** Cuts without a word. */
  destroy(): void;
};

/** One connection as the transport drives it. */
export type GatewayConnection = {
  receive(text: string): void;
  /** The other side closed with `code`, or the wire was cut (null). */
  closed(code: number | null): void;
};

type Connection = {
  readonly link: GatewayLink;
  session: Session | null;
  sentAtMs: number[];
  lastHeartbeatAtMs: number;
  readonly ended: AbortController;
};

/** A session as tests look at it. */
export type SessionReport = {
  readonly id: string;
  readonly intents: number;
  readonly shardId: number;
  readonly shardCount: number;
  readonly sequence: number;
  readonly connected: boolean;
};

/** Something that a client did at the gateway. */
export type GatewayLogEntry = {
  readonly atMs: number;
  readonly type:
    | 'connect'
    | 'identify'
    | 'resume'
    | 'resumed'
    | 'heartbeat'
    | 'close'
    | 'refused'
    | 'presence'
    | 'other';
  readonly shardId: number | null;
  /** The close code, either side's; null where there is none. */
  readonly code: number | null;
};

/** The gateway: sessions, what they missed, and the means to trouble them. */
export type Gateway = {
  readonly settings: GatewaySettings;
  /** A transport has a new connection. One that says `beats: false` is never closed for its silence. */
  open(link: GatewayLink, options?: { readonly beats?: boolean }): GatewayConnection;
  publish(event: GatewayEvent): void;
  sessions(): readonly SessionReport[];
  /** What clients did, in order. */
  log(): readonly GatewayLogEntry[];
  startsLeft(): number;
  /** How long until the starts are counted anew. */
  startsResetAfterMs(): number;
  /** Whether a new connection would be refused right now. */
  refusesNow(): boolean;
  /** Cuts every connection without a close frame. */
  cut(): void;
  /** Closes every connection with this code. */
  closeAll(code: number, reason?: string): void;
  /** Refuses new connections for so long. */
  refuseFor(durationMs: number): void;
  /** Forgets all sessions: who is connected gets op 9 at once, who resumes later then. */
  loseSessions(): void;
  /** Asks every client to reconnect (op 7). */
  askToReconnect(): void;
  /** Tells every client that its session is invalid (op 9). */
  invalidate(resumable: boolean): void;
  /** The last event of every session once more, as Discord may send it. */
  repeatLastEvent(): void;
};

const knownIntents = Object.values(GatewayIntentBits)
  .filter((bit) => typeof bit === 'number')
  .reduce((sum, bit) => sum | bit, 0);
const mostSendsPerMinute = 120;
const mostBytesPerFrame = 4_096;
const identifyWindowMs = 5_000;
const dayMs = 86_400_000;
// After these Discord keeps no session.
const finalCodes: readonly number[] = [4004, 4010, 4011, 4012, 4013, 4014];
const goodbyeCodes: readonly (number | null)[] = [1000, 1001];
const undecodable = 'Error while decoding payload.';
const unauthenticated = 'Authentication failed.';

/** A gateway for the world, with nobody connected. */
export function createGateway(world: World, payloads: Payloads, clock: Clock): Gateway {
  const settings: GatewaySettings = { ...defaultGatewaySettings };
  const sessions = createGatewaySessions(world, payloads, clock);
  const connections = new Set<Connection>();
  const log: GatewayLogEntry[] = [];
  const identifiedAtMs = new Map<number, number>();
  let refusesUntilMs = 0;
  let starts = { used: 0, resetAtMs: 0 };

  const note = (type: GatewayLogEntry['type'], shardId: number | null, code: number | null = null) =>
    log.push({ atMs: clock.now(), type, shardId, code });

  const currentStarts = () => {
    if (clock.now() >= starts.resetAtMs) starts = { used: 0, resetAtMs: clock.now() + dayMs };
    return starts;
  };

  const send = (connection: Connection, op: number, d: unknown) =>
    connection.link.send(JSON.stringify({ op, d, s: null, t: null }));

  const detach = (connection: Connection) => {
    connections.delete(connection);
    connection.ended.abort();
    // A session that was resumed elsewhere has another connection by now.
    if (connection.session?.send === connection.link.send) sessions.detach(connection.session);
  };

  const close = (connection: Connection, code: number, reason: string) => {
    note('close', connection.session?.shardId ?? null, code);
    detach(connection);
    if (connection.session !== null && finalCodes.includes(code)) sessions.forget(connection.session);
    connection.link.close(code, reason);
  };

  const holds = (intents: number, intent: number) => (intents & intent) !== 0;

  const hasForbiddenIntent = (intents: number) => {
    const { messageContent, guildMembers, presences } = world.privileged;
    return (
      (holds(intents, GatewayIntentBits.MessageContent) && !messageContent) ||
      (holds(intents, GatewayIntentBits.GuildMembers) && !guildMembers) ||
      (holds(intents, GatewayIntentBits.GuildPresences) && !presences)
    );
  };

  const isOurs = (token: unknown) => toText(token)?.replace(/^Bot /, '') === world.token;

  const hasIdentifiedLately = (shardId: number) => {
    const key = shardId % settings.maxConcurrency;
    const lately = identifiedAtMs.get(key);
    if (lately !== undefined && clock.now() - lately < identifyWindowMs) return true;
    identifiedAtMs.set(key, clock.now());
    return false;
  };

  const identify = (connection: Connection, data: JsonObject) => {
    const [shardId = 0, shardCount = 1] = Array.isArray(data['shard']) ? data['shard'].map(Number) : [];
    const intents = toNumber(data['intents'], -1);
    note('identify', shardId);
    if (!isOurs(data['token'])) return close(connection, 4004, unauthenticated);
    if (!isObject(data['properties'])) return close(connection, 4002, undecodable);
    if (intents < 0 || holds(intents, ~knownIntents)) return close(connection, 4013, 'Invalid intent(s).');
    if (hasForbiddenIntent(intents)) return close(connection, 4014, 'Disallowed intent(s).');
    if (!(shardId >= 0 && shardId < shardCount)) return close(connection, 4010, 'Invalid shard.');
    if (settings.shardingRequired && shardCount === 1) return close(connection, 4011, 'Sharding required.');
    if (hasIdentifiedLately(shardId)) return send(connection, GatewayOpcodes.InvalidSession, false);
    const allowance = currentStarts();
    allowance.used += 1;
    if (allowance.used > settings.sessionStarts) {
      // Too many starts a day: Discord ends all sessions and gives the bot another token.
      world.token = `${world.token}.reset`;
      for (const each of [...connections]) close(each, 4004, unauthenticated);
      return undefined;
    }
    connection.session = sessions.start({ intents, shardId, shardCount }, connection.link.send);
    return undefined;
  };

  const takeOver = (session: Session) => {
    for (const other of connections) {
      if (other.session !== session) continue;
      detach(other);
      other.link.close(4000, 'Resumed elsewhere.');
    }
  };

  const resume = (connection: Connection, data: JsonObject) => {
    const session = sessions.find(toText(data['session_id']) ?? '');
    const after = toNumber(data['seq'], -1);
    note('resume', session?.shardId ?? null);
    if (!isOurs(data['token'])) return close(connection, 4004, unauthenticated);
    if (session === undefined) return send(connection, GatewayOpcodes.InvalidSession, false);
    const isOld = session.detachedAtMs !== null && clock.now() - session.detachedAtMs > settings.sessionLifeMs;
    if (after < 0 || after > session.sequence) return close(connection, 4007, 'Invalid seq.');
    takeOver(session);
    if (isOld || !sessions.replay(session, after, connection.link.send)) {
      sessions.forget(session);
      return send(connection, GatewayOpcodes.InvalidSession, false);
    }
    connection.session = session;
    note('resumed', session.shardId);
    return sessions.record(session, 'RESUMED', { _trace: ['["fake"]'] });
  };

  const sendMembers = (session: Session, data: JsonObject) => {
    const guild = world.guilds.get(toText(data['guild_id']) ?? '');
    if (guild === undefined) return;
    sessions.record(session, 'GUILD_MEMBERS_CHUNK', {
      guild_id: guild.id,
      members: payloads.toGuildEvent(guild, true)['members'],
      chunk_index: 0,
      chunk_count: 1,
      ...(data['nonce'] === undefined ? {} : { nonce: data['nonce'] }),
    });
  };

  const acknowledge = (connection: Connection) => {
    note('heartbeat', connection.session?.shardId ?? null);
    connection.lastHeartbeatAtMs = clock.now();
    if (settings.acknowledgesHeartbeats) send(connection, GatewayOpcodes.HeartbeatAck, null);
  };

  const takeSessionFrame = (connection: Connection, session: Session, op: number, data: JsonObject) => {
    switch (op) {
      case GatewayOpcodes.PresenceUpdate:
        return note('presence', session.shardId);
      case GatewayOpcodes.RequestGuildMembers:
        note('other', session.shardId);
        return sendMembers(session, data);
      case GatewayOpcodes.VoiceStateUpdate:
      case GatewayOpcodes.RequestSoundboardSounds:
        return note('other', session.shardId);
      default:
        return close(connection, 4001, 'Unknown opcode.');
    }
  };

  const takeFrame = (connection: Connection, op: number, data: JsonObject) => {
    const { session } = connection;
    const begins = op === GatewayOpcodes.Identify || op === GatewayOpcodes.Resume;
    if (op === GatewayOpcodes.Heartbeat) return acknowledge(connection);
    if (begins && session !== null) return close(connection, 4005, 'Already authenticated.');
    if (op === GatewayOpcodes.Identify) return identify(connection, data);
    if (op === GatewayOpcodes.Resume) return resume(connection, data);
    if (session === null) return close(connection, 4003, 'Not authenticated.');
    return takeSessionFrame(connection, session, op, data);
  };

  const receive = (connection: Connection, text: string) => {
    if (!connections.has(connection)) return;
    const nowMs = clock.now();
    connection.sentAtMs = [...connection.sentAtMs.filter((atMs) => nowMs - atMs < 60_000), nowMs];
    if (connection.sentAtMs.length > mostSendsPerMinute) return close(connection, 4008, 'You are being rate limited.');
    if (Buffer.byteLength(text) > mostBytesPerFrame) return close(connection, 4002, undecodable);
    let frame: unknown;
    try {
      frame = JSON.parse(text);
    } catch {
      return close(connection, 4002, undecodable);
    }
    const { op, d } = toObject(frame);
    if (typeof op !== 'number') return close(connection, 4002, undecodable);
    takeFrame(connection, op, toObject(d));
  };

  const watchHeartbeats = async (connection: Connection) => {
    while (!connection.ended.signal.aborted) {
      await clock.sleep(settings.heartbeatIntervalMs, connection.ended.signal);
      const silentMs = clock.now() - connection.lastHeartbeatAtMs;
      if (silentMs > settings.heartbeatIntervalMs * 2 && settings.closesSilentConnections) {
        close(connection, 4009, 'Session timed out.');
      }
    }
  };

  const refuse = (link: GatewayLink): GatewayConnection => {
    note('refused', null);
    link.destroy();
    return { receive: () => {}, closed: () => {} };
  };

  const endedBy = (connection: Connection, code: number | null) => {
    if (!connections.has(connection)) return;
    note('close', connection.session?.shardId ?? null, code);
    detach(connection);
    // A client that says goodbye properly gives its session up.
    if (connection.session !== null && goodbyeCodes.includes(code)) sessions.forget(connection.session);
  };

  const open: Gateway['open'] = (wire, options) => {
    if (clock.now() < refusesUntilMs) return refuse(wire);
    // Functions of its own: a session knows its connection by what it sends through.
    const link: GatewayLink = {
      send: (text) => wire.send(text),
      close: (code, reason) => wire.close(code, reason),
      destroy: () => wire.destroy(),
    };
    const connection: Connection = {
      link,
      session: null,
      sentAtMs: [],
      lastHeartbeatAtMs: clock.now(),
      ended: new AbortController(),
    };
    note('connect', null);
    connections.add(connection);
    const { heartbeatIntervalMs } = settings;
    send(connection, GatewayOpcodes.Hello, { heartbeat_interval: heartbeatIntervalMs, _trace: ['["fake"]'] });
    // Ends by rejection when the connection does.
    if (options?.beats !== false) watchHeartbeats(connection).catch(() => {});
    return { receive: (text) => receive(connection, text), closed: (code) => endedBy(connection, code) };
  };

  return {
    settings,
    open,
    publish: sessions.publish,
    repeatLastEvent: sessions.repeatLastEvent,
    log: () => log,
    startsLeft: () => Math.max(0, settings.sessionStarts - currentStarts().used),
    startsResetAfterMs: () => currentStarts().resetAtMs - clock.now(),
    refusesNow: () => clock.now() < refusesUntilMs,
    sessions: () =>
      sessions.all().map(({ id, intents, shardId, shardCount, sequence, send: sends }) => ({
        id,
        intents,
        shardId,
        shardCount,
        sequence,
        connected: sends !== null,
      })),
    cut() {
      for (const connection of [...connections]) {
        note('close', connection.session?.shardId ?? null, null);
        detach(connection);
        connection.link.destroy();
      }
    },
    closeAll(code, reason = '') {
      for (const connection of [...connections]) close(connection, code, reason);
    },
    refuseFor(durationMs) {
      refusesUntilMs = clock.now() + durationMs;
    },
    loseSessions() {
      for (const session of sessions.all()) sessions.forget(session);
      for (const connection of connections) {
        connection.session = null;
        send(connection, GatewayOpcodes.InvalidSession, false);
      }
    },
    askToReconnect() {
      for (const connection of connections) send(connection, GatewayOpcodes.Reconnect, null);
    },
    invalidate(resumable) {
      for (const connection of connections) {
        const { session } = connection;
        // From here on the client may identify or resume on the same connection.
        connection.session = null;
        if (session !== null && resumable) sessions.detach(session);
        if (session !== null && !resumable) sessions.forget(session);
        send(connection, GatewayOpcodes.InvalidSession, resumable);
      }
    },
  };
}
