import type { AiRecord } from '../api/ai-record.ts';
import type { ModelEntry } from '../api/model-entry.ts';
import type { Clock } from '../lib/clock.ts';
import type { Ids } from '../lib/ids.ts';
import type { Logger } from '../lib/logger.ts';
import type { Metrics } from '../lib/metrics.ts';
import { createAcceptQuestion } from './accept-question.ts';
import { createAnswerModel } from './answer-model.ts';
import type { AnswerOutcome, AnswerRecord } from './answer-record.ts';
import { type AnswerSource, createStoredAnswer } from './answer-source.ts';
import type { ApiCaller } from './api-caller.ts';
import { ApiFailure } from './api-failure.ts';
import type { Assets } from './assets.ts';
import { createCatalogue } from './catalogue.ts';
import type { CatalogueModel, VendorId } from './catalogue-model.ts';
import type { ConversationStore } from './conversation-store.ts';
import { type Conversations, createConversations } from './conversations.ts';
import { defaultEngineLimits, type EngineLimits } from './engine-limits.ts';
import type { FitPicture } from './fit-picture.ts';
import { createLiveAnswers, interruptedSentence } from './live-answers.ts';
import type { Question } from './question.ts';
import type { RecordStore } from './record-store.ts';
import { toAiRecord } from './to-ai-record.ts';
import type { VisionModel } from './vision-model.ts';
import type { WebSearchParts } from './web-search/with-web-search.ts';

/** The Chat with Image API without HTTP. Refusals are `ApiFailure`s; everything belongs to its caller's owner. */
export type Engine = {
  /** Accepts a question: stored when it resolves. The model works on by itself, whoever reads. */
  ask(caller: ApiCaller, question: Question): Promise<AnswerSource>;
  /** An answer from its start, finished or still coming. `NOT_FOUND` alike for an unknown record and somebody else's. */
  answer(caller: ApiCaller, recordId: string): Promise<AnswerSource>;
  /** Stops the model; what came so far is kept as the answer. Nothing happens to a finished one; `NOT_FOUND` as above. */
  stop(caller: ApiCaller, recordId: string): Promise<void>;
  /** Null alike for an unknown record and somebody else's. */
  result(caller: ApiCaller, recordId: string): Promise<AiRecord | null>;
  toAiRecord(record: AnswerRecord): AiRecord;
  models(feature: string | null): ModelEntry[];
  readonly conversations: Conversations;
  /** To be called once before the first question: answers that a crash cut off are failed, so that nobody waits for them. */
  recover(): Promise<void>;
  /** Forgets records, and conversations nobody asked in, when they are older than the limit. */
  sweep(): Promise<void>;
  /** Takes no more questions and waits for the answers being written; interrupts them as soon as the signal aborts. */
  close(signal: AbortSignal): Promise<void>;
};

/** Everything the engine stands on. */
export type EngineParts = {
  readonly records: RecordStore;
  readonly conversations: ConversationStore;
  readonly assets: Assets;
  /** `catalogueModels`, or what `parseCatalogueFile` made of it. */
  readonly catalogue: readonly CatalogueModel[];
  /** One for each vendor that is set up. */
  readonly models: ReadonlyMap<VendorId, VisionModel>;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly limits?: Partial<EngineLimits>;
  /** What is done with a model that its vendor has retired; `successor` unless it is said. */
  readonly retiredModels?: 'successor' | 'refuse';
  /** Asked once where another model does not answer; nobody unless it is said. */
  readonly fallbackModel?: string | null;
  /** Makes pictures fit for vendors; without it they go as they were uploaded. */
  readonly fitPicture?: FitPicture;
  /** Looks things up on the web; null leaves that to the vendors. */
  readonly webSearch?: WebSearchParts | null;
};

/** The engine over its parts. Nothing runs before the first question. */
export function createEngine(parts: EngineParts): Engine {
  const { records, clock, logger } = parts;
  const limits: EngineLimits = { ...defaultEngineLimits, ...parts.limits };
  const catalogue = createCatalogue({
    models: parts.catalogue,
    visions: parts.models,
    clock,
    retiredModels: parts.retiredModels ?? 'successor',
  });
  const openAnswerModel = createAnswerModel({
    catalogue,
    fitPicture: parts.fitPicture ?? null,
    webSearch: parts.webSearch ?? null,
    fallbackModel: parts.fallbackModel ?? null,
    firstWordMs: limits.firstWordMs,
    ids: parts.ids,
    clock,
    logger,
    metrics: parts.metrics,
  });
  const live = createLiveAnswers({ records, clock, limits, logger, metrics: parts.metrics, openAnswerModel });
  const conversations = createConversations({ ...parts, catalogue, live });
  const acceptQuestion = createAcceptQuestion({ ...parts, catalogue, conversations });

  const toRecord = (record: AnswerRecord): AiRecord =>
    toAiRecord(record, catalogue.find(record.outcome?.answering?.model ?? record.model));

  const answer = async ({ ownerId }: ApiCaller, recordId: string): Promise<AnswerSource> => {
    const growing = live.find(ownerId, recordId);
    if (growing !== null) return growing;
    const record = await records.find(ownerId, recordId);
    if (record === null)
      throw new ApiFailure('NOT_FOUND', 'There is no such answer of yours, or it is no longer kept.');
    return createStoredAnswer({ ...record, outcome: record.outcome ?? interrupted(clock.now()) });
  };

  return {
    ask: ({ ownerId }, question) => live.begin(() => acceptQuestion(ownerId, question)),
    answer,
    async stop(caller, recordId) {
      await answer(caller, recordId);
      await live.stop(caller.ownerId, recordId);
    },
    async result({ ownerId }, recordId) {
      const record = await records.find(ownerId, recordId);
      return record === null ? null : toRecord(record);
    },
    toAiRecord: toRecord,
    models: (feature) => catalogue.list(feature),
    conversations,
    async recover() {
      const cutOff = await records.finishAll(interrupted(clock.now()));
      if (cutOff > 0) logger.warn({ answers: cutOff }, 'Answers that the last stop cut off were marked as failed.');
    },
    async sweep() {
      const keptSinceMs = clock.now() - limits.keepMs;
      const answers = await records.removeBefore(keptSinceMs);
      const forgotten = await parts.conversations.removeUnusedSince(keptSinceMs);
      if (answers + forgotten > 0)
        logger.info({ answers, conversations: forgotten }, 'What had expired was forgotten.');
    },
    close: (signal) => live.close(signal),
  };
}

function interrupted(finishedAtMs: number): AnswerOutcome {
  return {
    type: 'failed',
    text: '',
    answering: null,
    code: 'INTERRUPTED',
    sentence: interruptedSentence,
    retryAfterMs: null,
    finishedAtMs,
  };
}
