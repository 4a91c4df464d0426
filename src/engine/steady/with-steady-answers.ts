import type { AnswerEvent } from '../../answer/answer-event.ts';
import type { ChatFailureCode } from '../../answer/chat-failure.ts';
import type { Clock } from '../../lib/clock.ts';
import { Failure } from '../../lib/errors.ts';
import type { Logger } from '../../lib/logger.ts';
import type { Metrics } from '../../lib/metrics.ts';
import type { AskableModel, ChosenModel } from '../catalogue.ts';
import type { CatalogueModel } from '../catalogue-model.ts';
import { toNotice } from '../notices.ts';
import type { VisionModel } from '../vision-model.ts';
import { type Attempt, firstAttempt } from './attempt.ts';
import { createFirstWordLimit } from './first-word-limit.ts';
import { fallbackOf, type NextParts, nextAttempt } from './next-attempt.ts';

/** What a steady answer takes. */
export type SteadyParts = NextParts & {
  readonly chosen: ChosenModel;
  /** The model as it is asked: with its pictures made fit. */
  open(model: AskableModel): VisionModel;
  /** Told before each try who is asked. */
  onAsking(entry: CatalogueModel): void;
  /** From the question to the first word, all tries together. */
  readonly firstWordMs: number;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
};

/** The model that was chosen leaves this part of the time to the fallback, where there is one. */
const firstShare = 2 / 3;

/**
 * An answer that a failing model does not end at once: before its first word it is retried once, asked without the picture that was
 * refused, asked with less history, asked of the successor, at last of the fallback model; the answer says so in its first lines.
 * After the first word nothing is tried again. Whoever reads gives all of it the time of one answer.
 */
export function withSteadyAnswers(parts: SteadyParts): VisionModel {
  return {
    async *answer(request, signal) {
      let attempt = firstAttempt(parts.chosen, request);
      const startedAtMs = parts.clock.now();
      for (;;) {
        const failure = yield* tryOnce(attempt, startedAtMs, parts, signal);
        if (failure === null) return;
        const next = nextAttempt(attempt, failure, parts);
        report(attempt, failure, next, parts);
        // Of two models that both failed, the one that was chosen is spoken of.
        if (next === null) throw attempt.fellBackAfter ?? failure;
        if (next.waitMs > 0) await parts.clock.sleep(next.waitMs, signal);
        attempt = next;
      }
    },
  };
}

/** Gives the answer. Returns the failure where it has none and not a word was given. */
async function* tryOnce(
  attempt: Attempt,
  startedAtMs: number,
  parts: SteadyParts,
  signal: AbortSignal,
): AsyncGenerator<AnswerEvent, Failure | null> {
  const { entry } = attempt.model;
  const limit = createFirstWordLimit(parts.clock, patience(attempt, startedAtMs, parts), signal, () => silent(entry));
  const notices = attempt.notices.map(toNotice).join('');
  let hasBegun = false;
  /** Blanks before the first word are no word yet. */
  let blanks = '';
  try {
    parts.onAsking(entry);
    const asked = { ...attempt.request, model: entry.vendorModel };
    for await (const event of parts.open(attempt.model).answer(asked, limit.signal)) {
      const isEnd = event.type === 'answer-end';
      const isEmpty = isEnd && event.text.trim() === '';
      if (isEmpty && !hasBegun && event.finish !== 'content-filter') return empty(entry);
      if (!isEnd && !hasBegun && event.text.trim() === '') {
        blanks += event.text;
        continue;
      }
      limit.met();
      if (!hasBegun && !isEmpty && notices !== '') yield { type: 'text-delta', text: notices, isNotice: true };
      if (!hasBegun && !isEnd && blanks !== '') yield { type: 'text-delta', text: blanks };
      hasBegun = true;
      yield isEnd && !isEmpty ? { ...event, text: `${notices}${event.text}` } : event;
      if (isEnd) return null;
    }
    throw broken(entry);
  } catch (error) {
    if (hasBegun || signal.aborted) throw error;
    const failure = limit.signal.aborted ? limit.signal.reason : error;
    if (!(failure instanceof Failure)) throw failure;
    return failure;
  } finally {
    limit.close();
  }
}

/** How long this try may be silent; null where nobody else could be asked: then all of the time is its own. */
function patience(attempt: Attempt, startedAtMs: number, parts: SteadyParts): number | null {
  if (fallbackOf(attempt, parts) === null) return null;
  return Math.max(0, startedAtMs + parts.firstWordMs * firstShare - parts.clock.now());
}

function report(attempt: Attempt, failure: Failure, next: Attempt | null, { logger, metrics }: SteadyParts): void {
  if (next === null) return;
  const labels = { model: attempt.model.entry.id, reason: failure.code };
  logger.warn({ ...labels, next: next.model.entry.id }, 'A model did not answer; it is tried again, or another one.');
  if (next.fellBackAfter === attempt.fellBackAfter) metrics.count('model_retries_total', labels);
  else metrics.count('model_fallbacks_total', { ...labels, to: next.model.entry.id });
}

function silent({ id }: CatalogueModel): Failure<ChatFailureCode> {
  return new Failure('chat-stalled', `${id} said nothing for too long. Try again, or ask another model.`, {
    retryable: true,
  });
}

function empty({ id }: CatalogueModel): Failure<ChatFailureCode> {
  return new Failure('chat-empty-answer', `${id} answered without a word. Try again, or ask another model.`, {
    retryable: true,
  });
}

function broken({ id }: CatalogueModel): Failure<ChatFailureCode> {
  return new Failure('chat-broken-stream', `The answer of ${id} broke off. Try again.`, { retryable: true });
}
