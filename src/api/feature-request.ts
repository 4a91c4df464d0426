import { z } from 'zod';
import { chatWithImage, unifyChatWithAi } from './feature-type.ts';
import { isMixedWords, modelWords, searchWords } from './field-words.ts';
import {
  conversationId,
  featureType,
  flag,
  imageKeys,
  prompt,
  requiredObject,
  requiredText,
  wholeNumber,
} from './request-fields.ts';

/** How many sites a web search may read, and how many words of each (docs.1min.ai, page "Chat with Image Models"). */
export const webSearchBounds = {
  numOfSite: { min: 1, max: 10, fallback: 3 },
  maxWord: { min: 50, max: 5_000, fallback: 500 },
} as const;

const images = 'promptObject.imageList';
const uploadFirst = 'upload a picture with POST /api/assets and send its key';

/** The body of `POST /api/features` as the page describes it. Unknown keys are ignored. */
export const featureRequestSchema = z.object(
  {
    type: featureType([chatWithImage], { [unifyChatWithAi]: 'POST /api/chat-with-ai' }),
    model: requiredText('model', 'send the id of a model that GET /models lists').describe(modelWords),
    conversationId: conversationId('conversationId'),
    promptObject: requiredObject('promptObject', {
      prompt: prompt('promptObject.prompt'),
      imageList: z
        .preprocess(
          (value) => value ?? [],
          imageKeys(images).refine((keys) => keys.length > 0, {
            error: `${images} holds no picture: ${uploadFirst}.`,
            params: { code: 'MISSING_IMAGES' },
          }),
        )
        .meta({
          description: 'Keys from `POST /api/assets`, in the order in which the question counts them.',
          minItems: 1,
        }),
      isMixed: flag('promptObject.isMixed').describe(isMixedWords),
      webSearch: flag('promptObject.webSearch').describe(searchWords.webSearch),
      numOfSite: wholeNumber('promptObject.numOfSite', webSearchBounds.numOfSite).describe(searchWords.numOfSite),
      maxWord: wholeNumber('promptObject.maxWord', webSearchBounds.maxWord).describe(searchWords.maxWord),
    }),
  },
  { error: 'The body must be a JSON object.' },
);
