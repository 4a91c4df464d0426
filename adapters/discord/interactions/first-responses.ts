import { InteractionResponseType, MessageFlags } from 'discord-api-types/v10';
import type { InteractionRoute } from '../answers/answer-route.ts';
import type { FirstResponse } from './acknowledge.ts';
import { renderSentence } from './interaction-replies.ts';

/** “is thinking…”, for everybody or for the person alone: the answer takes its place and is seen by the same people. */
export function deferAnswer(visibility: InteractionRoute['visibility']): FirstResponse {
  const type = InteractionResponseType.DeferredChannelMessageWithSource;
  return visibility === 'private' ? { type, data: { flags: MessageFlags.Ephemeral } } : { type };
}

/** Nothing to be seen: the message with the button stays as it is for now. */
export const deferUpdate: FirstResponse = { type: InteractionResponseType.DeferredMessageUpdate };

/** A sentence for the person alone, and no more after it. */
export function sayPrivately(sentence: string): FirstResponse {
  return {
    type: InteractionResponseType.ChannelMessageWithSource,
    data: renderSentence(sentence, 'private'),
  };
}
