import type { RESTPatchAPIWebhookWithTokenMessageJSONBody } from 'discord.js';
import { MessageFlags, Routes } from 'discord-api-types/v10';
import { retry } from '../../../src/answer/retry.ts';
import type { Clock } from '../../../src/lib/clock.ts';
import { errorMessage, type Failure } from '../../../src/lib/errors.ts';
import type { Logger } from '../../../src/lib/logger.ts';
import type { DiscordCall, DiscordRest } from '../rest/discord-call.ts';

/** An interaction whose token opens the way to its answer. */
export type Answerable = { readonly id: string; readonly applicationId: string; readonly token: string };

/** Sentences for the person who did something, once it is acknowledged. Best effort: nothing here rejects. */
export type InteractionReplies = {
  /** Takes the place of “is thinking…”. */
  settle(interaction: Answerable, sentence: string): Promise<void>;
  /** A message of its own that only this person sees. */
  whisper(interaction: Answerable, sentence: string): Promise<void>;
  /** Other rows under the message whose button was pressed; its text stays. */
  changeRows(interaction: Answerable, rows: readonly unknown[]): Promise<void>;
};

const waits = { baseMs: 1_000, maxMs: 5_000 } as const;
const furtherAttempts = 2;

/** A sentence that calls nobody and shows no previews; private ones only the person sees. */
export function renderSentence(sentence: string, visibility: 'private' | 'as it is') {
  return {
    content: sentence,
    allowed_mentions: { parse: [] },
    // Who sees a message is decided when it is made: an edit must not name it.
    flags: MessageFlags.SuppressEmbeds | (visibility === 'private' ? MessageFlags.Ephemeral : 0),
  } satisfies RESTPatchAPIWebhookWithTokenMessageJSONBody;
}

/** Says them with the token of the interaction. */
export function createInteractionReplies(parts: {
  readonly rest: DiscordRest;
  readonly clock: Clock;
  readonly logger: Logger;
}): InteractionReplies {
  const { rest, clock, logger } = parts;

  async function call(interaction: Answerable, request: DiscordCall, isWorthRepeating: (failure: Failure) => boolean) {
    const { signal } = new AbortController();
    const rules = {
      retriesFor: (failure: Failure) => (isWorthRepeating(failure) ? furtherAttempts : 0),
      waits,
      clock,
      random: () => 1,
    };
    try {
      await retry(() => rest(request, signal), rules, signal);
    } catch (error) {
      logger.warn(
        { interaction: interaction.id, reason: errorMessage(error) },
        'What was to be said about something that somebody did could not be said.',
      );
    }
  }

  return {
    settle(interaction, sentence) {
      const route = Routes.webhookMessage(interaction.applicationId, interaction.token);
      const body = renderSentence(sentence, 'as it is');
      return call(interaction, { method: 'PATCH', route, body, auth: false }, (failure) => failure.retryable);
    },
    changeRows(interaction, rows) {
      const route = Routes.webhookMessage(interaction.applicationId, interaction.token);
      const body = { components: rows, allowed_mentions: { parse: [] }, flags: MessageFlags.SuppressEmbeds };
      return call(interaction, { method: 'PATCH', route, body, auth: false }, (failure) => failure.retryable);
    },
    whisper(interaction, sentence) {
      const route = Routes.webhook(interaction.applicationId, interaction.token);
      const body = renderSentence(sentence, 'private');
      // What got no reply may have been posted all the same: a second one would say it twice.
      const wasNotPosted = (failure: Failure) => failure.code === 'platform-rate-limited';
      return call(interaction, { method: 'POST', route, body, auth: false }, wasNotPosted);
    },
  };
}
