import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import type { Clock } from '../../../src/lib/clock.ts';
import { bearerOf } from './bearer-travels.ts';
import type { FakeSlack } from './fake-slack.ts';

/** Where a listening fake is reached. */
export type SlackAddresses = {
  /** For `SLACK_API_URL` and `slackApiUrl`: ends in `/api/`. */
  readonly apiUrl: string;
  readonly filesUrl: string;
  readonly edgeUrl: string;
  readonly hooksUrl: string;
  readonly socketUrl: string;
  /** A host that is not Slack's: it answers nothing useful and notes what token it was given. */
  readonly strangerUrl: string;
  /** Cuts everything and stops; fails when anything forbidden was sent. */
  close(): Promise<void>;
};

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return `127.0.0.1:${address.port}`;
}

async function readAll(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

function stop(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeAllConnections();
  return closed;
}

/** Gives the fake real sockets on 127.0.0.1: API, files, edge, answers to interactions, Socket Mode, and a stranger, each on a port of its own. */
export async function listenAsSlack(slack: FakeSlack, clock: Clock): Promise<SlackAddresses> {
  const ended = new AbortController();
  const { world, server, files, responses, sockets, travels } = slack;
  const { origins } = world;

  const answerApi = async (request: IncomingMessage, response: ServerResponse) => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    if (!url.pathname.startsWith('/api/')) return answerFile(request, response, origins.site);
    const body = await readAll(request);
    const reply = server.handle({
      method: url.pathname.slice('/api/'.length),
      httpMethod: request.method ?? 'GET',
      query: url.searchParams,
      authorization: request.headers.authorization ?? null,
      contentType: request.headers['content-type'] ?? null,
      body,
    });
    if (reply.lost === 'never') return;
    if (reply.delayMs > 0) await clock.sleep(reply.delayMs, ended.signal);
    if (reply.lost === 'reset') request.socket.resetAndDestroy();
    else response.writeHead(reply.status, reply.headers).end(reply.body);
  };

  const answerFile = async (request: IncomingMessage, response: ServerResponse, origin: string) => {
    const gone = new AbortController();
    response.on('close', () => gone.abort());
    const signal = AbortSignal.any([gone.signal, ended.signal]);
    const url = new URL(request.url ?? '/', origin);
    const reply = await files.handle(request.method ?? 'GET', url, request.headers.authorization ?? null);
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

  const answerResponse = async (request: IncomingMessage, response: ServerResponse) => {
    const { pathname } = new URL(request.url ?? '/', 'http://127.0.0.1');
    const body = await readAll(request);
    travels.record(origins.hooks, pathname, bearerOf(request.headers.authorization ?? null));
    const reply = responses.handle(pathname, body, request.headers['content-type'] ?? null);
    response.writeHead(reply.status, { 'content-type': 'text/plain' }).end(reply.body);
  };

  const answerAsStranger = async (request: IncomingMessage, response: ServerResponse) => {
    travels.record(
      `http://${request.headers.host ?? ''}`,
      request.url ?? '/',
      bearerOf(request.headers.authorization ?? null),
    );
    response.writeHead(404).end();
  };

  const answering = (answer: (request: IncomingMessage, response: ServerResponse) => Promise<void>) =>
    createServer((request, response) => {
      answer(request, response).catch(() => request.socket.destroy());
    });

  const api = answering(answerApi);
  const filesServer = answering((request, response) => answerFile(request, response, origins.files));
  const edgeServer = answering((request, response) => answerFile(request, response, origins.edge));
  const hooks = answering(answerResponse);
  const stranger = answering(answerAsStranger);
  const socketHttp = createServer((_request, response) => {
    response.writeHead(426).end();
  });
  const socketServer = new WebSocketServer({ server: socketHttp, maxPayload: 1 << 20 });
  socketServer.on('connection', (socket, request) => {
    const connection = sockets.open(new URL(request.url ?? '/', origins.sockets), {
      send: (text) => socket.send(text),
      ping: () => socket.ping(),
      close: (code) => socket.close(code),
      destroy: () => socket.terminate(),
    });
    socket.on('message', (data) => connection?.receive(data.toString()));
    socket.on('close', () => connection?.closed());
    socket.on('error', () => socket.terminate());
  });

  const servers = [api, filesServer, edgeServer, hooks, stranger, socketHttp];
  const [apiHost, filesHost, edgeHost, hooksHost, strangerHost, socketHost] = await Promise.all(servers.map(listen));
  origins.api = `http://${apiHost}/api`;
  origins.files = `http://${filesHost}`;
  origins.edge = `http://${edgeHost}`;
  origins.hooks = `http://${hooksHost}`;
  origins.sockets = `ws://${socketHost}`;
  origins.site = `http://${apiHost}`;

  return {
    apiUrl: `${origins.api}/`,
    filesUrl: origins.files,
    edgeUrl: origins.edge,
    hooksUrl: origins.hooks,
    socketUrl: origins.sockets,
    strangerUrl: `http://${strangerHost}`,
    async close() {
      ended.abort(new Error('the fake is closed'));
      slack.end();
      for (const socket of socketServer.clients) socket.terminate();
      socketServer.close();
      await Promise.all(servers.map(stop));
      slack.expectNoViolations();
    },
  };
}
