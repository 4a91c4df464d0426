import { createParser, type EventSourceMessage } from 'eventsource-parser';
import { parseJson } from '../../src/lib/parse-json.ts';
import type { AnswerPiece } from './answer-piece.ts';
import { toTooMuch } from './body-chunks.ts';
import type { ErrorContext } from './error-context.ts';
import { chatApiLimits } from './limits.ts';
import { toChatFailure } from './to-chat-failure.ts';
import { deltaSchema, recordReplySchema } from './wire.ts';
import { errorSchema, refusalSchema } from './wire-errors.ts';

/**
 * Server-sent events as pieces of an answer. Understands the API's events (`content`, `result`, `done`, `error`), events without a
 * name, and `[DONE]`; others are passed over. Throws the failure that an `error` event tells.
 *
 * A stream that names its events and ends without `result` or `done` is not whole: the API always sends them, so the connection
 * was cut in a way that looked like an end. One that never names them has no such habit; there the end is the end.
 */
export async function* readEvents(chunks: AsyncIterable<string>, context: ErrorContext): AsyncGenerator<AnswerPiece> {
  let hasNames = false;
  let hasResult = false;
  for await (const event of parseEvents(chunks)) {
    if (event.event === 'done' || event.data === '[DONE]') return yield { type: 'end', isWhole: true };
    hasNames ||= event.event === 'content';
    const piece = toPiece(event, context);
    hasResult ||= piece?.type === 'record';
    if (piece !== null) yield piece;
  }
  yield { type: 'end', isWhole: hasResult || !hasNames };
}

function toPiece({ event, data }: EventSourceMessage, context: ErrorContext): AnswerPiece | null {
  if (data.trim() === '') return null;
  switch (event) {
    case 'error':
      throw toEventFailure(data, context);
    case 'result': {
      const parsed = parseJson(data, recordReplySchema);
      return parsed.ok && parsed.value !== null ? { type: 'record', record: parsed.value } : { type: 'unreadable' };
    }
    case 'content':
    case 'message':
    case undefined:
      return toText(data, context);
    default:
      return null;
  }
}

function toText(data: string, context: ErrorContext): AnswerPiece | null {
  const delta = parseJson(data, deltaSchema);
  if (delta.ok && delta.value !== null) return { type: 'text', text: delta.value };
  // Bare words, as some servers send them; what looks like JSON and is none was damaged on its way.
  if (!delta.ok && !/^\s*[[{"]/.test(data)) return { type: 'text', text: data };
  const error = parseJson(data, errorSchema);
  if (error.ok && error.value !== null) throw toChatFailure(error.value, context);
  // Objects without a text are how some servers tell a role or an end.
  return delta.ok ? null : { type: 'unreadable' };
}

function toEventFailure(data: string, context: ErrorContext): Error {
  const parsed = parseJson(data, refusalSchema);
  const error = parsed.ok ? parsed.value : null;
  return toChatFailure(error ?? { code: null, message: data, details: null, field: null }, context);
}

/** The events of a text that comes in pieces cut anywhere, the last one included if its blank line is missing. */
async function* parseEvents(chunks: AsyncIterable<string>): AsyncGenerator<EventSourceMessage> {
  const ready: EventSourceMessage[] = [];
  let isTooMuch = false;
  const parser = createParser({
    onEvent: (event) => ready.push(event),
    onError: (error) => {
      isTooMuch ||= error.type === 'max-buffer-size-exceeded';
    },
    maxBufferSize: chatApiLimits.eventCharacters,
  });
  const checkLine = createLineCheck();
  for await (const chunk of chunks) {
    checkLine(chunk);
    parser.feed(chunk);
    if (isTooMuch) throw toTooMuch(chatApiLimits.eventCharacters);
    yield* ready.splice(0);
  }
  parser.feed('\n\n');
  yield* ready;
}

/** Throws as soon as a line is longer than any real one, whether it ends or not. */
function createLineCheck(): (chunk: string) => void {
  let openCharacters = 0;
  return (chunk) => {
    const first = chunk.search(/[\r\n]/);
    const firstLine = openCharacters + (first === -1 ? chunk.length : first);
    if (firstLine > chatApiLimits.lineCharacters) throw toTooMuch(chatApiLimits.lineCharacters);
    if (first === -1) openCharacters = firstLine;
    else openCharacters = chunk.length - 1 - Math.max(chunk.lastIndexOf('\n'), chunk.lastIndexOf('\r'));
  };
}
