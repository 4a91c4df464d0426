import { RESTJSONErrorCodes as Codes, MessageFlags, Routes } from 'discord-api-types/v10';
import type { EditReport } from '../../../src/delivery/outbox.ts';
import type { Clock } from '../../../src/lib/clock.ts';
import { timeOfSnowflake } from '../directory/snowflake.ts';
import { type MessageDraft, toMessageBody } from '../render.ts';
import type { DiscordRest } from '../rest/discord-call.ts';
import { discordCodeOf } from '../rest/discord-code.ts';
import type { InteractionRoute } from './answer-route.ts';
import { toMessageId } from './outbox-wire.ts';

/** The bot's messages through the token of an interaction. */
export type InteractionMessages = {
  /** Whether the token opens nothing any more: by its age, or because Discord said so. */
  isOver(route: InteractionRoute): boolean;
  /** Puts the draft in the place of “is thinking…”, as often as it is called. */
  answer(route: InteractionRoute, draft: MessageDraft, signal: AbortSignal): Promise<string>;
  /** A further message. Discord takes no nonce here: every call posts one. */
  followUp(route: InteractionRoute, draft: MessageDraft, signal: AbortSignal): Promise<string>;
  edit(route: InteractionRoute, message: string, draft: MessageDraft, signal: AbortSignal): Promise<EditReport | null>;
  /** One that is gone is no failure. */
  remove(route: InteractionRoute, message: string, signal: AbortSignal): Promise<void>;
};

/** Tokens are good for a quarter of an hour; the last half minute is left alone, since a call takes its time. */
const tokenLifeMs = 870_000;
const overCodes: readonly (number | null)[] = [
  Codes.InvalidWebhookToken,
  Codes.UnknownWebhook,
  Codes.UnknownInteraction,
];
/** Tokens that ended early; the oldest are over by their age by then. */
const mostEnded = 500;

/** Whether Discord refused the token rather than what it was used for. */
export function isTokenOver(error: unknown): boolean {
  return overCodes.includes(discordCodeOf(error));
}

/** Writes them with the webhook routes, which the bot's own token has nothing to do with. */
export function createInteractionMessages(rest: DiscordRest, clock: Clock): InteractionMessages {
  const ended = new Set<string>();

  async function noteEnd<Value>({ interactionId }: InteractionRoute, call: Promise<Value>): Promise<Value> {
    try {
      return await call;
    } catch (error) {
      if (isTokenOver(error)) {
        ended.add(interactionId);
        const [oldest] = ended;
        if (ended.size > mostEnded && oldest !== undefined) ended.delete(oldest);
      }
      throw error;
    }
  }

  const patch = (route: InteractionRoute, message: string, draft: MessageDraft, signal: AbortSignal) =>
    noteEnd(
      route,
      rest(
        {
          method: 'PATCH',
          route: Routes.webhookMessage(route.applicationId, route.token, message),
          // Who sees a message is decided when it is made: an edit must not name it.
          body: toMessageBody(draft),
          auth: false,
        },
        signal,
      ),
    );

  return {
    isOver: ({ interactionId }) =>
      ended.has(interactionId) || clock.now() - timeOfSnowflake(interactionId) >= tokenLifeMs,
    answer: async (route, draft, signal) => toMessageId(await patch(route, '@original', draft, signal)),
    async followUp(route, draft, signal) {
      const body = toMessageBody(draft, route.visibility === 'private' ? MessageFlags.Ephemeral : 0);
      const path = Routes.webhook(route.applicationId, route.token);
      return toMessageId(await noteEnd(route, rest({ method: 'POST', route: path, body, auth: false }, signal)));
    },
    edit: async (route, message, draft, signal) => (await patch(route, message, draft, signal)).bucket,
    async remove(route, message, signal) {
      const path = Routes.webhookMessage(route.applicationId, route.token, message);
      try {
        await noteEnd(route, rest({ method: 'DELETE', route: path, auth: false }, signal));
      } catch (error) {
        if (discordCodeOf(error) !== Codes.UnknownMessage) throw error;
      }
    },
  };
}
