import type { ChatFailureCode } from '../../src/answer/chat-failure.ts';
import { Failure } from '../../src/lib/errors.ts';
import { parseJson } from '../../src/lib/parse-json.ts';
import type { AnswerPiece } from './answer-piece.ts';
import { toTooMuch } from './body-chunks.ts';
import type { ErrorContext } from './error-context.ts';
import type { HttpReply } from './http-client.ts';
import { chatApiLimits } from './limits.ts';
import { readEvents } from './read-events.ts';
import type { RecordPlace } from './record-key.ts';
import { toChatFailure } from './to-chat-failure.ts';
import { acknowledgementSchema, anyJsonSchema, plainReplySchema, recordReplySchema, type WireRecord } from './wire.ts';
import { errorSchema } from './wire-errors.ts';

/** The forms in which the API answers a question. */
export type Reply =
  /** The answer itself; `record` null where the API does not name it beforehand. */
  | {
      readonly type: 'answer';
      readonly record: RecordPlace | null;
      readonly pieces: AsyncIterable<AnswerPiece>;
      /** For whoever does not read the pieces after all. */
      discard(): void;
    }
  /** The answer is to be had elsewhere. */
  | { readonly type: 'acknowledged'; readonly record: RecordPlace; readonly address: string }
  /** The answer is being worked on and has to be asked for again. */
  | { readonly type: 'processing'; readonly record: RecordPlace };

type Form = 'events' | 'json' | 'text' | 'page';

/** So much of the beginning tells the form. */
const headCharacters = 64;

/** Finds out what was sent, by its beginning rather than by what its headers say, and reads it so. Throws what an error in it means. */
export async function readReply(reply: HttpReply, model?: string): Promise<Reply> {
  const texts = decode(reply.chunks);
  const head = await readHead(texts);
  const context: ErrorContext = { status: reply.status, ...(model === undefined ? {} : { model }) };
  switch (toForm(reply.contentType, head.text)) {
    case 'events':
      return stream(reply, readEvents(resume(head.pieces, texts), context));
    case 'text':
      return stream(reply, readText(resume(head.pieces, texts)));
    case 'json':
      return readJson(await readWhole(resume(head.pieces, texts)), reply.contentType, context);
    case 'page':
      await texts.return(undefined);
      throw toPage(context);
  }
}

function toForm(contentType: string, head: string): Form {
  const start = head.trimStart();
  // In a bare text it may be the answer: somebody asked for HTML.
  if (contentType !== 'text/plain' && /^<(!doctype|html|head|body|\?xml)/i.test(start)) return 'page';
  if (start.startsWith('{') || (contentType === 'application/json' && /^[["]/.test(start))) return 'json';
  if (/^(event|data|id|retry):|^:/.test(start)) return 'events';
  if (contentType === 'text/event-stream') return 'events';
  return contentType === 'text/html' ? 'page' : 'text';
}

function stream(reply: HttpReply, pieces: AsyncIterable<AnswerPiece>): Reply {
  return { type: 'answer', record: recordHeader(reply), pieces, discard: reply.discard };
}

/** Our own engine names the record of a bare text in a header. */
function recordHeader(reply: HttpReply): RecordPlace | null {
  const value = reply.header('ai-record-id');
  return value !== null && /^[\w-]{1,128}$/.test(value) ? { type: 'stream', recordId: value } : null;
}

/** One decoder for the whole body: a character may be cut in two anywhere. */
async function* decode(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  for await (const chunk of chunks) {
    const text = decoder.decode(chunk, { stream: true });
    if (text !== '') yield text;
  }
  const rest = decoder.decode();
  if (rest !== '') yield rest;
}

async function readHead(texts: AsyncGenerator<string>): Promise<{ text: string; pieces: string[] }> {
  const pieces: string[] = [];
  let text = '';
  while (!isTelling(text)) {
    const next = await texts.next();
    if (next.done === true) break;
    pieces.push(next.value);
    text += next.value;
    if (text.length > chatApiLimits.lineCharacters) break;
  }
  return { text, pieces };
}

/** A whole line or a few words are enough; a single brace is too. */
function isTelling(text: string): boolean {
  const start = text.trimStart();
  return (
    start.startsWith('{') || start.length >= headCharacters || /\S[\s\S]*\n/.test(start) || /^[^<:a-z]/.test(start)
  );
}

async function* resume(pieces: readonly string[], texts: AsyncGenerator<string>): AsyncGenerator<string> {
  try {
    yield* pieces;
    for (let next = await texts.next(); next.done !== true; next = await texts.next()) yield next.value;
  } finally {
    await texts.return(undefined);
  }
}

/** Bare text: its end is the connection's, and nothing else tells it. */
async function* readText(texts: AsyncIterable<string>): AsyncGenerator<AnswerPiece> {
  for await (const text of texts) yield { type: 'text', text };
  yield { type: 'end', isWhole: true };
}

async function readWhole(texts: AsyncIterable<string>): Promise<string> {
  const pieces: string[] = [];
  let length = 0;
  for await (const text of texts) {
    pieces.push(text);
    length += text.length;
    if (length > chatApiLimits.jsonBodyBytes) throw toTooMuch(chatApiLimits.jsonBodyBytes);
  }
  return pieces.join('');
}

function readJson(text: string, contentType: string, context: ErrorContext): Reply {
  const acknowledgement = parseJson(text, acknowledgementSchema);
  if (acknowledgement.ok) {
    const { aiRecordId, streamingUrl } = acknowledgement.value.data;
    return { type: 'acknowledged', record: { type: 'stream', recordId: aiRecordId }, address: streamingUrl };
  }
  const record = parseJson(text, recordReplySchema);
  if (record.ok) return fromRecord(record.value, context);
  const error = parseJson(text, errorSchema);
  if (error.ok && error.value !== null) throw toChatFailure(error.value, context);
  const plain = parseJson(text, plainReplySchema);
  if (plain.ok) return answerOf(null, { type: 'text', text: plain.value });
  // A model that was asked for JSON answers in JSON: in a bare text, this is the text itself.
  if (contentType !== 'application/json') return answerOf(null, { type: 'text', text });
  throw parseJson(text, anyJsonSchema).ok ? toChatFailure(null, context) : toCutOff();
}

/** What the API means by `aiRecord: null`, or by a stream that it does not find. */
export function toRecordGone(): Failure<ChatFailureCode> {
  return new Failure('chat-record-gone', 'The API does not have this answer, or no longer.');
}

function toPage({ status }: ErrorContext): Failure<ChatFailureCode> {
  return new Failure('chat-unreachable', 'A web page came in place of the API’s answer.', {
    retryable: true,
    facts: { status },
  });
}

function toCutOff(): Failure<ChatFailureCode> {
  return new Failure('chat-broken-stream', 'The API announced JSON and sent something else, or half of it.', {
    retryable: true,
  });
}

function fromRecord(record: WireRecord | null, context: ErrorContext): Reply {
  if (record === null) throw toRecordGone();
  if (record.state === 'failed') throw toChatFailure(record.error, context);
  const place = record.recordId === null ? null : ({ type: 'result', recordId: record.recordId } as const);
  if (record.state === 'finished') return answerOf(place, { type: 'record', record });
  if (place === null) throw toChatFailure(null, context);
  return { type: 'processing', record: place };
}

function answerOf(record: RecordPlace | null, piece: AnswerPiece): Reply {
  async function* pieces(): AsyncGenerator<AnswerPiece> {
    yield piece;
    yield { type: 'end', isWhole: true };
  }
  return { type: 'answer', record, pieces: pieces(), discard: () => {} };
}
