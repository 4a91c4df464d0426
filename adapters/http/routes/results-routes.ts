import { Hono } from 'hono';
import type { Engine } from '../../../src/engine/engine.ts';
import type { AppEnv } from '../app-env.ts';

/** A record as it stands; an unknown one reads as null, as on the hosted service. */
export function createResultsRoutes(engine: Engine): Hono<AppEnv> {
  const routes = new Hono<AppEnv>();
  routes.get('/api/results/:id', async (context) =>
    context.json({ aiRecord: await engine.result(context.get('caller'), context.req.param('id')) }),
  );
  return routes;
}
