import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import type { Clock } from '../../../src/lib/clock.ts';
import { decodeBody } from './decode-body.ts';
import type { FakeDiscord } from './fake-discord.ts';

/** Where a listening fake is reached. */
export type DiscordAddresses = {
  /** For `rest: { api }` and `DISCORD_API_URL`: ends in `/api`. */
  readonly apiUrl: string;
  readonly gatewayUrl: string;
  readonly cdnUrl: string;
  readonly mediaUrl: string;
  /** Cuts everything and stops; fails when anything forbidden was sent. */
  close(): Promise<void>;
};

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return `127.0.0.1:${address.port}`;
}

async function readAll(request: IncomingMessage): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function stop(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeAllConnections();
  return closed;
}

/** Gives the fake real sockets on 127.0.0.1: API, gateway, CDN and media proxy, each on a port of its own. */
export async function listenAsDiscord(discord: FakeDiscord, clock: Clock): Promise<DiscordAddresses> {
  const ended = new AbortController();
  const { world, server, gateway, cdn } = discord;

  const answerApi = async (request: IncomingMessage, response: ServerResponse) => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    const bytes = await readAll(request);
    const decoded = await decodeBody(bytes, request.headers['content-type'] ?? null);
    if (!url.pathname.startsWith('/api/v10/')) {
      response.writeHead(404, { 'content-type': 'application/json' }).end('{"message":"404: Not Found","code":0}');
      return;
    }
    const reply = server.handle({
      method: request.method ?? 'GET',
      path: url.pathname.slice('/api/v10'.length),
      query: url.searchParams,
      authorization: request.headers.authorization ?? null,
      ...decoded,
    });
    if (reply.lost === 'never') return;
    if (reply.delayMs > 0) await clock.sleep(reply.delayMs, ended.signal);
    if (reply.lost === 'reset') {
      request.socket.resetAndDestroy();
      return;
    }
    response.writeHead(reply.status, reply.headers).end(reply.body ?? undefined);
  };

  const answerFile = async (request: IncomingMessage, response: ServerResponse, from: 'cdn' | 'media') => {
    const url = new URL(request.url ?? '/', world.origins[from]);
    const gone = new AbortController();
    response.on('close', () => gone.abort());
    const signal = AbortSignal.any([gone.signal, ended.signal]);
    const reply = await cdn.handle(request.method ?? 'GET', url, from);
    if (reply.lost === 'never') return;
    if (reply.delayMs > 0) await clock.sleep(reply.delayMs, signal);
    if (reply.lost === 'reset') {
      request.socket.resetAndDestroy();
      return;
    }
    response.writeHead(reply.status, reply.headers);
    let sent = 0;
    for await (const piece of reply.pieces(signal)) {
      sent += piece.byteLength;
      // Called back when the piece is out, or the other side is gone.
      await new Promise<void>((resolve) => response.write(piece, () => resolve()));
      if (signal.aborted) return;
    }
    // Less than was announced: a connection that just ends is what the other side meets.
    if (sent < Number(reply.headers['content-length'] ?? 0)) request.socket.destroy();
    else response.end();
  };

  const answering = (answer: (request: IncomingMessage, response: ServerResponse) => Promise<void>) =>
    createServer((request, response) => {
      answer(request, response).catch(() => request.socket.destroy());
    });

  const api = answering(answerApi);
  const cdnServer = answering((request, response) => answerFile(request, response, 'cdn'));
  const mediaServer = answering((request, response) => answerFile(request, response, 'media'));
  const gatewayHttp = createServer((_request, response) => {
    response.writeHead(426).end();
  });
  gatewayHttp.on('connection', (socket) => {
    if (gateway.refusesNow()) socket.resetAndDestroy();
  });
  const sockets = new WebSocketServer({ server: gatewayHttp, maxPayload: 1 << 20 });
  sockets.on('connection', (socket) => {
    const connection = gateway.open({
      send: (text) => socket.send(text),
      close: (code, reason) => socket.close(code, reason),
      destroy: () => socket.terminate(),
    });
    socket.on('message', (data) => connection.receive(data.toString()));
    socket.on('close', (code) => connection.closed(code === 1006 ? null : code));
    socket.on('error', () => socket.terminate());
  });

  const [apiHost, gatewayHost, cdnHost, mediaHost] = await Promise.all([
    listen(api),
    listen(gatewayHttp),
    listen(cdnServer),
    listen(mediaServer),
  ]);
  world.origins.api = `http://${apiHost}/api`;
  world.origins.gateway = `ws://${gatewayHost}`;
  world.origins.cdn = `http://${cdnHost}`;
  world.origins.media = `http://${mediaHost}`;
  world.origins.external = world.origins.media;

  return {
    apiUrl: world.origins.api,
    gatewayUrl: world.origins.gateway,
    cdnUrl: world.origins.cdn,
    mediaUrl: world.origins.media,
    async close() {
      ended.abort(new Error('the fake is closed'));
      for (const socket of sockets.clients) socket.terminate();
      sockets.close();
      await Promise.all([api, gatewayHttp, cdnServer, mediaServer].map(stop));
      discord.expectNoViolations();
    },
  };
}
