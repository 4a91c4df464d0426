import { z } from 'zod';
import type { ImageQuestion } from '../../src/answer/image-chat.ts';
import type { chatRequestSchema } from '../../src/api/chat-request.ts';
import { chatWithImage, unifyChatWithAi } from '../../src/api/feature-type.ts';
import type { FeatureRequestBody } from './wire.ts';

/** The ways to ask: `unified` as the hosted service wants it today, `features` as the page "Chat with Image Models" has it. */
export const dialectSchema = z.enum(['unified', 'features']);

export type Dialect = z.infer<typeof dialectSchema>;

/** What the operator may say: a dialect, or to find out which one the server understands. */
export type DialectChoice = Dialect | 'auto';

/** What differs between the dialects. */
export type DialectForm = {
  /** Where questions are posted, so that the answer streams. */
  readonly path: string;
  /** What conversations are created for, and what the catalogue is asked for. */
  readonly feature: typeof chatWithImage | typeof unifyChatWithAi;
  /** `conversationId` null: a question on its own. */
  toBody(question: ImageQuestion, conversationId: string | null): object;
};

/** Earlier messages that a question brings along; the hosted service's own default (docs.1min.ai, "Chat with AI API"). */
const historyMessageLimit = 10;

/** The dialects. A body has the members of its own dialect alone: the hosted service ignores the other's pictures without a word. */
export const dialectForms: Readonly<Record<Dialect, DialectForm>> = {
  unified: { path: '/api/chat-with-ai?isStreaming=true', feature: unifyChatWithAi, toBody: toUnifiedBody },
  features: { path: '/api/features', feature: chatWithImage, toBody: toFeatureBody },
};

/** The dialect that is not this one. */
export function otherDialect(dialect: Dialect): Dialect {
  return dialect === 'unified' ? 'features' : 'unified';
}

function toUnifiedBody(question: ImageQuestion, conversationId: string | null): object {
  const { model, prompt, imageKeys, isMixed, webSearch } = question;
  const historySettings = { isMixed, historyMessageLimit };
  const settings = {
    ...(webSearch === null ? {} : { webSearchSettings: { webSearch: true, ...webSearch } }),
    ...(conversationId === null ? {} : { historySettings }),
  };
  return {
    type: unifyChatWithAi,
    model,
    promptObject: {
      prompt,
      ...(conversationId === null ? {} : { conversationId }),
      settings,
      attachments: { images: [...imageKeys] },
    },
  } satisfies z.input<typeof chatRequestSchema>;
}

function toFeatureBody(question: ImageQuestion, conversationId: string | null): object {
  const { model, prompt, imageKeys, isMixed, webSearch } = question;
  return {
    type: chatWithImage,
    model,
    conversationId,
    promptObject: {
      prompt,
      imageList: [...imageKeys],
      isMixed,
      webSearch: webSearch !== null,
      ...webSearch,
    },
  } satisfies FeatureRequestBody;
}
