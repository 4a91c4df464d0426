import { Agent, type Dispatcher } from 'undici';
import type { Clock } from '../../src/lib/clock.ts';
import { Failure } from '../../src/lib/errors.ts';
import { createAllowedOrigins } from './allowed-origins.ts';
import {
  describeAddress,
  type FetchFailureCode,
  refuseAddress,
  toFetchFailure,
  toStatusFailure,
  toTimeout,
  toTooLarge,
} from './fetch-failure.ts';
import { createGuardedConnector, type ResolveName, resolveBySystem } from './guarded-connector.ts';
import { readBody } from './read-body.ts';
import { startTransferLimits, type TransferLimits } from './transfer-limits.ts';

/** What holds for every download. */
export const fetchLimits = {
  connectMs: 5_000,
  /** From the connection to the first byte, and from one byte to the next. */
  idleMs: 8_000,
  headerBytes: 16 * 1_024,
  redirects: 3,
  connectionsEach: 8,
  origins: 256,
} as const satisfies Record<string, number>;

/** What is fetched, and how much of it. */
export type DownloadRequest = {
  /** The `Accept` header. */
  readonly accept: string;
  /** Beginnings of the media types that are read at all; null: every one. */
  readonly types: readonly string[] | null;
  readonly maxBytes: number;
  readonly totalMs: number;
  /** Headers for these origins alone. Gone for good once a redirect leads elsewhere. */
  readonly secrets: { readonly origins: readonly string[]; readonly headers: Readonly<Record<string, string>> } | null;
  /** Told of each address that a redirect leads to, before it is asked; a `Failure` that it throws ends the download. */
  readonly checkRedirect?: (to: URL) => void;
};

/** What came. */
export type Downloaded = {
  readonly bytes: Uint8Array;
  /** In lower case, without parameters; empty when there is none. */
  readonly contentType: string;
  /** Where it was in the end. */
  readonly url: URL;
};

/** Fetches from addresses that somebody else chose. */
export type GuardedDownload = {
  /** Rejects with a `Failure` of a `FetchFailureCode`, or with the signal's reason. */
  download(url: URL, request: DownloadRequest, signal: AbortSignal): Promise<Downloaded>;
  /** Ends every connection. */
  close(): Promise<void>;
};

/** What the guard takes. */
export type GuardParts = {
  readonly clock: Clock;
  readonly userAgent: string;
  /** Scheme, host and port, nothing else: `https://cdn.example.com`. With plain http only a host on this machine. */
  readonly origins: readonly string[];
  /** Whether every other public host may be asked too, over https. */
  readonly anyPublicHost: boolean;
  /** As the system resolves names, unless told otherwise. */
  readonly resolve?: ResolveName;
  /** 443 unless told otherwise. */
  readonly httpsPort?: number;
};

type Reply = Pick<Dispatcher.ResponseData, 'statusCode' | 'headers' | 'body'>;

const redirectStatuses: readonly number[] = [301, 302, 303, 307, 308];

/**
 * The only way to addresses that a person or a platform's message gave. Every address on the way is checked before it is asked,
 * and every connection before anything is sent on it. No cookies, no referrer; throws when an origin is none.
 */
export function createGuardedDownload(parts: GuardParts): GuardedDownload {
  const { clock, userAgent, anyPublicHost, resolve = resolveBySystem, httpsPort = 443 } = parts;
  const allowed = createAllowedOrigins({ origins: parts.origins, anyPublicHost, httpsPort });
  const agent = new Agent({
    connect: createGuardedConnector(allowed, resolve, fetchLimits.connectMs),
    connections: fetchLimits.connectionsEach,
    maxOrigins: fetchLimits.origins,
    maxHeaderSize: fetchLimits.headerBytes,
    // The clock's limits are the ones that count.
    headersTimeout: 0,
    bodyTimeout: 0,
  });

  const ask = async (url: URL, headers: Record<string, string>, limits: TransferLimits): Promise<Reply> => {
    const {
      statusCode,
      headers: answered,
      body,
    } = await agent.request({
      origin: url.origin,
      path: `${url.pathname}${url.search}`,
      method: 'GET',
      headers: { ...headers, 'User-Agent': userAgent, 'Accept-Encoding': 'identity' },
      signal: limits.signal,
    });
    limits.progressed();
    // Destroying is the way to end it early; whoever reads it is told what that means.
    body.on('error', () => {});
    return { statusCode, headers: answered, body };
  };

  const follow = async (first: URL, request: DownloadRequest, limits: TransferLimits): Promise<Downloaded> => {
    let url = first;
    let { secrets } = request;
    for (let redirects = 0; ; redirects += 1) {
      allowed.check(url);
      if (!secrets?.origins.includes(url.origin)) secrets = null;
      const reply = await ask(url, { Accept: request.accept, ...secrets?.headers }, limits);
      try {
        if (!redirectStatuses.includes(reply.statusCode)) return await read(reply, url, request, limits);
        url = nextAddress(reply, url);
        request.checkRedirect?.(url);
      } finally {
        reply.body.destroy();
      }
      if (redirects === fetchLimits.redirects) throw tooManyRedirects(first);
    }
  };

  return {
    async download(url, request, signal) {
      signal.throwIfAborted();
      const times = { totalMs: request.totalMs, idleMs: fetchLimits.idleMs };
      const limits = startTransferLimits(clock, times, signal, (limitMs) => toTimeout(url, limitMs));
      try {
        return await follow(url, request, limits);
      } catch (error) {
        if (limits.signal.aborted) throw limits.signal.reason;
        throw toFetchFailure(error, url);
      } finally {
        await limits.stop();
      }
    },
    close: () => agent.destroy(),
  };
}

/** A header that came once; empty when it did not come or came twice, which nobody means well. */
function readHeader(reply: Reply, name: string): string {
  const value = reply.headers[name];
  return typeof value === 'string' ? value.trim() : '';
}

function nextAddress(reply: Reply, url: URL): URL {
  const location = readHeader(reply, 'location');
  const next = location === '' ? null : URL.parse(location, url.href);
  if (next === null) throw refuseAddress(url.host, 'it redirects to something that is no address');
  return next;
}

async function read(reply: Reply, url: URL, request: DownloadRequest, limits: TransferLimits): Promise<Downloaded> {
  const { statusCode: status, body } = reply;
  if (status < 200 || status >= 300) throw toStatusFailure(url, status);
  const contentType = readHeader(reply, 'content-type').split(';')[0]?.trim().toLowerCase() ?? '';
  if (request.types !== null && !request.types.some((type) => contentType.startsWith(type)))
    throw refuseType(url, contentType);
  if (Number(readHeader(reply, 'content-length')) > request.maxBytes) throw toTooLarge(url, request.maxBytes);
  const encodings = reply.headers['content-encoding'] ?? '';
  const bytes = await readBody(body, {
    url,
    encoding: String(encodings).trim().toLowerCase(),
    maxBytes: request.maxBytes,
    onProgress: limits.progressed,
  });
  return { bytes, contentType, url };
}

function refuseType(url: URL, contentType: string): Failure<FetchFailureCode> {
  const named = contentType.slice(0, 100) || 'no media type';
  return new Failure('fetch-refused-type', `${describeAddress(url)} sent ${named}, which is not wanted.`, {
    facts: { host: url.host, contentType: named },
  });
}

function tooManyRedirects(url: URL): Failure<FetchFailureCode> {
  return new Failure(
    'fetch-too-many-redirects',
    `${describeAddress(url)} redirects more than ${fetchLimits.redirects} times.`,
    { facts: { host: url.host } },
  );
}
