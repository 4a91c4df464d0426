import type { AnswerEvent, AnswerUsage, FinishReason } from '../answer/answer-event.ts';
import { isStop } from '../answer/stop-request.ts';
import type { Clock } from '../lib/clock.ts';
import { Failure } from '../lib/errors.ts';
import type { Logger } from '../lib/logger.ts';
import type { Metrics } from '../lib/metrics.ts';
import type { ProgressKeeper } from '../turn/progress-keeper.ts';
import { type AnswerMessages, createAnswerMessages } from './answer-messages.ts';
import { createAnswerParts } from './answer-parts.ts';
import type { EditBudgets } from './edit-budgets.ts';
import { composeLastWords, isOwnWords } from './last-words.ts';
import { type AnswerControls, limitsAt, type Outbox, type Place } from './outbox.ts';
import { createPatientProgress } from './patient-progress.ts';
import type { AnswerEnding } from './read-answer.ts';
import { sanitise } from './sanitise.ts';
import type { ShowTools } from './show-frames.ts';
import { type LastWordsResult, showLastWords } from './show-last-words.ts';
import { createTyping } from './show-typing.ts';
import { streamAnswer } from './stream-answer.ts';

/** Whose answer it is, and how far it has come. */
export type AnsweredTurn = {
  readonly turn: { readonly id: string };
  /** 1 the first time, more after a crash. */
  readonly attempt: number;
  readonly progress: ProgressKeeper;
  /** The question that people may stop and ask again; null for what is no question. */
  readonly question: string | null;
};

/** What delivering takes. */
export type DeliveryTools = {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly budgets: (outbox: Outbox) => EditBudgets;
  /** The sentence for anything an answer can fail with. */
  readonly failureText: (error: unknown) => string;
};

/** What became of an answer. `text` is what the model said of it. */
export type DeliveryOutcome =
  | {
      readonly type: 'delivered';
      readonly text: string;
      readonly finish: FinishReason;
      readonly usage: AnswerUsage | null;
    }
  /** The text of an earlier attempt was complete; only its last edits were missing. */
  | { readonly type: 'finished'; readonly text: string }
  | { readonly type: 'stopped'; readonly text: string }
  /** The answer broke off; people see what there is of it and why. */
  | { readonly type: 'failed'; readonly text: string; readonly code: string }
  /** The platform did not take the last words. */
  | { readonly type: 'undelivered'; readonly code: string }
  /** Somebody deleted the message or its place; nothing more was said. */
  | { readonly type: 'gone'; readonly code: 'platform-message-gone' | 'platform-place-gone' };

/** Delivers one answer; see `createDeliverer`. */
export type Deliver = (
  answered: AnsweredTurn,
  place: Place,
  outbox: Outbox,
  events: AsyncIterable<AnswerEvent>,
  signal: AbortSignal,
) => Promise<DeliveryOutcome>;

/**
 * Brings answers to their place as messages: shown while they grow, finished whatever happens. The last text is in the progress
 * before its last edit, so that the next start can finish the same messages; while the store fails, people see the answer all the
 * same before this rejects. A person's stop ends an answer with what there is; any other abort rejects with its reason and leaves
 * everything for the next start.
 */
export function createDeliverer(tools: DeliveryTools): Deliver {
  return async function deliver(answered, place, outbox, events, signal) {
    const { turn, attempt } = answered;
    const progress = createPatientProgress(answered.progress);
    const isResumed = attempt > 1;
    const isFirstAsking = progress.current().parts.length === 0;
    const limits = limitsAt(place, outbox);
    const messages = createAnswerMessages(outbox, place, turn.id, progress, isResumed, tools.clock);
    const parts = createAnswerParts(limits, place.mostMessages, messages, tools.clock);
    const lane = tools.budgets(outbox).forScope(place.scope, limits.edits).join();
    const typing = createTyping(outbox, place, tools);
    const abandoning = exceptStops(signal);
    const show: ShowTools = { ...tools, messages, lane, isResumed };
    const finish = async (text: string) => {
      const result = await showLastWords(parts.final(text), show, abandoning.signal);
      progress.insist();
      return result;
    };
    try {
      const earlier = progress.current().finalText;
      if (earlier !== null) {
        offer(messages, 'again', answered);
        const result = await finish(earlier);
        return result.type === 'shown' ? { type: 'finished', text: earlier } : toOutcome(result, turn.id, tools.logger);
      }
      offer(messages, 'stop', answered);
      const { ending, frames } = await streamAnswer(events, parts, typing, show, signal, abandoning.signal);
      if (frames.type === 'gone') return { type: 'gone', code: frames.code };
      if (ending.type === 'unwanted') throw new Error('an answer was given up although its messages are there');
      const finalText = sanitise(composeLastWords(ending, place, tools.failureText));
      await progress.update({ finalText });
      // Where they take the place of an answer, they leave the way back to it.
      if (isOwnWords(ending) && isFirstAsking) messages.offer(null);
      else offer(messages, 'again', answered);
      const result = await finish(finalText);
      return result.type === 'shown' ? describe(ending) : toOutcome(result, turn.id, tools.logger);
    } finally {
      lane.leave();
      abandoning.release();
      typing.stop();
      await typing.ended();
    }
  };
}

function offer(messages: AnswerMessages, type: AnswerControls['type'], { question }: AnsweredTurn): void {
  messages.offer(question === null ? null : { type, subject: question });
}

/** A signal that follows every abort but a person's stop: that ends the answer, not its delivery. */
function exceptStops(signal: AbortSignal): { readonly signal: AbortSignal; release(): void } {
  const controller = new AbortController();
  const onAbort = () => {
    if (!isStop(signal.reason)) controller.abort(signal.reason);
  };
  if (signal.aborted) onAbort();
  signal.addEventListener('abort', onAbort, { once: true });
  return { signal: controller.signal, release: () => signal.removeEventListener('abort', onAbort) };
}

function describe(ending: Exclude<AnswerEnding, { type: 'unwanted' }>): DeliveryOutcome {
  switch (ending.type) {
    case 'complete':
      return { type: 'delivered', text: ending.text, finish: ending.finish, usage: ending.usage };
    case 'stopped':
      return { type: 'stopped', text: ending.text };
    case 'broken':
      return {
        type: 'failed',
        text: ending.text,
        code: ending.error instanceof Failure ? ending.error.code : 'internal',
      };
    default:
      return ending satisfies never;
  }
}

function toOutcome(result: Exclude<LastWordsResult, { type: 'shown' }>, turn: string, logger: Logger): DeliveryOutcome {
  if (result.type === 'gone') return { type: 'gone', code: result.code };
  const { code, message } = result.failure;
  // Nobody can be told there: that somebody who runs the bot may see to it, it is in the log.
  logger.warn({ turn, code, reason: message }, 'The platform did not take an answer; people do not see all of it.');
  return { type: 'undelivered', code };
}
