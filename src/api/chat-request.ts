import { z } from 'zod';
import { webSearchBounds } from './feature-request.ts';
import { chatWithImage, unifyChatWithAi } from './feature-type.ts';
import { isMixedWords, modelWords, searchWords } from './field-words.ts';
import {
  conversationId,
  featureType,
  flag,
  imageKeys,
  optionalObject,
  prompt,
  requiredObject,
  requiredText,
  wholeNumber,
} from './request-fields.ts';

/** As on the page, but for the words: this dialect reads 1,000 of each site unless told otherwise (docs.1min.ai, "Chat with AI API"). */
export const chatSearchBounds = {
  ...webSearchBounds,
  maxWord: { ...webSearchBounds.maxWord, fallback: 1_000 },
} as const;

/** How many earlier messages a question may bring along: "Maximum number of history messages to include as context" (docs.1min.ai, "Chat with AI API"). */
export const historyBounds = { min: 0, max: 50, fallback: 10 } as const;

const settings = 'promptObject.settings';
const stray = (name: string) =>
  z
    .never({ error: `${name} is not read here: send the asset keys in promptObject.attachments.images.` })
    .nullish()
    .meta({
      deprecated: true,
      description: 'Refused unless it is null: pictures go into `promptObject.attachments.images`.',
    });

/** The body of `POST /api/chat-with-ai` (docs.1min.ai, "Chat with AI API"). Unknown keys are ignored, misplaced pictures are not. */
export const chatRequestSchema = z.object(
  {
    type: z
      .preprocess((type) => type ?? unifyChatWithAi, featureType([unifyChatWithAi, chatWithImage]))
      .prefault(unifyChatWithAi),
    model: requiredText('model', 'send the id of a model that GET /models lists').describe(modelWords),
    imageList: stray('imageList'),
    /** Older clients send it here; `promptObject.conversationId` wins. */
    conversationId: conversationId('conversationId')
      .optional()
      .describe('Read where `promptObject.conversationId` is not sent.'),
    promptObject: requiredObject('promptObject', {
      prompt: prompt('promptObject.prompt'),
      imageList: stray('promptObject.imageList'),
      conversationId: conversationId('promptObject.conversationId').optional(),
      settings: optionalObject(settings, {
        webSearchSettings: optionalObject(`${settings}.webSearchSettings`, {
          webSearch: flag(`${settings}.webSearchSettings.webSearch`).describe(searchWords.webSearch),
          numOfSite: wholeNumber(`${settings}.webSearchSettings.numOfSite`, chatSearchBounds.numOfSite).describe(
            searchWords.numOfSite,
          ),
          maxWord: wholeNumber(`${settings}.webSearchSettings.maxWord`, chatSearchBounds.maxWord).describe(
            searchWords.maxWord,
          ),
        }),
        historySettings: optionalObject(`${settings}.historySettings`, {
          isMixed: flag(`${settings}.historySettings.isMixed`).describe(isMixedWords),
          historyMessageLimit: wholeNumber(`${settings}.historySettings.historyMessageLimit`, historyBounds).describe(
            'So many earlier messages at the most. A question and its answer are two; only whole pairs are brought along.',
          ),
        }),
      }),
      attachments: optionalObject('promptObject.attachments', {
        images: imageKeys('promptObject.attachments.images')
          .nullish()
          .describe('Keys from `POST /api/assets`. May be left out where the conversation has pictures already.'),
        files: z
          .array(z.unknown(), { error: 'promptObject.attachments.files must be an empty list or left out.' })
          .max(0, {
            error:
              'promptObject.attachments.files is not supported: this API answers about pictures. Send them in promptObject.attachments.images.',
          })
          .nullish()
          .describe('Must be empty: this API answers about pictures.'),
      }),
    }),
  },
  { error: 'The body must be a JSON object.' },
);
