import type { LanguageModelV4FinishReason, LanguageModelV4StreamPart, LanguageModelV4Usage } from '@ai-sdk/provider';
import type { AnswerEvent, AnswerUsage, FinishReason } from '../../../src/answer/answer-event.ts';
import type { ChatFailureCode } from '../../../src/answer/chat-failure.ts';
import { Failure } from '../../../src/lib/errors.ts';
import type { Question } from './question.ts';
import { toStreamFailure } from './to-stream-failure.ts';

/**
 * The SDK's parts as answer events. Reasoning, sources and the like are not shown. The first error ends it, with a `Failure` for the
 * caller; so does an end that the vendor did not announce.
 */
export async function* relayStream(
  stream: AsyncIterable<LanguageModelV4StreamPart>,
  question: Question,
): AsyncGenerator<AnswerEvent> {
  const pieces: string[] = [];
  let finish: (LanguageModelV4StreamPart & { type: 'finish' }) | null = null;
  for await (const part of stream) {
    if (part.type === 'error') throw toStreamFailure(part.error, question);
    if (part.type === 'finish') finish = part;
    if (part.type !== 'text-delta' || part.delta === '') continue;
    pieces.push(part.delta);
    yield { type: 'text-delta', text: part.delta };
  }
  if (finish === null) throw toBroken(question);
  yield {
    type: 'answer-end',
    finish: toFinish(finish.finishReason, question),
    text: pieces.join(''),
    usage: toUsage(finish.usage),
  };
}

function toFinish({ unified }: LanguageModelV4FinishReason, question: Question): FinishReason {
  switch (unified) {
    case 'length':
    case 'content-filter':
      return unified;
    case 'interrupted':
      throw toBroken(question);
    case 'error':
      throw new Failure<ChatFailureCode>('chat-failed', `${question.vendor.name} gave up in the middle. Try again.`, {
        retryable: true,
      });
    default:
      return 'stop';
  }
}

function toBroken({ model }: Question): Failure<ChatFailureCode> {
  return new Failure('chat-broken-stream', `The answer of ${model} ended without an end. Try again.`, {
    retryable: true,
  });
}

/** Zero tokens read is what some providers make of an unknown number. */
function toUsage({ inputTokens, outputTokens }: LanguageModelV4Usage): AnswerUsage {
  return {
    inputTokens: inputTokens.total || null,
    outputTokens: outputTokens.total ?? null,
    credits: null,
  };
}
