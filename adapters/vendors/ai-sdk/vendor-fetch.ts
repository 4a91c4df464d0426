import type { Dispatcher } from 'undici';
import type { ChatFailureCode } from '../../../src/answer/chat-failure.ts';
import type { Clock } from '../../../src/lib/clock.ts';
import { createDeadline } from '../../../src/lib/deadline.ts';
import { Failure } from '../../../src/lib/errors.ts';
import { vendorLimits } from './limits.ts';
import type { Question } from './question.ts';
import { readErrorBody, toBodyStream } from './reply-body.ts';
import { type ReadHeader, readRetryAfterMs } from './retry-after.ts';
import { toChatFailure } from './to-chat-failure.ts';
import { toNetworkFailure } from './to-network-failure.ts';
import { readProblem } from './wire.ts';

/** The way to a vendor. */
export type VendorConnection = {
  /** Requests to any other origin are refused: the key goes with them. */
  readonly origin: string;
  readonly dispatcher: Dispatcher;
  readonly userAgent: string;
  readonly clock: Clock;
};

/**
 * What a provider of the AI SDK sends its requests with, for one question. Resolves only with a stream of events; everything else,
 * redirects among it, rejects with a `Failure`, so that the SDK's own errors, which hold the request, never arise.
 * The signal ends a request and its body at once.
 */
export function createVendorFetch(
  { origin, dispatcher, userAgent, clock }: VendorConnection,
  question: Question,
  signal: AbortSignal,
): typeof globalThis.fetch {
  return async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    if (url.origin !== origin)
      throw toUnexpected(question, 'was to be asked at another address than the configured one');
    const response = await dispatcher
      .request({
        origin,
        path: `${url.pathname}${url.search}`,
        method: 'POST',
        headers: {
          ...Object.fromEntries(new Headers(init?.headers)),
          'user-agent': userAgent,
          accept: 'text/event-stream',
        },
        body: typeof init?.body === 'string' ? init.body : '',
        signal,
        headersTimeout: vendorLimits.headersMs,
        bodyTimeout: vendorLimits.silenceMs,
      })
      .catch((error: unknown) => {
        throw signal.aborted ? signal.reason : toNetworkFailure(error, false, question);
      });
    const { statusCode: status, headers, body } = response;
    const header: ReadHeader = (name) => {
      const value = headers[name];
      return typeof value === 'string' ? value : null;
    };
    if (status >= 200 && status < 300 && isStream(header))
      return new Response(toBodyStream(body, question, signal), { status });
    const deadline = createDeadline(
      clock,
      vendorLimits.errorBodyMs,
      signal,
      () => new Error('the refusal took too long'),
    );
    const text = await readErrorBody(body, deadline.signal);
    deadline.cancel();
    signal.throwIfAborted();
    throw toFailure(status, text, readRetryAfterMs(header, clock), question);
  };
}

/** Some servers name no type, or a plain one; pages and single objects are never an answer. */
function isStream(header: ReadHeader): boolean {
  return !/^(text\/html|application\/json)\b/i.test(header('content-type') ?? '');
}

function toFailure(
  status: number,
  text: string,
  retryAfterMs: number | null,
  question: Question,
): Failure<ChatFailureCode> {
  if (status >= 300 && status < 400)
    return toUnexpected(question, 'answered with a redirect, which is not followed', { status });
  const problem = readProblem(text);
  if (status >= 200 && status < 300 && problem === null)
    return toUnexpected(question, 'answered with a page instead of an answer', { status });
  return toChatFailure({ status: status < 300 ? null : status, retryAfterMs, problem }, question);
}

function toUnexpected(
  { vendor }: Question,
  what: string,
  facts: Readonly<Record<string, number>> = {},
): Failure<ChatFailureCode> {
  const sentence = `${vendor.name} ${what}. Whoever runs this server has to check ${vendor.urlVariable}.`;
  return new Failure<ChatFailureCode>('chat-failed', sentence, { facts: { ...facts, variable: vendor.urlVariable } });
}
