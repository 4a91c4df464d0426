import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { getRequestListener, RequestError } from '@hono/node-server';
import { ApiFailure, apiStatusByCode } from '../../src/engine/api-failure.ts';
import { toErrorEnvelope } from '../../src/engine/to-error-envelope.ts';
import type { Clock } from '../../src/lib/clock.ts';
import { answerClientError } from './answer-client-error.ts';
import { closeServer } from './close-server.ts';
import { createSlowBodies, defaultBodyPace } from './slow-bodies.ts';
import { toListenFailure } from './to-listen-failure.ts';

/** What the server may spend on one caller. Times limit requests only: an answer may stream for as long as it likes. */
export const serverLimits = {
  headersTimeoutMs: 10_000,
  /**
   * The outermost limit of a whole request: what a 50 MB upload takes at the slowest pace that `slow-bodies.ts` allows.
   * JSON bodies, 1 MiB at most, are through or cut within 47 s by that pace.
   */
  requestTimeoutMs: defaultBodyPace.graceMs + (51 * 1_048_576 * 1_000) / defaultBodyPace.bytesPerSecond,
  keepAliveTimeoutMs: 10_000,
  connectionsCheckingIntervalMs: 5_000,
  maxHeadersCount: 60,
  maxHeaderBytes: 16_384,
  /** A thousand streams with their requests, and room for others. */
  maxConnections: 4_000,
} as const;

/** How long running answers may go on when the server closes. */
const defaultCloseMs = 10_000;

/** A server that listens. */
export type Listening = {
  /** As a person would open it, e.g. `http://127.0.0.1:3000`. */
  readonly url: string;
  readonly port: number;
  /** Takes no more requests, lets the running ones finish for up to `limitMs` (10 s), then cuts them. Never rejects. */
  close(limitMs?: number): Promise<void>;
};

type ListenParts = {
  app: { fetch: (request: Request, env: object) => Response | Promise<Response> };
  host: string;
  /** 0: any free one. */
  port: number;
  clock: Clock;
};

/** For what fails outside the app: an address that is none, or something thrown that is no error. */
function answerOutside(error: unknown): Response {
  const failure =
    error instanceof RequestError
      ? new ApiFailure('INVALID_REQUEST', 'The address or the Host header of the request is not valid.')
      : new ApiFailure('INTERNAL_ERROR', 'Something went wrong here. Try again.');
  return Response.json(toErrorEnvelope(failure), {
    status: apiStatusByCode[failure.code],
    headers: { 'X-Content-Type-Options': 'nosniff' },
  });
}

function createLimitedServer(): Server {
  const server = createServer({
    headersTimeout: serverLimits.headersTimeoutMs,
    requestTimeout: serverLimits.requestTimeoutMs,
    keepAliveTimeout: serverLimits.keepAliveTimeoutMs,
    connectionsCheckingInterval: serverLimits.connectionsCheckingIntervalMs,
    maxHeaderSize: serverLimits.maxHeaderBytes,
  });
  server.on('clientError', answerClientError);
  server.maxHeadersCount = serverLimits.maxHeadersCount;
  server.maxConnections = serverLimits.maxConnections;
  return server;
}

function urlOf(host: string, port: number): string {
  if (host === '0.0.0.0' || host === '::') return `http://localhost:${port}`;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/**
 * Serves the app; resolves when connections are really taken. Rejects with a `Failure` of a `ListenFailureCode` when that
 * is not possible, and with the signal's reason when it aborts before.
 */
export async function listen({ app, host, port, clock }: ListenParts, signal: AbortSignal): Promise<Listening> {
  signal.throwIfAborted();
  const server = createLimitedServer();
  const slowBodies = createSlowBodies(clock, defaultBodyPace);
  const answer = getRequestListener((request, env) => app.fetch(request, env), { errorHandler: answerOutside });
  server.on('request', slowBodies.watch);
  server.on('request', answer);
  try {
    server.listen({ host, port });
    await once(server, 'listening', { signal });
  } catch (error) {
    server.close();
    throw signal.aborted ? signal.reason : toListenFailure(error, { host, port });
  }
  const closing = new AbortController();
  const watching = slowBodies.run(closing.signal);
  const address = server.address();
  const boundPort = typeof address === 'object' && address !== null ? address.port : port;
  return {
    url: urlOf(host, boundPort),
    port: boundPort,
    async close(limitMs = defaultCloseMs) {
      await closeServer(server, clock, limitMs);
      closing.abort(new Error('the server is closed'));
      await watching;
    },
  };
}
