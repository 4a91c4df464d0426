import type { AnswerEvent, AnswerUsage, FinishReason } from '../answer/answer-event.ts';
import { isStop } from '../answer/stop-request.ts';
import { Failure } from '../lib/errors.ts';

/** How an answer ended. `text` is what there is of it; empty when there is nothing. */
export type AnswerEnding =
  | {
      readonly type: 'complete';
      readonly text: string;
      readonly finish: FinishReason;
      readonly usage: AnswerUsage | null;
    }
  | { readonly type: 'stopped'; readonly text: string }
  | { readonly type: 'broken'; readonly text: string; readonly error: unknown }
  /** Whoever shows the answer does not want more of it. */
  | { readonly type: 'unwanted'; readonly text: string };

/** No answer is that long; a model that does not stop is cut here. In UTF-16 units. */
const longestAnswer = 1_048_576;

/**
 * Reads an answer to its end. `show` is told the whole text so far at every word, and gives false when it wants no more. A person's
 * stop and a failure are endings; any other abort rejects with the signal's reason.
 */
export async function readAnswer(
  events: AsyncIterable<AnswerEvent>,
  show: (text: string) => boolean,
  signal: AbortSignal,
): Promise<AnswerEnding> {
  let text = '';
  try {
    for await (const event of events) {
      signal.throwIfAborted();
      if (event.type === 'answer-end') return toEnding(event);
      text += event.text;
      if (!show(text)) return { type: 'unwanted', text };
      if (text.length > longestAnswer) return { type: 'complete', text, finish: 'length', usage: null };
    }
    return { type: 'broken', text, error: new Failure('chat-broken-stream', 'the answer has no end event') };
  } catch (error) {
    if (!signal.aborted) return { type: 'broken', text, error };
    if (isStop(signal.reason)) return { type: 'stopped', text };
    throw signal.reason;
  }
}

function toEnding(event: Extract<AnswerEvent, { type: 'answer-end' }>): AnswerEnding {
  if (event.finish === 'stopped') return { type: 'stopped', text: event.text };
  if (event.text.trim() === '') {
    return { type: 'broken', text: '', error: new Failure('chat-empty-answer', 'the answer has no text') };
  }
  return { type: 'complete', text: event.text, finish: event.finish, usage: event.usage };
}
