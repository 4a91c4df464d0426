import type { ImageRef } from '../../../src/turn/image-ref.ts';
import type { Turn } from '../../../src/turn/turn.ts';
import { type InteractionRoute, renderRoute } from '../answers/answer-route.ts';
import { subjectOf } from '../decode.ts';
import { discordName } from '../inbox.ts';
import type { Interaction } from './decode-interaction.ts';

/** What of a turn an interaction's place and person do not say. */
type Asked = {
  readonly text: string;
  readonly images: readonly ImageRef[];
  readonly visibility: InteractionRoute['visibility'];
  /** The message that it is about; null where there is none. */
  readonly about: string | null;
  readonly aside: boolean;
  /** Where outside of direct messages it belongs: the conversation it was given in, or one of its own that begins with it. */
  readonly conversation: 'here' | 'in threads' | 'own';
};

/** Where an answer through this interaction goes. `about`: the message that a private one is about. */
export function toInteractionRoute(
  { id, applicationId, token, place }: Interaction,
  visibility: InteractionRoute['visibility'],
  about: string | null,
): InteractionRoute {
  const { botIsMember } = place;
  return { type: 'interaction', applicationId, interactionId: id, token, visibility, botIsMember, about };
}

function threadOf({ id, place }: Interaction, conversation: Asked['conversation']): string {
  if (place.direct) return place.channel;
  if (conversation === 'own') return id;
  if (place.thread !== null) return place.thread;
  return conversation === 'here' ? place.channel : id;
}

/** The turn that an interaction asks for. */
export function toInteractionTurn(interaction: Interaction, asked: Asked): Turn {
  const { id, place, person, receivedAtMs } = interaction;
  return {
    id: subjectOf(id),
    subject: subjectOf(id),
    platform: discordName,
    tenant: place.tenant,
    channel: place.channel,
    thread: threadOf(interaction, asked.conversation),
    opensThread: false,
    message: id,
    route: renderRoute(toInteractionRoute(interaction, asked.visibility, asked.about)),
    direct: place.direct,
    aside: asked.aside,
    person,
    text: asked.text,
    model: null,
    images: asked.images,
    quotedImages: [],
    unseen: null,
    receivedAtMs,
  };
}
