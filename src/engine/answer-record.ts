import type { AnswerUsage, FinishReason } from '../answer/answer-event.ts';
import type { FeatureType } from '../api/feature-type.ts';
import type { ApiErrorCode } from './api-failure.ts';

/** The model that was asked last for an answer, by its id, and what its question was estimated to have in tokens; null: not estimated. */
export type Answering = { readonly model: string; readonly estimatedInputTokens: number | null };

/** How an answer ended. A failed one keeps the text that came before. `answering`: null where nobody was asked, or it was not noted. */
export type AnswerOutcome =
  | {
      readonly type: 'answered';
      readonly text: string;
      readonly finish: FinishReason;
      readonly usage: AnswerUsage;
      readonly answering: Answering | null;
      readonly finishedAtMs: number;
    }
  | {
      readonly type: 'failed';
      readonly text: string;
      readonly code: ApiErrorCode;
      readonly sentence: string;
      /** The vendor's or our own wish before the next try; null where there is none. */
      readonly retryAfterMs: number | null;
      readonly answering: Answering | null;
      readonly finishedAtMs: number;
    };

/** A question and, once it is there, its answer. Plain data, stored as it is. */
export type AnswerRecord = {
  readonly uuid: string;
  readonly ownerId: string;
  readonly type: FeatureType;
  readonly model: string;
  /** As the caller sent it. */
  readonly conversationId: string | null;
  /** False when the question stands alone: it is never part of a history then. */
  readonly keepsHistory: boolean;
  readonly prompt: string;
  readonly imageKeys: readonly string[];
  readonly isMixed: boolean;
  readonly webSearch: { readonly numOfSite: number; readonly maxWord: number } | null;
  readonly createdAtMs: number;
  /** Null while the model works. */
  readonly outcome: AnswerOutcome | null;
};

/** The word the API has for where a record stands. */
export function recordStatus(record: AnswerRecord): 'PROCESSING' | 'SUCCESS' | 'FAILED' {
  if (record.outcome === null) return 'PROCESSING';
  return record.outcome.type === 'answered' ? 'SUCCESS' : 'FAILED';
}
