import type { Context, MiddlewareHandler } from 'hono';
import { ApiFailure } from '../../src/engine/api-failure.ts';
import type { ApiKeys } from '../../src/engine/api-keys.ts';
import type { RateLimit } from '../../src/engine/rate-limit.ts';
import type { AppEnv } from './app-env.ts';
import { remoteAddress } from './remote-address.ts';

/** Random keys of this length cannot be guessed, however often one may try. */
const unguessableChars = 32;

function presentedKey(context: Context): string | undefined {
  const key = context.req.header('api-key') ?? '';
  if (key !== '') return key;
  return /^bearer +(\S+) *$/i.exec(context.req.header('authorization') ?? '')?.[1];
}

function tooManyFailures(retryAfterMs: number): ApiFailure {
  return new ApiFailure(
    'RATE_LIMITED',
    'Too many requests with a wrong API key came from your address: wait, then use the right key.',
    { retryAfterMs },
  );
}

/**
 * Lets a request through with its caller, or answers 401: the same for a missing and a wrong key. An address that failed
 * too often is refused before short keys are looked at, so that they cannot be guessed at speed; a right long key always
 * passes, so that nobody can lock out others who share an address (a proxy) by failing on purpose.
 */
export function createAuthenticate(apiKeys: ApiKeys, failures: RateLimit): MiddlewareHandler<AppEnv> {
  return async function authenticate(context, next) {
    const address = remoteAddress(context);
    const presented = presentedKey(context);
    const caller = apiKeys.resolve(presented);
    const waitMs = failures.waitMs(address);
    if (waitMs > 0 && (caller === null || (presented ?? '').length < unguessableChars)) throw tooManyFailures(waitMs);
    if (caller === null) {
      failures.take(address);
      throw new ApiFailure('UNAUTHORIZED', 'Invalid or missing API key');
    }
    context.set('caller', caller);
    await next();
  };
}
