import type { AnswerEvent, AnswerUsage, FinishReason } from '../../src/answer/answer-event.ts';
import type { ChatFailureCode } from '../../src/answer/chat-failure.ts';
import { Failure } from '../../src/lib/errors.ts';
import type { Logger } from '../../src/lib/logger.ts';
import type { AnswerPiece } from './answer-piece.ts';
import type { ErrorContext } from './error-context.ts';
import { toChatFailure } from './to-chat-failure.ts';
import type { WireRecord } from './wire.ts';

/** A single piece of that length that equals everything before it is no coincidence. */
const repeatCharacters = 20;

/**
 * Pieces as answer events: deltas, then one end. The record's text is authoritative; what of it has not come as a delta yet comes as the
 * last one. Rejects when nothing was said, when something is missing that no record makes up for, and as `checkRecord` does.
 */
export async function* assembleAnswer(
  pieces: AsyncIterable<AnswerPiece>,
  context: ErrorContext,
  logger: Logger,
  checkRecord: (record: WireRecord) => Promise<void>,
): AsyncGenerator<AnswerEvent> {
  let text = '';
  let textPieces = 0;
  let unreadable = 0;
  let isWhole = false;
  let record: WireRecord | null = null;
  for await (const piece of pieces) {
    switch (piece.type) {
      case 'text':
        if (piece.text === '' || isRepeat(piece.text, text, textPieces)) break;
        text += piece.text;
        textPieces += 1;
        yield { type: 'text-delta', text: piece.text };
        break;
      case 'record':
        if (piece.record.state === 'failed') throw toChatFailure(piece.record.error, context);
        record = piece.record;
        break;
      case 'unreadable':
        unreadable += 1;
        break;
      case 'end':
        isWhole = piece.isWhole;
        break;
      default:
        throw piece satisfies never;
    }
  }
  if (unreadable > 0) logger.warn({ unreadable }, 'The API sent events that could not be read.');
  const recordText = record?.text ?? '';
  if (recordText === '' && (unreadable > 0 || !isWhole)) throw toIncomplete(unreadable);
  if (record !== null) await checkRecord(record);
  const rest = recordText.startsWith(text) ? recordText.slice(text.length) : '';
  if (rest.trim() !== '') yield { type: 'text-delta', text: rest };
  yield toEnd(rest.trim() === '' && isSameWords(recordText, text) ? text : recordText || text, record);
}

/** Some models send the whole answer once more as their last piece. */
function isRepeat(piece: string, before: string, pieces: number): boolean {
  return piece === before && (pieces >= 2 || piece.length >= repeatCharacters);
}

/** White space at the ends makes no other answer. */
function isSameWords(recordText: string, text: string): boolean {
  return recordText.trim() === text.trim();
}

function toIncomplete(unreadable: number): Failure<ChatFailureCode> {
  return new Failure('chat-broken-stream', 'The API’s answer ended before it was complete.', {
    retryable: true,
    facts: { unreadable },
  });
}

function toEnd(text: string, record: WireRecord | null): AnswerEvent {
  const finish = toFinish(record?.finishReason ?? null);
  if (text.trim() === '' && finish !== 'stopped') {
    const code = finish === 'content-filter' ? 'chat-moderated' : 'chat-empty-answer';
    throw new Failure<ChatFailureCode>(code, 'The API answered with no text.', { retryable: finish === 'stop' });
  }
  return { type: 'answer-end', finish, text, usage: toUsage(record) };
}

/** Vendors spell it as they like: `stop`, `MAX_TOKENS`, `content_filter`, `Safety`, … */
function toFinish(reason: string | null): FinishReason {
  const word = (reason ?? '').toLowerCase();
  if (/length|max_?tokens|token_limit/.test(word)) return 'length';
  if (/filter|safety|moderat|refus|blocked|prohibited|recitation/.test(word)) return 'content-filter';
  return word === 'stopped' || word === 'cancelled' || word === 'canceled' ? 'stopped' : 'stop';
}

/** All zeros were seen for real work: they mean unknown, not free. */
function toUsage(record: WireRecord | null): AnswerUsage {
  const { inputToken, outputToken, credit } = record?.usage ?? { inputToken: 0, outputToken: 0, credit: 0 };
  const areTokensKnown = inputToken > 0 || outputToken > 0;
  return {
    inputTokens: areTokensKnown ? inputToken : null,
    outputTokens: areTokensKnown ? outputToken : null,
    credits: credit > 0 ? credit : null,
  };
}
