import type { Clock } from '../lib/clock.ts';
import { errorMessage } from '../lib/errors.ts';
import type { Logger } from '../lib/logger.ts';
import type { Answering, AnswerOutcome, AnswerRecord } from './answer-record.ts';
import type { GrowingAnswer } from './answer-source.ts';
import type { ApiFailure } from './api-failure.ts';
import type { ChosenModel } from './catalogue.ts';
import type { CatalogueModel } from './catalogue-model.ts';
import { toApiFailure } from './to-api-failure.ts';

/** Why an answer ended that somebody stopped. */
export class StoppedByAsker extends Error {}

/** An answer that did not come to its own end. */
export type CutOff = {
  readonly record: AnswerRecord;
  readonly chosen: ChosenModel;
  readonly answering: Answering | null;
  readonly answer: GrowingAnswer;
};

/** How an answer ended that broke with `error`: stopped, or failed; what came before is kept. What nobody foresaw is for the log alone. */
export function toOutcome(
  error: unknown,
  cutOff: CutOff,
  { clock, logger }: { clock: Clock; logger: Logger },
): AnswerOutcome {
  const { record, chosen, answering, answer } = cutOff;
  const soFar = { text: answer.text.text(), answering, finishedAtMs: clock.now() };
  const model = answering?.model ?? record.model;
  if (error instanceof StoppedByAsker) {
    const usage = { inputTokens: null, outputTokens: null, credits: null };
    return { type: 'answered', ...soFar, finish: 'stopped', usage };
  }
  const failure = toApiFailure(error);
  if (failure === null) {
    logger.error({ record: record.uuid, model, reason: errorMessage(error) }, 'A model broke unexpectedly.');
    return { ...unforeseen(record.uuid), ...soFar };
  }
  logger.warn({ record: record.uuid, model, code: failure.code }, 'A model did not answer.');
  return {
    type: 'failed',
    ...soFar,
    code: failure.code,
    sentence: goneSentence(failure, chosen.entry, model) ?? failure.message,
    retryAfterMs: failure.retryAfterMs ?? null,
  };
}

/** What is told of what nobody foresaw. */
export function unforeseen(uuid: string) {
  return {
    type: 'failed',
    code: 'INTERNAL_ERROR',
    sentence: `Something went wrong on this server. Try again; its log says more about ${uuid}.`,
    retryAfterMs: null,
  } as const;
}

/** Names the successor that nobody was allowed or able to ask; null for any other failure. */
function goneSentence({ code }: ApiFailure, { id, successor }: CatalogueModel, asked: string): string | null {
  return code === 'UNSUPPORTED_MODEL' && successor !== null && asked === id
    ? `${id} is no longer offered by its vendor. Ask ${successor} instead.`
    : null;
}
