import { Hono } from 'hono';
import type { Engine } from '../../../src/engine/engine.ts';

/** The catalogue; needs no key. */
export function createModelsRoutes(engine: Engine): Hono {
  const routes = new Hono();
  routes.get('/models', (context) => {
    const models = engine.models(context.req.query('feature') || null);
    return context.json({ models, total: models.length });
  });
  return routes;
}
