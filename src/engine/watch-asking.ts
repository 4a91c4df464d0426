import type { Metrics } from '../lib/metrics.ts';
import type { AskWatcher } from './answer-model.ts';
import type { Answering, AnswerOutcome } from './answer-record.ts';

/** Remembers who is asked for one answer: of several, the last. */
export type AskingWatch = AskWatcher & { answering(): Answering | null };

/** Nobody was asked yet. */
export function watchAsking(): AskingWatch {
  let answering: Answering | null = null;
  return {
    answering: () => answering,
    onAsking(entry) {
      answering = { model: entry.id, estimatedInputTokens: null };
    },
    onEstimated(estimatedInputTokens) {
      if (answering !== null) answering = { ...answering, estimatedInputTokens };
    },
  };
}

/** Counts what an answer took, where its vendor said so. */
export function countTokens(outcome: AnswerOutcome, metrics: Metrics): void {
  if (outcome.type !== 'answered' || outcome.answering === null) return;
  const { model } = outcome.answering;
  const { inputTokens, outputTokens } = outcome.usage;
  if (inputTokens !== null) metrics.count('model_tokens_total', { model, direction: 'input' }, inputTokens);
  if (outputTokens !== null) metrics.count('model_tokens_total', { model, direction: 'output' }, outputTokens);
}
