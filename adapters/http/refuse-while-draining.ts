import type { MiddlewareHandler } from 'hono';
import { ApiFailure } from '../../src/engine/api-failure.ts';
import type { AppEnv } from './app-env.ts';

/** Long enough for the next start, or for a proxy to have found another server. */
const retryAfterMs = 5_000;

/**
 * Once the signal has aborted: answers 503 to whatever would begin something, and asks every client to make a new connection
 * next time. What is running goes on and can be read and stopped. The bot in this process still asks for the turns it has.
 */
export function createRefuseWhileDraining(draining: AbortSignal): MiddlewareHandler<AppEnv> {
  return async function refuseWhileDraining(context, next) {
    if (draining.aborted) context.header('Connection', 'close');
    if (draining.aborted && context.req.method === 'POST' && context.get('caller').limited) {
      throw new ApiFailure('OVERLOADED', 'This server is stopping and takes nothing new. Try again in a few seconds.', {
        retryAfterMs,
      });
    }
    await next();
  };
}
