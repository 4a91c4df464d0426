import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { onTestFinished, vi } from 'vitest';
import { WebSocketServer } from 'ws';
import { createDiscordGateway, type DiscordGatewayParts } from '../../../../adapters/discord/gateway/gateway.ts';
import type { Dispatch } from '../../../../adapters/discord/gateway/shard-connection.ts';
import type { DiscordRest } from '../../../../adapters/discord/rest/discord-call.ts';
import { createDiscordRest } from '../../../../adapters/discord/rest/rest.ts';
import type { Clock } from '../../../../src/lib/clock.ts';
import { createFakeDiscord, type FakeDiscordOptions } from '../../../fakes/discord/fake-discord.ts';
import { listenAsDiscord } from '../../../fakes/discord/listen.ts';
import { createHurriedClock } from '../../../fakes/hurried-clock.ts';
import { createMemoryStore } from '../../../fakes/memory-store.ts';
import { createSilentLogger } from '../../../fakes/silent-logger.ts';

/** A text with the shape of a bot's token. */
export const madeToken = `${Buffer.from('1300000000000000001').toString('base64url')}.MADE00.not-a-real-secret`;

/** A Discord on real sockets, with somebody who writes in a channel. Our own waits are hurried; the library's are not. */
export async function startDiscord(options: Omit<FakeDiscordOptions, 'clock'> = {}, hurry = 20) {
  const clock = createHurriedClock(hurry);
  const discord = createFakeDiscord({ clock, token: madeToken, ...options });
  // The library beats on the machine's clock.
  discord.gateway.settings.closesSilentConnections = false;
  const { apiUrl, close } = await listenAsDiscord(discord, clock);
  onTestFinished(close);
  const guild = discord.places.createGuild();
  const channel = discord.places.createChannel(guild);
  const person = discord.places.createPerson();
  discord.places.join(guild, person);
  const store = createMemoryStore();

  return {
    discord,
    clock,
    store,
    apiUrl,
    say: (text: string) => discord.people.say(person, channel, { text, mentionsBot: true }),
    /** What a client did at the gateway, such as `identify`, in order. */
    steps: (...types: string[]) => discord.gateway.log().flatMap(({ type }) => (types.includes(type) ? [type] : [])),
    /** Starts a bot's gateway, which ends with the test at the latest. */
    start: (changes: Partial<DiscordGatewayParts> = {}, onDispatch?: (dispatch: Dispatch) => void) =>
      startGateway({ clock, store, apiUrl }, changes, onDispatch),
  };
}

type Surroundings = { clock: Clock; store: ReturnType<typeof createMemoryStore>; apiUrl: string };

function startGateway(
  { clock, store, apiUrl }: Surroundings,
  changes: Partial<DiscordGatewayParts>,
  onDispatch: (dispatch: Dispatch) => void = () => {},
) {
  const logger = createSilentLogger();
  const token = changes.token ?? madeToken;
  const rest = createDiscordRest({ token, apiUrl, userAgent: 'Sightline/test', clock, onRefused: () => {} });
  const gateway = createDiscordGateway({
    token,
    messageContent: false,
    shards: { type: 'fixed', shardIds: [0], shardCount: 1 },
    rest,
    store,
    clock,
    logger,
    ...changes,
  });
  const dispatches: Dispatch[] = [];
  const stopping = new AbortController();
  const running = gateway.run((dispatch) => {
    dispatches.push(dispatch);
    onDispatch(dispatch);
  }, stopping.signal);
  // Tests of refusals look at it themselves.
  running.catch(() => {});
  const stop = async () => {
    stopping.abort(new Error('stop'));
    await running;
  };
  onTestFinished(async () => {
    await stop().catch(() => {});
  });
  return {
    gateway,
    running,
    logger,
    stop,
    dispatches,
    /** The texts of the messages that came, without the mention. */
    heard: () =>
      dispatches.flatMap(({ name, data }) =>
        name === 'MESSAGE_CREATE' && typeof data === 'object' && data !== null && 'content' in data
          ? [String(data.content).replace(/^<@\d+> /, '')]
          : [],
      ),
    names: () => dispatches.map(({ name }) => name),
    sentences: () => logger.lines.map(({ sentence }) => sentence),
  };
}

/** Calls that are told this address of the gateway, whichever one READY names for resuming. */
export function gatewayAt(url: string): DiscordRest {
  const limit = { total: 1_000, remaining: 999, reset_after: 86_400_000, max_concurrency: 1 };
  return async () => ({ body: { url, shards: 1, session_start_limit: limit }, bucket: null });
}

/** Waits until it is so. */
export function until(isSo: () => boolean): Promise<void> {
  return vi.waitUntil(isSo, { timeout: 20_000, interval: 5 }).then(() => {});
}

/** A way there on which everything can stand still without being closed. */
export async function startFreezableLine(to: string) {
  const { hostname, port } = new URL(to);
  const sockets = new Set<Socket>();
  const frozen = new WeakSet<Socket>();
  const server = createServer((near) => {
    const far = connect(Number(port), hostname);
    for (const [from, onward] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.on('data', (bytes) => {
        if (!frozen.has(from)) onward.write(bytes);
      });
      from.on('error', () => onward.destroy());
      from.on('close', () => {
        sockets.delete(from);
        if (!frozen.has(from)) onward.destroy();
      });
    }
  });
  const url = await listen(server, sockets);
  return {
    url,
    /** Nothing passes on the connections of now; later ones work. */
    freeze() {
      for (const socket of sockets) frozen.add(socket);
    },
  };
}

/** Takes connections and never says anything on them. */
export async function startWall() {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
  });
  return {
    url: await listen(server, sockets),
    connections: () => sockets.size,
    cut() {
      for (const socket of sockets) socket.resetAndDestroy();
    },
  };
}

/** A gateway that greets and then says nothing more. Gives its address. */
export async function startMuteGateway(): Promise<string> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  server.on('connection', (socket) => socket.send('{"op":10,"d":{"heartbeat_interval":41250},"s":null,"t":null}'));
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(async () => {
    for (const socket of server.clients) socket.terminate();
    await new Promise((resolve) => server.close(resolve));
  });
  return toUrl(server.address());
}

async function listen(server: Server, sockets: ReadonlySet<Socket>): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  });
  return toUrl(server.address());
}

function toUrl(address: AddressInfo | string | null): string {
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return `ws://127.0.0.1:${address.port}`;
}
