import type { Clock } from '../lib/clock.ts';
import type { Ids } from '../lib/ids.ts';
import type { AnswerRecord } from './answer-record.ts';
import { ApiFailure } from './api-failure.ts';
import { assembleHistory } from './assemble-history.ts';
import type { Assets } from './assets.ts';
import type { Catalogue, ChosenModel } from './catalogue.ts';
import type { Conversations } from './conversations.ts';
import type { Accepted } from './live-answers.ts';
import type { Question } from './question.ts';
import type { RecordStore } from './record-store.ts';
import { findPictures } from './request-pictures.ts';
import type { PastTurn, RequestPicture } from './vision-model.ts';

type AcceptParts = {
  readonly records: RecordStore;
  readonly conversations: Conversations;
  readonly assets: Assets;
  readonly catalogue: Catalogue;
  readonly clock: Clock;
  readonly ids: Ids;
};

/** Checks whether a question can be answered, and stores its record. Throws an `ApiFailure`, and has stored nothing then. */
export type AcceptQuestion = (ownerId: string, question: Question) => Promise<Accepted>;

/** Nothing of a question is stored before all of it was found right. */
export function createAcceptQuestion(parts: AcceptParts): AcceptQuestion {
  const { records, conversations, assets, catalogue, clock, ids } = parts;

  async function loadHistory(ownerId: string, question: Question, { asked, entry }: ChosenModel): Promise<PastTurn[]> {
    const { conversationId, keepsHistory, historyLimit, imageKeys } = question;
    if (conversationId === null || !keepsHistory) return [];
    if (!question.isMixed) await refuseMixing(ownerId, conversationId, asked.id);
    if (historyLimit === 0) return [];
    const earlier = await records.inConversation(ownerId, conversationId, 'answered', historyLimit);
    return assembleHistory(earlier, { assets, model: entry, imageKeys });
  }

  async function refuseMixing(ownerId: string, conversationId: string, model: string): Promise<void> {
    const other = await records.otherModel(ownerId, conversationId, model);
    if (other === null) return;
    throw new ApiFailure(
      'MODEL_NOT_MIXED',
      `This conversation is with ${other}. Send isMixed: true to let ${model} join it, or a new conversationId to start another.`,
      { field: 'model' },
    );
  }

  return async function acceptQuestion(ownerId, question) {
    const chosen = catalogue.choose(question.model);
    const pictures = findPictures(assets, ownerId, question, chosen.entry);
    const history = await loadHistory(ownerId, question, chosen);
    requirePicture(question, pictures, history);
    const { prompt, webSearch } = question;
    const record = toRecord(ownerId, question, ids.uuid(), clock.now());
    if (question.keepsHistory) await conversations.use(record);
    await records.insert(record);
    return {
      record,
      chosen,
      request: { model: chosen.entry.vendorModel, prompt, pictures, history, webSearch, sources: [] },
    };
  };
}

/** A model must never answer about a picture it did not get. */
function requirePicture(question: Question, pictures: readonly RequestPicture[], history: readonly PastTurn[]): void {
  if (pictures.length > 0 || history.some((turn) => turn.pictures.length > 0)) return;
  const field = question.imagesField;
  throw new ApiFailure(
    'MISSING_IMAGES',
    `${field} holds no picture, and this conversation has none that is still kept. Upload one with POST /api/assets and send its key.`,
    { field },
  );
}

function toRecord(ownerId: string, question: Question, uuid: string, createdAtMs: number): AnswerRecord {
  const { type, model, conversationId, keepsHistory, prompt, imageKeys, isMixed, webSearch } = question;
  return {
    uuid,
    ownerId,
    type,
    model,
    conversationId,
    keepsHistory,
    prompt,
    imageKeys,
    isMixed,
    webSearch,
    createdAtMs,
    outcome: null,
  };
}
