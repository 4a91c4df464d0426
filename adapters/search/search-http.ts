import { Agent, type Dispatcher } from 'undici';
import type { ZodType } from 'zod';
import { errorMessage, Failure } from '../../src/lib/errors.ts';
import { parseJson } from '../../src/lib/parse-json.ts';

/** One question to a search engine. */
export type SearchRequest<Reply> = {
  readonly method: 'GET' | 'POST';
  readonly url: URL;
  /** The key among them: they go to exactly that address, redirects are not followed. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: object | null;
  readonly schema: ZodType<Reply>;
};

/** Asks search engines. Rejects with a `Failure`, which holds neither key nor question, or with the signal's reason. */
export type SearchHttp = {
  ask<Reply>(request: SearchRequest<Reply>, signal: AbortSignal): Promise<Reply>;
  close(): Promise<void>;
};

const connectMs = 5_000;
/** Of headers and body alike; the whole has its limit in the caller's signal. */
const silenceMs = 8_000;
const mostBytes = 2_097_152;

/** Opens nothing before the first question. `userAgent`: of this program. */
export function createSearchHttp(userAgent: string, dispatcher?: Dispatcher): SearchHttp {
  const own = new Agent({
    connect: { timeout: connectMs },
    headersTimeout: silenceMs,
    bodyTimeout: silenceMs,
    maxResponseSize: mostBytes,
    allowH2: false,
  });
  const agent = dispatcher ?? own;

  const send = async <Reply>({ method, url, headers, body }: SearchRequest<Reply>, signal: AbortSignal) => {
    const reply = await agent.request({
      origin: url.origin,
      path: `${url.pathname}${url.search}`,
      method,
      headers: {
        accept: 'application/json',
        'user-agent': userAgent,
        ...(body === null ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === null ? {} : { body: JSON.stringify(body) }),
      signal,
    });
    return { status: reply.statusCode, text: await reply.body.text() };
  };

  return {
    async ask(request, signal) {
      signal.throwIfAborted();
      const reply = await send(request, signal).catch((error: unknown) => {
        signal.throwIfAborted();
        throw new Failure('search-unreachable', `${request.url.host} did not answer: ${errorMessage(error)}`);
      });
      if (reply.status !== 200) {
        throw new Failure('search-refused', `${request.url.host} answered with status ${reply.status}.`, {
          facts: { status: reply.status },
        });
      }
      const parsed = parseJson(reply.text, request.schema);
      if (parsed.ok) return parsed.value;
      throw new Failure('search-unreadable', `${request.url.host} answered with something else than results.`);
    },
    close: () => own.close(),
  };
}
