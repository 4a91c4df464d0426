import { Hono } from 'hono';
import type { Engine } from '../../../src/engine/engine.ts';
import type { AppEnv } from '../app-env.ts';
import { readJsonBody } from '../read-json-body.ts';

/** Conversations: created, listed, read and forgotten by their owner. */
export function createConversationsRoutes({ conversations }: Engine): Hono<AppEnv> {
  const routes = new Hono<AppEnv>();
  routes.post('/api/conversations', async (context) => {
    const body = await readJsonBody(context);
    return context.json({ conversation: await conversations.create(context.get('caller').ownerId, body) });
  });
  routes.get('/api/conversations', async (context) =>
    context.json({ conversations: await conversations.list(context.get('caller').ownerId) }),
  );
  routes.get('/api/conversations/:id', async (context) => {
    const { ownerId } = context.get('caller');
    return context.json({ conversation: await conversations.get(ownerId, context.req.param('id')) });
  });
  routes.delete('/api/conversations/:id', async (context) => {
    await conversations.remove(context.get('caller').ownerId, context.req.param('id'));
    return context.body(null, 204);
  });
  return routes;
}
