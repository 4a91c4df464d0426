import { IncomingMessage } from 'node:http';
import type { Context } from 'hono';
import {
  type AnswerSource,
  type FinishedRecord,
  untilFinished,
  untilReader,
} from '../../../src/engine/answer-source.ts';
import { ApiFailure } from '../../../src/engine/api-failure.ts';
import type { Engine } from '../../../src/engine/engine.ts';
import type { Clock } from '../../../src/lib/clock.ts';
import type { AppEnv } from '../app-env.ts';
import { type AnswerFrames, streamAnswer } from './answer-stream.ts';
import { createSseFrames } from './sse.ts';

/**
 * Neither proxies (nginx: X-Accel-Buffering) nor the server may hold pieces back: without the transfer encoding it reads
 * ahead to find out whether the body is short. HTTP/1.0 does not know that encoding.
 */
function streamHeaders({ env }: Context<AppEnv>): Record<string, string> {
  const headers = { 'Cache-Control': 'no-cache', 'X-Accel-Buffering': 'no' };
  return isHttp10(env) ? headers : { ...headers, 'Transfer-Encoding': 'chunked' };
}

function isHttp10(env: unknown): boolean {
  if (typeof env !== 'object' || env === null || !('incoming' in env)) return false;
  return env.incoming instanceof IncomingMessage && env.incoming.httpVersion === '1.0';
}

/** How a caller wants an answer: `isStreaming=true`, `isStreaming=false`, or nothing said. Throws `INVALID_REQUEST` for other words. */
export function readStreaming(context: Context<AppEnv>): boolean | null {
  const value = context.req.query('isStreaming');
  if (value === undefined) return null;
  if (value === 'true') return true;
  if (value === 'false') return false;
  throw new ApiFailure('INVALID_REQUEST', 'isStreaming must be true or false, or left out.', { field: 'isStreaming' });
}

/** The answer as server-sent events, from its start. */
export function respondWithEvents(
  context: Context<AppEnv>,
  source: AnswerSource,
  engine: Engine,
  clock: Clock,
): Response {
  const frames = createSseFrames(engine.toAiRecord);
  const stream = streamAnswer({ reader: source.read(), frames, clock, breakOff: connectionOf(context.env) });
  return context.body(stream, 200, {
    ...streamHeaders(context),
    'Content-Type': 'text/event-stream; charset=utf-8',
  });
}

const rawFrames: AnswerFrames = {
  text: (piece) => piece,
  end: (record) => (record.outcome.type === 'failed' ? null : ''),
  ping: null,
};

/**
 * The answer as bare text that ends with the connection. Throws when it failed before the first word; a later failure breaks
 * the connection off, since nothing else tells a whole text from half of one. The record's id comes in a header.
 */
export async function respondWithText(context: Context<AppEnv>, source: AnswerSource, clock: Clock): Promise<Response> {
  const start = await untilReader(source.read(), context.req.raw.signal, (reader) =>
    reader.take() === '' ? reader.finished() : 'text',
  );
  if (start !== 'text') requireAnswer(start);
  const stream = streamAnswer({
    reader: source.read(),
    frames: rawFrames,
    clock,
    breakOff: connectionOf(context.env),
  });
  return context.body(stream, 200, {
    'Content-Type': 'text/plain; charset=utf-8',
    ...streamHeaders(context),
    'AI-Record-Id': source.recordId,
  });
}

/** The finished record; a failed one is thrown with its own status. */
export async function respondWithRecord(
  context: Context<AppEnv>,
  source: AnswerSource,
  engine: Engine,
): Promise<Response> {
  const record = await untilFinished(source, context.req.raw.signal);
  requireAnswer(record);
  return context.json({ aiRecord: engine.toAiRecord(record) });
}

function requireAnswer({ outcome }: FinishedRecord): void {
  if (outcome.type === 'answered') return;
  const retry = outcome.retryAfterMs === null ? {} : { retryAfterMs: outcome.retryAfterMs };
  throw new ApiFailure(outcome.code, outcome.sentence, retry);
}

/**
 * Destroys the connection itself: a stream that only errors would be reported by the server as a crash of ours. Null where
 * there is no connection, as in tests.
 */
function connectionOf(env: unknown): (() => void) | null {
  if (typeof env !== 'object' || env === null || !('outgoing' in env)) return null;
  const { outgoing } = env;
  if (typeof outgoing !== 'object' || outgoing === null || !('destroy' in outgoing)) return null;
  const { destroy } = outgoing;
  return typeof destroy === 'function' ? () => void Reflect.apply(destroy, outgoing, []) : null;
}
