import type { AnswerEvent, AnswerUsage, FinishReason } from '../answer/answer-event.ts';
import type { Clock } from '../lib/clock.ts';
import { Failure } from '../lib/errors.ts';
import type { GrowingAnswer } from './answer-source.ts';
import type { EngineLimits } from './engine-limits.ts';
import { cutToBytes } from './text-log.ts';
import type { VisionModel, VisionRequest } from './vision-model.ts';
import { createWatchdog, type Watchdog } from './watchdog.ts';

/** What a model came to by itself. */
export type Ending = { readonly text: string; readonly finish: FinishReason; readonly usage: AnswerUsage };

type Writing = {
  readonly vision: VisionModel;
  readonly request: VisionRequest;
  readonly answer: GrowingAnswer;
  readonly limits: EngineLimits;
  readonly clock: Clock;
};

/**
 * Has a model write into the answer until it ends. Rejects with the signal's reason, with the model's failure, or with
 * `chat-stalled` and `chat-timeout`; at once, even when the model does not react to being aborted.
 */
export async function writeAnswer(writing: Writing, signal: AbortSignal): Promise<Ending> {
  const over = new AbortController();
  const watchdog = createWatchdog(writing.clock, writing.limits, writing.request.model);
  // Listens before the model does: what a model says to being aborted is not what happened.
  const aborted = untilAborted(signal, over.signal);
  const onAbort = () => over.abort(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  const written = pump(writing, watchdog, over.signal);
  const late = watchdog.untilLate(over.signal).then((failure) => Promise.reject(failure));
  try {
    return await Promise.race([aborted, written, late]);
  } finally {
    signal.removeEventListener('abort', onAbort);
    over.abort(new Error('the answer is over'));
    // The losers of the race reject now, or never when a connection hangs: nobody may wait for them.
    await Promise.allSettled([late, aborted]);
    written.catch(() => {});
  }
}

async function pump(writing: Writing, watchdog: Watchdog, signal: AbortSignal): Promise<Ending> {
  const { vision, request, answer, limits } = writing;
  for await (const event of vision.answer(request, signal)) {
    // A model that goes on after it was aborted must not write into a finished record.
    signal.throwIfAborted();
    if (event.type === 'answer-end') return checkEnding(event, limits.maxAnswerBytes);
    if (event.isNotice) watchdog.noticed();
    else watchdog.fed();
    if (!answer.append(event.text)) return { text: answer.text.text(), finish: 'length', usage: unknownUsage };
  }
  throw new Failure('chat-broken-stream', `The answer of ${request.model} broke off. Try again.`, { retryable: true });
}

const unknownUsage: AnswerUsage = { inputTokens: null, outputTokens: null, credits: null };

function checkEnding(event: AnswerEvent & { type: 'answer-end' }, maxBytes: number): Ending {
  const text = cutToBytes(event.text, maxBytes);
  if (text.trim() === '') {
    if (event.finish === 'content-filter')
      throw new Failure('chat-moderated', 'The model refused to answer by its rules. Ask in other words.');
    throw new Failure('chat-empty-answer', 'The model answered without a word. Try again, or ask another model.', {
      retryable: true,
    });
  }
  return {
    text,
    finish: text.length < event.text.length ? 'length' : event.finish,
    usage: event.usage ?? unknownUsage,
  };
}

/** Rejects with the reason of the first signal; the second one only ends the waiting. */
function untilAborted(signal: AbortSignal, over: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    if (signal.aborted) {
      reject(signal.reason);
      return;
    }
    const onAbort = () => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true, signal: over });
    over.addEventListener('abort', () => reject(over.reason), { once: true });
  });
}
