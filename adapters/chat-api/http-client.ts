import { File } from 'node:buffer';
import { type Dispatcher, FormData } from 'undici';
import type { ChatFailureCode } from '../../src/answer/chat-failure.ts';
import type { Clock } from '../../src/lib/clock.ts';
import { createDeadline } from '../../src/lib/deadline.ts';
import { Failure } from '../../src/lib/errors.ts';
import { parseJson } from '../../src/lib/parse-json.ts';
import { readBody, readChunks } from './body-chunks.ts';
import type { ErrorContext } from './error-context.ts';
import { chatApiLimits } from './limits.ts';
import { toChatFailure } from './to-chat-failure.ts';
import { toNetworkFailure } from './to-network-failure.ts';
import { refusalSchema } from './wire-errors.ts';

/** One request: a path below the base address, and what goes with it. */
export type HttpRequest = {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly accept: string;
  readonly body?:
    | { readonly type: 'json'; readonly value: object }
    | {
        readonly type: 'file';
        readonly field: string;
        readonly name: string;
        readonly mimeType: string;
        readonly bytes: Uint8Array;
        /** Texts that stand before the file, by the names of their fields. */
        readonly texts: Readonly<Record<string, string>>;
      };
  /** For the failure, should the API refuse: the model that was asked. */
  readonly model?: string;
};

/** An answer with a good status, whose body has still to be read. Whoever does not read it calls `discard`. */
export type HttpReply = {
  readonly status: number;
  /** In lower case, without parameters; empty when there is none. */
  readonly contentType: string;
  header(name: string): string | null;
  /** The body, piece by piece. Rejects with `chat-stalled`, `chat-broken-stream`, or the reason of an abort. */
  readonly chunks: AsyncIterable<Uint8Array>;
  discard(): void;
};

/** Sends requests to one server. Every answer but a 2xx is a `Failure`: redirects are never followed, or the key would go along. */
export type HttpClient = {
  send(request: HttpRequest, signal: AbortSignal): Promise<HttpReply>;
  /** The path below the base address of an address that the server gave, or null when it leads to another server. */
  ownPath(address: string): string | null;
};

/** What the client takes. */
export type HttpClientParts = {
  /** Origin and path prefix. */
  readonly baseUrl: string;
  readonly apiKey: string;
  readonly userAgent: string;
  readonly dispatcher: Dispatcher;
  readonly clock: Clock;
};

/** Builds the client. Limits on time are the clock's; the dispatcher has only its own for connecting. */
export function createHttpClient(parts: HttpClientParts): HttpClient {
  const base = new URL(parts.baseUrl);
  const prefix = base.pathname.replace(/\/+$/, '');

  const begin = async (request: HttpRequest, signal: AbortSignal) => {
    const deadline = createDeadline(parts.clock, chatApiLimits.headersMs, signal, toTooSlow);
    try {
      return await parts.dispatcher.request({
        origin: base.origin,
        path: `${prefix}${request.path}`,
        method: request.method,
        headers: {
          'API-KEY': parts.apiKey,
          Accept: request.accept,
          'User-Agent': parts.userAgent,
          ...(request.body?.type === 'json' ? { 'Content-Type': 'application/json' } : {}),
        },
        ...toBody(request),
        signal: deadline.signal,
        headersTimeout: 0,
        bodyTimeout: 0,
      });
    } catch (error) {
      if (deadline.signal.aborted) throw deadline.signal.reason;
      throw toNetworkFailure(error, false);
    } finally {
      deadline.cancel();
    }
  };

  return {
    async send(request, signal) {
      const response = await begin(request, signal);
      const { statusCode: status, headers, body } = response;
      // Destroying is the way to end it early; whoever reads it is told what that means.
      body.on('error', () => {});
      const header = (name: string) => {
        const value = headers[name];
        return typeof value === 'string' ? value : null;
      };
      const chunks = readChunks(body, parts.clock, signal);
      const contentType = (header('content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
      const discard = () => void body.destroy();
      if (status >= 200 && status < 300) return { status, contentType, header, chunks, discard };
      const retryAfterMs = toRetryAfterMs(header('retry-after'), parts.clock);
      const refused = {
        status,
        ...(retryAfterMs === null ? {} : { retryAfterMs }),
        ...(request.model === undefined ? {} : { model: request.model }),
      };
      throw await toRefusal(chunks, refused, signal);
    },
    ownPath(address) {
      const url = URL.parse(address, base.href);
      if (url === null || url.origin !== base.origin || url.username !== '' || url.password !== '') return null;
      const path = `${url.pathname}${url.search}`;
      return prefix !== '' && path.startsWith(`${prefix}/`) ? path.slice(prefix.length) : path;
    },
  };
}

function toBody({ body }: HttpRequest): { body?: string | FormData } {
  if (body === undefined) return {};
  if (body.type === 'json') return { body: JSON.stringify(body.value) };
  const form = new FormData();
  for (const [field, text] of Object.entries(body.texts)) form.append(field, text);
  form.append(body.field, new File([new Uint8Array(body.bytes)], body.name, { type: body.mimeType }));
  return { body: form };
}

function toTooSlow(): Failure<ChatFailureCode> {
  return new Failure('chat-timeout', `The API did not begin to answer within ${chatApiLimits.headersMs} ms.`, {
    retryable: true,
    facts: { limitMs: chatApiLimits.headersMs },
  });
}

async function toRefusal(
  chunks: AsyncIterable<Uint8Array>,
  context: ErrorContext,
  signal: AbortSignal,
): Promise<Failure<ChatFailureCode>> {
  // The status counts even when the rest does not come.
  const text = await readBody(chunks, chatApiLimits.errorBodyBytes, 'truncate').catch(() => '');
  signal.throwIfAborted();
  const parsed = parseJson(text, refusalSchema);
  const isPage = !parsed.ok && /^\s*<(!doctype|html|head|body|\?xml)/i.test(text);
  return toChatFailure(parsed.ok ? parsed.value : null, { ...context, isPage });
}

/** Seconds or a date (RFC 9110 §10.2.3); null when it is neither. */
function toRetryAfterMs(value: string | null, clock: Clock): number | null {
  if (value === null) return null;
  if (/^\d{1,6}(\.\d+)?$/.test(value.trim())) return Number(value) * 1_000;
  const atMs = Date.parse(value);
  return Number.isNaN(atMs) ? null : Math.max(0, atMs - clock.now());
}
