import type { FinishReason } from '../answer/answer-event.ts';
import type { AiRecord } from '../api/ai-record.ts';
import { chatSearchBounds } from '../api/chat-request.ts';
import { webSearchBounds } from '../api/feature-request.ts';
import { chatWithImage } from '../api/feature-type.ts';
import { type AnswerOutcome, type AnswerRecord, recordStatus } from './answer-record.ts';
import { vendors } from './catalogue-data.ts';
import type { CatalogueModel } from './catalogue-model.ts';

/** A record as the API sends it; `model` is the one that answered, null when the catalogue no longer has it. */
export function toAiRecord(record: AnswerRecord, model: CatalogueModel | null): AiRecord {
  const { outcome } = record;
  const failed = outcome?.type === 'failed' ? outcome : null;
  const answeredBy = outcome?.answering?.model ?? record.model;
  return {
    uuid: record.uuid,
    userId: record.ownerId,
    teamId: record.ownerId,
    model: record.model,
    type: record.type,
    metadata: outcome === null ? null : toMetadata(record, outcome, model),
    rating: null,
    feedback: null,
    conversationId: record.conversationId,
    status: recordStatus(record),
    createdAt: new Date(record.createdAtMs).toISOString(),
    aiRecordDetail: {
      promptObject: toPromptObject(record),
      resultObject: outcome === null || outcome.text === '' ? [] : [outcome.text],
      errorCode: failed?.code ?? null,
      errorMessage: failed?.sentence ?? null,
    },
    modelDetail: {
      name: answeredBy,
      provider: model === null ? 'UNKNOWN' : vendors[model.vendor].name.toUpperCase(),
    },
  };
}

const finishWords = {
  stop: 'stop',
  length: 'length',
  stopped: 'stopped',
  'content-filter': 'content_filter',
} as const satisfies Record<FinishReason, string>;

function toMetadata(record: AnswerRecord, outcome: AnswerOutcome, model: CatalogueModel | null): AiRecord['metadata'] {
  const usage = outcome.type === 'answered' ? outcome.usage : null;
  const input = usage?.inputTokens ?? null;
  const output = usage?.outputTokens ?? null;
  const price = model?.price ?? null;
  const areKnown = input !== null && output !== null;
  return {
    credit: usage?.credits ?? null,
    inputCredit: null,
    outputCredit: null,
    inputToken: input,
    outputToken: output,
    promptToken: null,
    estimatedInputToken: outcome.answering?.estimatedInputTokens ?? null,
    totalToken: areKnown ? input + output : null,
    finishReason: outcome.type === 'answered' ? finishWords[outcome.finish] : 'error',
    executionTime: Math.max(0, outcome.finishedAtMs - record.createdAtMs) / 1_000,
    costUsd: areKnown && price !== null ? (input * price.input + output * price.output) / price.perTokens : null,
  };
}

/** The question in the dialect it was asked in, with the two lists that the hosted service adds. */
function toPromptObject(record: AnswerRecord): Record<string, unknown> {
  const { prompt, imageKeys, isMixed } = record;
  const bounds = record.type === chatWithImage ? webSearchBounds : chatSearchBounds;
  const { numOfSite, maxWord } = record.webSearch ?? {
    numOfSite: bounds.numOfSite.fallback,
    maxWord: bounds.maxWord.fallback,
  };
  const search = { webSearch: record.webSearch !== null, numOfSite, maxWord };
  const lists = { linkContentList: [], searchContentList: [] };
  if (record.type === chatWithImage) return { prompt, imageList: imageKeys, isMixed, ...search, ...lists };
  return {
    prompt,
    settings: { webSearchSettings: search, historySettings: { isMixed } },
    attachments: { images: imageKeys, files: [] },
    ...lists,
  };
}
