import { z } from 'zod';
import { conversationTypes } from './feature-type.ts';
import { modelWords } from './field-words.ts';
import { isLongerThan, quoteValue, requiredText } from './request-fields.ts';

/** Longest title, in characters (docs.1min.ai, "Conversation API"). */
export const maxTitleCharacters = 91;

/** The body of `POST /api/conversations`. Unknown keys are ignored. */
export const conversationRequestSchema = z.object(
  {
    type: z.enum(conversationTypes, {
      error: (issue) =>
        issue.input === undefined || issue.input === null
          ? `type is missing: send ${conversationTypes[0]}.`
          : `type must be one of ${conversationTypes.join(', ')}, not ${quoteValue(issue.input)}.`,
    }),
    title: requiredText('title', `send a text of 1 to ${maxTitleCharacters} characters`)
      .refine((text) => !isLongerThan(text, maxTitleCharacters), {
        error: `title is too long: the most is ${maxTitleCharacters} characters.`,
      })
      .meta({ description: 'What the conversation is listed by.', minLength: 1, maxLength: maxTitleCharacters }),
    model: requiredText('model', 'send the id of a model that GET /models lists').describe(modelWords),
  },
  { error: 'The body must be a JSON object.' },
);
