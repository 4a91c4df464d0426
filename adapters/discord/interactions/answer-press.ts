import type { InboxEvent } from '../../../src/turn/inbox.ts';
import { renderRoute } from '../answers/answer-route.ts';
import type { FirstResponse } from './acknowledge.ts';
import type { AnswerPress, Interaction } from './decode-interaction.ts';
import { deferAnswer, deferUpdate } from './first-responses.ts';
import { toInteractionRoute } from './interaction-turn.ts';

/** What a press under an answer comes to. */
export type PressPlan = {
  readonly response: FirstResponse;
  /** Whether the response shows “is thinking…”. */
  readonly isThinking: boolean;
  /** `about`: the message that a private answer is about, for the next one. */
  event(about: string | null): InboxEvent;
};

/**
 * An answer is written anew into the same messages where those can still be edited. A private one cannot be once its token has ended,
 * and where the bot is no member no answer can: there the new answer goes through the press itself.
 */
export function planPress(interaction: Interaction, press: AnswerPress): PressPlan {
  const { id, person, place, receivedAtMs } = interaction;
  const { subject, model } = press;
  if (press.type === 'stop') {
    return { response: deferUpdate, isThinking: false, event: () => ({ type: 'stop', subject, person }) };
  }
  const visibility = press.isPrivate ? 'private' : 'public';
  const isNew = press.isPrivate || !place.botIsMember;
  const again = { type: 'again', subject, id, model, person, receivedAtMs } as const;
  return {
    response: isNew ? deferAnswer(visibility) : deferUpdate,
    isThinking: isNew,
    event: (about) => ({
      ...again,
      route: isNew ? renderRoute(toInteractionRoute(interaction, visibility, about)) : null,
    }),
  };
}
