import type { Clock } from '../../../src/lib/clock.ts';
import type { Cdn } from './cdn.ts';
import { decodeBody } from './decode-body.ts';
import type { RestServer } from './rest-server.ts';
import type { World } from './world.ts';

/** What a caller gives with a request, as fetch and undici take it. */
export type CallOptions = {
  readonly method?: string;
  readonly headers?: unknown;
  readonly body?: unknown;
  readonly signal?: AbortSignal | null;
};

/** Calls without sockets; usable as the option `makeRequest` of @discordjs/rest. */
export type InProcessCall = (url: string, init?: CallOptions) => Promise<Response>;

const never = new AbortController().signal;

/** A broken connection as Node reports it. */
function connectionReset(): Error {
  return Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET', errno: -104, syscall: 'read' });
}

function headerOf(headers: unknown, name: string): string | null {
  if (headers instanceof Headers) return headers.get(name);
  if (typeof headers !== 'object' || headers === null) return null;
  const entry = Object.entries(headers).find(([key]) => key.toLowerCase() === name);
  return entry === undefined ? null : String(entry[1]);
}

/** No wait at all where nothing takes time, so that such calls need no clock that moves. */
async function pause(clock: Clock, delayMs: number, signal: AbortSignal): Promise<void> {
  if (delayMs > 0) await clock.sleep(delayMs, signal);
  signal.throwIfAborted();
}

/** Waits for ever, or until the caller gives up. */
function hang(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    if (signal.aborted) reject(signal.reason);
    else signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

/** The API as a function: there in `oneWayMs`, done, and back in `oneWayMs` again, on the given clock. */
export function createApiCall(world: World, server: RestServer, clock: Clock, oneWayMs: () => number): InProcessCall {
  return async (address, init = {}) => {
    const signal = init.signal ?? never;
    signal.throwIfAborted();
    const url = new URL(address);
    const api = new URL(world.origins.api);
    if (url.origin !== api.origin || !url.pathname.startsWith(`${api.pathname}/v10/`)) {
      throw new Error(`${url.origin}${url.pathname} is not an address of this Discord's API`);
    }
    const { body, files } = await decodeBody(init.body, headerOf(init.headers, 'content-type'));
    await pause(clock, oneWayMs(), signal);
    const reply = server.handle({
      method: (init.method ?? 'GET').toUpperCase(),
      path: url.pathname.slice(`${api.pathname}/v10`.length),
      query: url.searchParams,
      authorization: headerOf(init.headers, 'authorization'),
      body,
      files,
    });
    if (reply.lost === 'never') return hang(signal);
    await pause(clock, reply.delayMs + oneWayMs(), signal);
    if (reply.lost === 'reset') throw connectionReset();
    return new Response(reply.body, { status: reply.status, headers: reply.headers });
  };
}

/** The CDN and the media proxy as a function. Never follows redirects; fails for addresses elsewhere. */
export function createFileCall(world: World, cdn: Cdn, clock: Clock, oneWayMs: () => number): InProcessCall {
  return async (address, init = {}) => {
    const signal = init.signal ?? never;
    signal.throwIfAborted();
    const url = new URL(address);
    const { origins } = world;
    const from = url.origin === origins.cdn ? 'cdn' : 'media';
    if (![origins.cdn, origins.media, origins.external].includes(url.origin)) throw connectionReset();
    await pause(clock, oneWayMs(), signal);
    const reply = await cdn.handle((init.method ?? 'GET').toUpperCase(), url, from);
    if (reply.lost === 'never') return hang(signal);
    await pause(clock, reply.delayMs + oneWayMs(), signal);
    if (reply.lost === 'reset') throw connectionReset();
    return new Response(ReadableStream.from(reply.pieces(signal)), { status: reply.status, headers: reply.headers });
  };
}
