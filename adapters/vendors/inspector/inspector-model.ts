import type { AnswerEvent, AnswerUsage } from '../../../src/answer/answer-event.ts';
import type { VisionModel, VisionRequest } from '../../../src/engine/vision-model.ts';
import type { Clock } from '../../../src/lib/clock.ts';
import { Failure } from '../../../src/lib/errors.ts';
import { answerQuestion } from './answer-question.ts';
import type { Looks } from './looks.ts';
import { pace } from './pace.ts';
import { understandQuestion } from './understand-question.ts';

/** Nothing is spent but time on this machine. */
const noUsage: AnswerUsage = { inputTokens: null, outputTokens: null, credits: null };

async function* write(
  request: VisionRequest,
  looks: Looks,
  tokenDelayMs: number,
  clock: Clock,
  signal: AbortSignal,
): AsyncGenerator<AnswerEvent> {
  signal.throwIfAborted();
  if ([request, ...request.history].every(({ pictures }) => pictures.length === 0))
    throw new Failure('chat-invalid-request', 'There is no picture to look at.');
  const pieces = answerQuestion(understandQuestion(request), request.webSearch !== null, looks, signal);
  let text = '';
  for await (const token of pace(pieces, tokenDelayMs, clock, signal)) {
    text += token;
    yield { type: 'text-delta', text: token };
  }
  yield { type: 'answer-end', finish: 'stop', text, usage: noUsage };
}

/** The inspector over any way to look: measures, reads, and says what it cannot know. */
export function createInspectorModel(looks: Looks, clock: Clock, tokenDelayMs: number): VisionModel {
  return {
    async *answer(request, signal) {
      try {
        yield* write(request, looks, tokenDelayMs, clock, signal);
      } catch (error) {
        if (signal.aborted) throw signal.reason;
        if (error instanceof Failure) throw error;
        throw new Failure('chat-failed', 'The inspector broke down while it looked at the picture. Ask again.', {
          cause: error,
        });
      }
    },
  };
}
