import type { Context } from 'hono';
import { type ApiFailure, apiStatusByCode } from '../../src/engine/api-failure.ts';
import { toErrorEnvelope } from '../../src/engine/to-error-envelope.ts';

/** A refusal as a response: the envelope with its status, and how long to wait in whole seconds where that is known. */
export function answerFailure(context: Context, failure: ApiFailure): Response {
  if (failure.retryAfterMs !== undefined) {
    context.header('Retry-After', String(Math.max(1, Math.ceil(failure.retryAfterMs / 1_000))));
  }
  if (failure.code === 'UNAUTHORIZED') context.header('WWW-Authenticate', 'Bearer');
  return context.json(toErrorEnvelope(failure), apiStatusByCode[failure.code]);
}
