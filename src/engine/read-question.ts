import { chatRequestSchema, historyBounds } from '../api/chat-request.ts';
import { featureRequestSchema } from '../api/feature-request.ts';
import { featureTypes } from '../api/feature-type.ts';
import { parseBody } from './parse-body.ts';
import type { Question } from './question.ts';

/** Exchanges that the page's form brings along; the other one says it itself, in messages. */
const pageHistoryLimit = 10;
const messagesPerExchange = 2;

/** The question in the body of `POST /api/features`. Throws an `ApiFailure` naming what is wrong. */
export function readFeatureQuestion(body: unknown): Question {
  const { type, model, conversationId, promptObject } = parseBody(
    featureRequestSchema,
    body,
    'MISSING_REQUIRED_FIELDS',
  );
  const { prompt, imageList, isMixed, webSearch, numOfSite, maxWord } = promptObject;
  return {
    type,
    model,
    ...toHistory(conversationId),
    prompt,
    imageKeys: imageList,
    imagesField: 'promptObject.imageList',
    imagesOptional: false,
    isMixed,
    webSearch: webSearch ? { numOfSite, maxWord } : null,
    historyLimit: pageHistoryLimit,
  };
}

/** The question in the body of `POST /api/chat-with-ai`. Throws an `ApiFailure` naming what is wrong. */
export function readChatQuestion(body: unknown): Question {
  const request = parseBody(chatRequestSchema, body, 'MISSING_REQUIRED_FIELDS');
  const { prompt, settings, attachments, conversationId } = request.promptObject;
  const search = settings?.webSearchSettings;
  const history = settings?.historySettings;
  return {
    type: request.type,
    model: request.model,
    ...toHistory(conversationId ?? request.conversationId ?? null),
    prompt,
    imageKeys: attachments?.images ?? [],
    imagesField: 'promptObject.attachments.images',
    imagesOptional: true,
    isMixed: history?.isMixed ?? false,
    webSearch: search?.webSearch ? { numOfSite: search.numOfSite, maxWord: search.maxWord } : null,
    historyLimit: Math.floor((history?.historyMessageLimit ?? historyBounds.fallback) / messagesPerExchange),
  };
}

/** The name of a feature as conversationId is the hosted service's way of saying: no history. */
function toHistory(conversationId: string | null): Pick<Question, 'conversationId' | 'keepsHistory'> {
  const features: readonly string[] = featureTypes;
  return { conversationId, keepsHistory: conversationId !== null && !features.includes(conversationId) };
}
