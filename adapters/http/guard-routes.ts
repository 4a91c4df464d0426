import { Hono, type MiddlewareHandler } from 'hono';

/** The routes with the guard in front of every one of them. To be mounted last: the guard sees every path that is left. */
export function guardRoutes(guard: MiddlewareHandler, routes: Hono): Hono {
  const guarded = new Hono();
  guarded.use(guard);
  guarded.route('/', routes);
  return guarded;
}
