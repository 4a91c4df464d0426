import { toObject, toText } from '../discord/json.ts';
import type { AttemptResult, Carrier } from './delivery.ts';
import type { Settings } from './settings.ts';
import type { World } from './world.ts';

/** What a socket can do for the server. */
export type SocketWire = {
  send(text: string): void;
  /** A ping frame of the protocol. */
  ping(): void;
  close(code: number): void;
  /** Cuts without a word. */
  destroy(): void;
};

/** One connection as the transport drives it. */
export type SocketConnection = { receive(text: string): void; closed(): void };

/** Socket Mode: connections of the app, and trouble with them. */
export type SocketCarrier = Carrier & {
  /** A fresh address; the ticket is good once, for 30 s. */
  createUrl(): string;
  /** A connection that came to an address; `null` when it is turned away. */
  open(address: URL, wire: SocketWire): SocketConnection | null;
  /** How many connections are open. */
  count(): number;
  /** Cuts connections without a word: all, or one. */
  cut(which?: number): void;
  /** Says that a connection will end soon, then ends it: all, or one. */
  refresh(which?: number): void;
  /** As when Socket Mode is switched off: every connection is told and closed. */
  disable(): void;
  /** Connections get nothing more and nothing of what they say is heard, until the returned function is called. */
  silence(): () => void;
  /** The next so many connections are turned away. */
  refuseNext(count: number): void;
  /** Acknowledgements that came, in order. */
  acknowledged(): readonly string[];
  end(): void;
};

type Open = {
  readonly number: number;
  readonly wire: SocketWire;
  readonly over: AbortController;
  readonly waiting: Map<string, (result: AttemptResult) => void>;
};

const ticketLifeMs = 30_000;
const shortLifeMs = 360_000;

