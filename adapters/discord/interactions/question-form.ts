import type { APIModalInteractionResponseCallbackData } from 'discord.js';
import { ComponentType, InteractionResponseType, TextInputStyle } from 'discord-api-types/v10';
import { questionInputId, renderCustomId } from '../answers/custom-ids.ts';
import type { FirstResponse } from './acknowledge.ts';

const longestQuestion = 2_000;

/** The form that asks for the question about a message's pictures. `interaction`: the one that pointed at the message. */
export function renderQuestionForm(interaction: string): FirstResponse {
  return {
    type: InteractionResponseType.Modal,
    data: {
      custom_id: renderCustomId({ type: 'ask', interactionId: interaction }),
      title: 'Ask about this image',
      components: [
        {
          type: ComponentType.Label,
          label: 'Your question',
          component: {
            type: ComponentType.TextInput,
            custom_id: questionInputId,
            style: TextInputStyle.Paragraph,
            placeholder: 'What do you want to know? Leave it empty for a description.',
            required: false,
            max_length: longestQuestion,
          },
        },
      ],
    } satisfies APIModalInteractionResponseCallbackData,
  };
}
