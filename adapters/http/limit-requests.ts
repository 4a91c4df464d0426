import type { MiddlewareHandler } from 'hono';
import { ApiFailure } from '../../src/engine/api-failure.ts';
import type { RateLimit } from '../../src/engine/rate-limit.ts';
import type { AppEnv } from './app-env.ts';

/** Answers 429 with `Retry-After` when an owner asks too often. Runs after the key was checked. */
export function createLimitRequests(rateLimit: RateLimit): MiddlewareHandler<AppEnv> {
  return async function limitRequests(context, next) {
    const { ownerId, limited } = context.get('caller');
    const waitMs = limited ? rateLimit.take(ownerId) : 0;
    if (waitMs > 0) {
      throw new ApiFailure('RATE_LIMITED', 'Too many requests: wait as many seconds as Retry-After says, then go on.', {
        retryAfterMs: waitMs,
      });
    }
    await next();
  };
}
