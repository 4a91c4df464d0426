import type { SlackDelivery } from './delivery.ts';
import { optionsRequestSchema } from './events-wire.ts';

/** Tells a menu's question for choices from what somebody did: Slack sends both as interactions. */
export function toInteractionKind(payload: unknown): SlackDelivery['kind'] {
  return optionsRequestSchema.safeParse(payload).success ? 'options' : 'interaction';
}
