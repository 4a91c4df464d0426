import type { Context, MiddlewareHandler } from 'hono';
import { routePath } from 'hono/route';
import type { Clock } from '../../src/lib/clock.ts';
import type { Logger } from '../../src/lib/logger.ts';
import type { Metrics } from '../../src/lib/metrics.ts';

const knownMethods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/**
 * The pattern of the route that answered, e.g. `/api/features/stream/:id`: paths hold ids and can be made up without end,
 * so they are neither counted nor logged.
 */
export function routeLabel(context: Context): string {
  const pattern = routePath(context);
  return pattern === '' || pattern.endsWith('*') ? 'unmatched' : pattern;
}

/** A method is a free word too. */
const methodLabel = (method: string) => (knownMethods.has(method) ? method : 'other');

/** Counts and logs every request once its answer has begun. */
export function createObserveRequests(parts: { clock: Clock; logger: Logger; metrics: Metrics }): MiddlewareHandler {
  return async function observeRequests(context, next) {
    const startMs = parts.clock.now();
    await next();
    const labels = { method: methodLabel(context.req.method), route: routeLabel(context) };
    parts.metrics.count('api_requests_total', { ...labels, status: String(context.res.status) });
    parts.logger.debug(
      { ...labels, status: context.res.status, durationMs: parts.clock.now() - startMs },
      'A request was answered.',
    );
  };
}
