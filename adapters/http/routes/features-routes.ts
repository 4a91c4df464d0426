import { Hono } from 'hono';
import type { FeatureAck } from '../../../src/api/ai-record.ts';
import type { Engine } from '../../../src/engine/engine.ts';
import { readFeatureQuestion } from '../../../src/engine/read-question.ts';
import type { Clock } from '../../../src/lib/clock.ts';
import type { AppEnv } from '../app-env.ts';
import { readJsonBody } from '../read-json-body.ts';
import type { Repeats } from '../repeats.ts';
import { readStreaming, respondWithEvents, respondWithRecord, respondWithText } from './answer-responses.ts';

/** The page's endpoint, and the streams it points to. */
export function createFeaturesRoutes(engine: Engine, clock: Clock, repeats?: Repeats): Hono<AppEnv> {
  const routes = new Hono<AppEnv>();

  routes.post('/api/features', async (context) => {
    const isStreaming = readStreaming(context);
    const question = readFeatureQuestion(await readJsonBody(context));
    const source = await (repeats?.ask(context, question) ?? engine.ask(context.get('caller'), question));
    if (isStreaming === true) return respondWithText(context, source, clock);
    if (isStreaming === false) return respondWithRecord(context, source, engine);
    return context.json(toAck(question.conversationId, source.recordId));
  });

  routes.get('/api/features/stream/:id', async (context) => {
    const source = await engine.answer(context.get('caller'), context.req.param('id'));
    return respondWithEvents(context, source, engine, clock);
  });

  routes.delete('/api/features/stream/:id', async (context) => {
    await engine.stop(context.get('caller'), context.req.param('id'));
    return context.body(null, 204);
  });

  return routes;
}

function toAck(conversationId: string | null, aiRecordId: string): FeatureAck {
  return {
    status: 'success',
    message: 'Streaming response will be returned',
    data: { conversationId, aiRecordId, streamingUrl: `/api/features/stream/${aiRecordId}` },
  };
}
