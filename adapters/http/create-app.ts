import { type Context, Hono } from 'hono';
import { ApiFailure } from '../../src/engine/api-failure.ts';
import type { ApiKeys } from '../../src/engine/api-keys.ts';
import { createRateLimit, defaultFailureRule, type RateLimit } from '../../src/engine/rate-limit.ts';
import type { Clock } from '../../src/lib/clock.ts';
import type { Ids } from '../../src/lib/ids.ts';
import type { Logger } from '../../src/lib/logger.ts';
import type { Metrics } from '../../src/lib/metrics.ts';
import { answerFailure } from './answer-failure.ts';
import type { AppEnv } from './app-env.ts';
import { createAuthenticate } from './authenticate.ts';
import { createLimitRequests } from './limit-requests.ts';
import { createObserveRequests, routeLabel } from './observe-requests.ts';
import { isTaken, refuseUnknown } from './refuse-unknown.ts';
import { createRefuseWhileDraining } from './refuse-while-draining.ts';
import { createSecurityHeaders } from './security-headers.ts';

/** What the HTTP side is made of. */
export type AppParts = {
  apiKeys: ApiKeys;
  /** Requests of each owner. */
  rateLimit: RateLimit;
  /** Need a key; every path lies under `/api/`. */
  apiRoutes: readonly Hono<AppEnv>[];
  /** Need none; asked in this order, after the API's. */
  publicRoutes: readonly Hono[];
  /** Aborts when the program is told to end: no more questions are taken then, but for those of the bot itself. */
  draining?: AbortSignal;
  logger: Logger;
  metrics: Metrics;
  clock: Clock;
  ids: Ids;
};

/** A route outside would be open to everybody: better not to start. */
function requireApiPaths(routes: Hono<AppEnv>): void {
  const outside = routes.routes.find((route) => !route.path.startsWith('/api/'));
  if (outside !== undefined) throw new Error(`The API route ${outside.path} does not lie under /api/.`);
}

/** Refusals say what they are; anything else is ours: the caller gets an id, the log the details under the same id. */
function toApiFailure(error: unknown, context: Context, { logger, ids }: AppParts): ApiFailure {
  if (error instanceof ApiFailure) return error;
  const errorId = ids.token();
  if (context.req.raw.signal.aborted) {
    logger.debug({ errorId, error, route: routeLabel(context) }, 'A caller went away before the answer.');
  } else {
    logger.error({ errorId, error, method: context.req.method, route: routeLabel(context) }, 'A request failed.');
  }
  return new ApiFailure(
    'INTERNAL_ERROR',
    `Something went wrong here. Try again; if it stays so, give the operator this id: ${errorId}`,
    { cause: error },
  );
}

/** Puts the routes together with what they all share: keys, limits, errors in the envelope, security headers, counting. */
export function createApp(parts: AppParts): Hono<AppEnv> {
  const { apiKeys, rateLimit, apiRoutes, publicRoutes, clock } = parts;
  const app = new Hono<AppEnv>();
  const refuse = (context: Context<AppEnv>) => refuseUnknown(app, context);

  app.onError((error, context) => answerFailure(context, toApiFailure(error, context, parts)));
  app.notFound(refuse);
  app.use(createObserveRequests(parts), createSecurityHeaders());

  app.use(
    '/api/*',
    createAuthenticate(apiKeys, createRateLimit(clock, defaultFailureRule)),
    createLimitRequests(rateLimit),
    ...(parts.draining === undefined ? [] : [createRefuseWhileDraining(parts.draining)]),
    // A HEAD is run as a GET whose body nobody reads: a stream would never end.
    async (context, next) => (context.req.method === 'HEAD' ? refuse(context) : next()),
  );
  for (const routes of apiRoutes) {
    requireApiPaths(routes);
    app.route('/', routes);
  }
  // What is unknown under /api ends here: the public routes' own middleware has no say in it.
  app.all('/api/*', refuse);
  // Elsewhere too: the guard of the page would take a mistyped address of the API for a request of a foreign page.
  app.use(async (context, next) => (isTaken(app, context) ? next() : refuse(context)));
  for (const routes of publicRoutes) app.route('/', routes);
  return app;
}
