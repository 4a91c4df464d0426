import type { Clock } from '../../../src/lib/clock.ts';
import type { ApiServer } from './api-server.ts';
import { type BearerTravels, bearerOf } from './bearer-travels.ts';
import type { FileHost } from './file-host.ts';
import type { ResponseHost } from './response-host.ts';
import type { World } from './world.ts';

/** Calls without sockets, of the shape of `fetch`; usable as the option `fetch` of @slack/web-api. Never follows redirects. */
export type InProcessFetch = (address: string | URL | Request, init?: RequestInit) => Promise<Response>;

/** A broken connection as Node reports it. */
function connectionReset(): Error {
  return Object.assign(new TypeError('fetch failed'), {
    cause: Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET', errno: -104, syscall: 'read' }),
  });
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

/** Every host of this Slack as one function: there in `oneWayMs`, done, and back in `oneWayMs` again. Other hosts only note what token they were given. */
export function createInProcessFetch(
  world: World,
  parts: { readonly api: ApiServer; readonly files: FileHost; readonly responses: ResponseHost },
  travels: BearerTravels,
  clock: Clock,
  oneWayMs: () => number,
): InProcessFetch {
  const callApi = async (request: Request, url: URL, path: string): Promise<Response> => {
    const body = await request.text();
    await pause(clock, oneWayMs(), request.signal);
    const reply = parts.api.handle({
      method: path,
      httpMethod: request.method,
      query: url.searchParams,
      authorization: request.headers.get('authorization'),
      contentType: request.headers.get('content-type'),
      body,
    });
    if (reply.lost === 'never') return hang(request.signal);
    await pause(clock, reply.delayMs + oneWayMs(), request.signal);
    if (reply.lost === 'reset') throw connectionReset();
    return new Response(reply.body, { status: reply.status, headers: reply.headers });
  };

  const download = async (request: Request, url: URL): Promise<Response> => {
    await pause(clock, oneWayMs(), request.signal);
    const reply = await parts.files.handle(request.method, url, request.headers.get('authorization'));
    if (reply.lost === 'never') return hang(request.signal);
    await pause(clock, reply.delayMs + oneWayMs(), request.signal);
    if (reply.lost === 'reset') throw connectionReset();
    const stream = ReadableStream.from(reply.pieces(request.signal));
    return new Response(stream, { status: reply.status, headers: reply.headers });
  };

  return async (address, init) => {
    const request = new Request(address, init);
    const { signal } = request;
    signal.throwIfAborted();
    const url = new URL(request.url);
    const { origins } = world;
    const apiRoot = `${origins.api}/`;
    if (url.href.startsWith(apiRoot)) return callApi(request, url, url.href.slice(apiRoot.length).split('?')[0] ?? '');
    if (url.origin === origins.hooks) {
      const body = await request.text();
      travels.record(url.origin, url.pathname, bearerOf(request.headers.get('authorization')));
      await pause(clock, oneWayMs(), signal);
      const reply = parts.responses.handle(url.pathname, body, request.headers.get('content-type'));
      await pause(clock, oneWayMs(), signal);
      return new Response(reply.body, { status: reply.status });
    }
    if ([origins.files, origins.edge, origins.site].includes(url.origin)) return download(request, url);
    travels.record(url.origin, url.pathname, bearerOf(request.headers.get('authorization')));
    throw connectionReset();
  };
}
