import { z } from 'zod';
import { webSearchBounds } from './feature-request.ts';
import { chatWithImage, unifyChatWithAi } from './feature-type.ts';
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

/** How many earlier exchanges a question may bring along. */
const historyBounds = { min: 0, max: 50, fallback: 10 } as const;

const settings = 'promptObject.settings';
const stray = (name: string) =>
  z.never({ error: `${name} is not read here: send the asset keys in promptObject.attachments.images.` }).nullish();

/** The body of `POST /api/chat-with-ai` (docs.1min.ai, "Chat with AI API"). Unknown keys are ignored, misplaced pictures are not. */
export const chatRequestSchema = z.object(
  {
    type: z.preprocess((type) => type ?? unifyChatWithAi, featureType([unifyChatWithAi, chatWithImage])),
    model: requiredText('model', 'send the id of a model that GET /models lists'),
    imageList: stray('imageList'),
    /** Older clients send it here; `promptObject.conversationId` wins. */
    conversationId: conversationId('conversationId').optional(),
    promptObject: requiredObject('promptObject', {
      prompt: prompt('promptObject.prompt'),
      imageList: stray('promptObject.imageList'),
      conversationId: conversationId('promptObject.conversationId').optional(),
      settings: optionalObject(settings, {
        webSearchSettings: optionalObject(`${settings}.webSearchSettings`, {
          webSearch: flag(`${settings}.webSearchSettings.webSearch`),
          numOfSite: wholeNumber(`${settings}.webSearchSettings.numOfSite`, chatSearchBounds.numOfSite),
          maxWord: wholeNumber(`${settings}.webSearchSettings.maxWord`, chatSearchBounds.maxWord),
        }),
        historySettings: optionalObject(`${settings}.historySettings`, {
          isMixed: flag(`${settings}.historySettings.isMixed`),
          historyMessageLimit: wholeNumber(`${settings}.historySettings.historyMessageLimit`, historyBounds),
        }),
      }),
      attachments: optionalObject('promptObject.attachments', {
        images: imageKeys('promptObject.attachments.images').nullish(),
        files: z
          .array(z.unknown(), { error: 'promptObject.attachments.files must be an empty list or left out.' })
          .max(0, {
            error:
              'promptObject.attachments.files is not supported: this API answers about pictures. Send them in promptObject.attachments.images.',
          })
          .nullish(),
      }),
    }),
  },
  { error: 'The body must be a JSON object.' },
);