/** Carries deliveries over the app's own connections, each envelope over one of them. */
export function createSocketCarrier(world: World, settings: Settings): SocketCarrier {
  const { clock } = world;
  const tickets = new Map<string, number>();
  const connections = new Set<Open>();
  const acknowledged: string[] = [];
  const envelopeIds = new WeakMap<object, string>();
  let serial = 0;
  let turn = 0;
  let silent = false;
  let refusals = 0;

  const failed = (reason: string): AttemptResult => ({ type: 'failed', reason, status: null, noRetry: false });
  const debugInfo = (connection: Open) => ({ host: `applink-${connection.number}` });

  const say = (connection: Open, message: object) => {
    if (!silent) connection.wire.send(JSON.stringify(message));
  };

  const drop = (connection: Open) => {
    if (!connections.delete(connection)) return;
    connection.over.abort(new Error('the connection is over'));
    for (const resolve of connection.waiting.values()) resolve(failed('timeout'));
    connection.waiting.clear();
  };

  const endWith = (connection: Open, reason: 'refresh_requested' | 'link_disabled') => {
    say(connection, { type: 'disconnect', reason, debug_info: debugInfo(connection) });
    connection.wire.close(1000);
    drop(connection);
  };

  /** Life of a connection: pings, the warning, the end. Ends early and quietly when the connection does. */
  const live = async (connection: Open, lifeMs: number) => {
    const { signal } = connection.over;
    const endsAtMs = clock.now() + lifeMs;
    const warnsAtMs = endsAtMs - settings.socketWarningMs;
    let warned = false;
    while (!signal.aborted) {
      const nextMs = Math.min(clock.now() + settings.socketPingMs, warned ? endsAtMs : warnsAtMs);
      await clock.sleep(Math.max(0, nextMs - clock.now()), signal);
      if (clock.now() >= endsAtMs) {
        endWith(connection, 'refresh_requested');
        return;
      }
      if (!warned && clock.now() >= warnsAtMs) {
        warned = true;
        say(connection, { type: 'disconnect', reason: 'warning', debug_info: debugInfo(connection) });
      } else if (!silent) connection.wire.ping();
    }
  };

  const pick = (): Open | undefined => {
    const open = [...connections];
    turn += 1;
    return open[turn % Math.max(1, open.length)];
  };

  const chosen = (which?: number) => [...connections].filter((_each, index) => which === undefined || index === which);

  return {
    name: 'socket',
    createUrl() {
      serial += 1;
      const ticket = `ticket-${serial}`;
      tickets.set(ticket, clock.now() + ticketLifeMs);
      return `${world.origins.sockets}/link/?ticket=${ticket}&app_id=${world.app.id}`;
    },
    open(address, wire) {
      const ticket = address.searchParams.get('ticket') ?? '';
      const goodUntilMs = tickets.get(ticket) ?? 0;
      tickets.delete(ticket);
      const isGood = clock.now() < goodUntilMs && connections.size < settings.mostSockets && refusals === 0;
      if (!isGood) {
        if (refusals > 0) refusals -= 1;
        wire.close(1008);
        return null;
      }
      serial += 1;
      const connection: Open = { number: serial, wire, over: new AbortController(), waiting: new Map() };
      connections.add(connection);
      if (!settings.socketMode) {
        endWith(connection, 'link_disabled');
        return { receive: () => {}, closed: () => {} };
      }
      const lifeMs = address.searchParams.get('debug_reconnects') === 'true' ? shortLifeMs : settings.socketLifeMs;
      say(connection, {
        type: 'hello',
        num_connections: connections.size,
        debug_info: { ...debugInfo(connection), build_number: 1, approximate_connection_time: lifeMs / 1_000 },
        connection_info: { app_id: world.app.id },
      });
      live(connection, lifeMs).catch(() => {});
      return {
        receive(text) {
          if (silent) return;
          const message = toObject(JSON.parse(text));
          const id = toText(message['envelope_id']);
          if (id === null) return;
          acknowledged.push(id);
          connection.waiting.get(id)?.({ type: 'taken', answer: message['payload'] ?? null });
          connection.waiting.delete(id);
        },
        closed: () => drop(connection),
      };
    },
    async attempt(delivery, attempt) {
      const connection = pick();
      if (connection === undefined) return failed('no_connection');
      // A retry keeps the id of its envelope.
      const id = envelopeIds.get(delivery) ?? world.nextId('envelope-');
      envelopeIds.set(delivery, id);
      const { promise, resolve } = Promise.withResolvers<AttemptResult>();
      // The same event may come several times over one connection: an answer is one to all of them.
      const earlier = connection.waiting.get(id);
      connection.waiting.set(id, (outcome) => {
        earlier?.(outcome);
        resolve(outcome);
      });
      say(connection, {
        envelope_id: id,
        type: delivery.kind,
        accepts_response_payload: delivery.takesAnswer,
        ...(delivery.kind === 'events_api'
          ? { retry_attempt: attempt.number, retry_reason: attempt.reason === null ? '' : 'timeout' }
          : {}),
        payload: delivery.payload,
      });
      const given = new AbortController();
      const late = clock.sleep(settings.answerMs, given.signal).then(
        () => failed('timeout'),
        () => failed('timeout'),
      );
      const result = await Promise.race([promise, late]);
      given.abort(new Error('answered'));
      connection.waiting.delete(id);
      return result;
    },
    count: () => connections.size,
    cut(which) {
      for (const connection of chosen(which)) {
        connection.wire.destroy();
        drop(connection);
      }
    },
    refresh(which) {
      for (const connection of chosen(which)) endWith(connection, 'refresh_requested');
    },
    disable() {
      settings.socketMode = false;
      for (const connection of chosen()) endWith(connection, 'link_disabled');
    },
    silence() {
      silent = true;
      return () => {
        silent = false;
      };
    },
    refuseNext(count) {
      refusals = count;
    },
    acknowledged: () => acknowledged,
    end() {
      for (const connection of connections) drop(connection);
    },
  };
}
