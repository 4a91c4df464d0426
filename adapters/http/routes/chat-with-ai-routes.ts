import { Hono } from 'hono';
import type { Engine } from '../../../src/engine/engine.ts';
import { readChatQuestion } from '../../../src/engine/read-question.ts';
import type { Clock } from '../../../src/lib/clock.ts';
import type { AppEnv } from '../app-env.ts';
import { readJsonBody } from '../read-json-body.ts';
import type { Repeats } from '../repeats.ts';
import { readStreaming, respondWithEvents, respondWithRecord } from './answer-responses.ts';

/** The dialect that the hosted service speaks today. */
export function createChatWithAiRoutes(engine: Engine, clock: Clock, repeats?: Repeats): Hono<AppEnv> {
  const routes = new Hono<AppEnv>();
  routes.post('/api/chat-with-ai', async (context) => {
    const isStreaming = readStreaming(context) ?? false;
    const question = readChatQuestion(await readJsonBody(context));
    const source = await (repeats?.ask(context, question) ?? engine.ask(context.get('caller'), question));
    return isStreaming ? respondWithEvents(context, source, engine, clock) : respondWithRecord(context, source, engine);
  });
  return routes;
}
