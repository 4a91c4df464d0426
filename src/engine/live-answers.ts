import type { Clock } from '../lib/clock.ts';
import { errorMessage } from '../lib/errors.ts';
import type { Logger } from '../lib/logger.ts';
import type { Metrics } from '../lib/metrics.ts';
import type { OpenAnswerModel } from './answer-model.ts';
import type { AnswerOutcome, AnswerRecord } from './answer-record.ts';
import { type AnswerSource, createGrowingAnswer, type GrowingAnswer } from './answer-source.ts';
import { ApiFailure } from './api-failure.ts';
import type { ChosenModel } from './catalogue.ts';
import type { EngineLimits } from './engine-limits.ts';
import type { RecordStore } from './record-store.ts';
import { StoppedByAsker, toOutcome, unforeseen } from './to-outcome.ts';
import type { VisionRequest } from './vision-model.ts';
import { createWakePace } from './wake-pace.ts';
import { countTokens, watchAsking } from './watch-asking.ts';
import { writeAnswer } from './write-answer.ts';

/** An accepted question: its stored record, and what its model is asked. */
export type Accepted = {
  readonly record: AnswerRecord;
  readonly chosen: ChosenModel;
  readonly request: VisionRequest;
};

/** The answers that are being written. Each goes on by itself, whoever reads, and ends in the store. */
export type LiveAnswers = {
  /**
   * Takes a place for one more answer, has `accept` store its record, and starts the model. Throws `OVERLOADED` when all
   * places are taken or the engine is closing, and whatever `accept` throws.
   */
  begin(accept: () => Promise<Accepted>): Promise<AnswerSource>;
  /** The answer while it comes; null alike for a finished, an unknown and somebody else's. */
  find(ownerId: string, uuid: string): AnswerSource | null;
  /** Stops the model; what came so far is the answer. Resolves when that is stored; at once when there is nothing to stop. */
  stop(ownerId: string, uuid: string): Promise<void>;
  stopConversation(ownerId: string, conversationId: string): Promise<void>;
  /** Takes no more questions, waits for the answers, and interrupts them as soon as the signal aborts. */
  close(signal: AbortSignal): Promise<void>;
};

type LiveParts = {
  records: RecordStore;
  clock: Clock;
  limits: EngineLimits;
  logger: Logger;
  metrics: Metrics;
  openAnswerModel: OpenAnswerModel;
};

type Live = {
  readonly record: AnswerRecord;
  readonly answer: GrowingAnswer;
  readonly abort: AbortController;
  ended: Promise<void>;
};

const retryAfterOverloadMs = 5_000;

/** The sentence of an answer that the end of the process cut off. */
export const interruptedSentence = 'The server stopped while this answer was being written. Ask again.';

/** Nothing is being written yet. */
export function createLiveAnswers({
  records,
  clock,
  limits,
  logger,
  metrics,
  openAnswerModel,
}: LiveParts): LiveAnswers {
  const live = new Map<string, Live>();
  const pace = createWakePace(clock, () => live.size);
  /** Acceptances and answers under way, for whoever closes. */
  const underWay = new Set<Promise<unknown>>();
  let takenPlaces = 0;
  let closing: AbortSignal | null = null;

  const takePlace = () => {
    if (closing !== null || takenPlaces >= limits.maxLiveAnswers)
      throw new ApiFailure(
        'OVERLOADED',
        'Too many answers are being written at the moment. Try again in a few seconds.',
        {
          retryAfterMs: retryAfterOverloadMs,
        },
      );
    takenPlaces += 1;
  };

  const store = async (record: AnswerRecord, outcome: AnswerOutcome): Promise<AnswerOutcome> => {
    try {
      await records.finish(record.uuid, outcome);
      return outcome;
    } catch (error) {
      logger.error({ record: record.uuid, reason: errorMessage(error) }, 'An answer could not be stored.');
      const { text, answering } = outcome;
      return { ...unforeseen(record.uuid), text, answering, finishedAtMs: clock.now() };
    }
  };

  const write = async ({ record, chosen, request }: Accepted, current: Live): Promise<void> => {
    const asked = watchAsking();
    const vision = openAnswerModel(chosen, asked);
    const outcome = await writeAnswer(
      { vision, request, answer: current.answer, limits, clock },
      current.abort.signal,
    ).then(
      (ending): AnswerOutcome => ({
        type: 'answered',
        ...ending,
        answering: asked.answering(),
        finishedAtMs: clock.now(),
      }),
      (error: unknown) =>
        toOutcome(error, { record, chosen, answering: asked.answering(), answer: current.answer }, { clock, logger }),
    );
    countTokens(outcome, metrics);
    const stored = await store(record, outcome);
    live.delete(record.uuid);
    takenPlaces -= 1;
    current.answer.finish({ ...record, outcome: stored });
    metrics.count('answers_total', { platform: 'api', outcome: stored.type });
  };

  const stopAll = async (isMeant: (current: Live) => boolean) => {
    const meant = [...live.values()].filter(isMeant);
    for (const { abort } of meant) abort.abort(new StoppedByAsker('The asker stopped this answer.'));
    await Promise.all(meant.map(({ ended }) => ended));
  };

  const track = <Value>(work: Promise<Value>): Promise<Value> => {
    const tracked = work.finally(() => underWay.delete(tracked));
    underWay.add(tracked);
    return tracked;
  };

  const interrupt = () => {
    for (const { abort } of live.values()) abort.abort(new ApiFailure('INTERRUPTED', interruptedSentence));
  };

  const start = (accepted: Accepted): AnswerSource => {
    const { record } = accepted;
    const answer = createGrowingAnswer(record.uuid, limits.maxAnswerBytes, pace);
    const current: Live = { record, answer, abort: new AbortController(), ended: Promise.resolve() };
    live.set(record.uuid, current);
    current.ended = track(write(accepted, current));
    if (closing?.aborted) interrupt();
    return answer;
  };

  return {
    async begin(accept) {
      takePlace();
      const accepting = accept().then(start, (error: unknown) => {
        takenPlaces -= 1;
        throw error;
      });
      return track(accepting);
    },
    find(ownerId, uuid) {
      const found = live.get(uuid);
      return found === undefined || found.record.ownerId !== ownerId ? null : found.answer;
    },
    stop: (ownerId, uuid) => stopAll(({ record }) => record.uuid === uuid && record.ownerId === ownerId),
    stopConversation: (ownerId, conversationId) =>
      stopAll(
        ({ record }) => record.keepsHistory && record.conversationId === conversationId && record.ownerId === ownerId,
      ),
    async close(signal) {
      closing = signal;
      if (signal.aborted) interrupt();
      signal.addEventListener('abort', interrupt, { once: true });
      // A question that is just being accepted becomes an answer: look again until there is nothing left.
      while (underWay.size > 0) await Promise.allSettled(underWay);
      signal.removeEventListener('abort', interrupt);
      await pace.close();
    },
  };
}
