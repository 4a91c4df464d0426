import { type InteractionResponseType, RESTJSONErrorCodes, Routes } from 'discord-api-types/v10';
import type { Clock } from '../../../src/lib/clock.ts';
import { createDeadline } from '../../../src/lib/deadline.ts';
import { errorMessage, Failure } from '../../../src/lib/errors.ts';
import type { Logger } from '../../../src/lib/logger.ts';
import type { DiscordRest } from '../rest/discord-call.ts';
import { discordCodeOf } from '../rest/discord-code.ts';

/**
 * `done`: Discord has this response. `before`: it had one already, from an earlier delivery of the same interaction. `lost`: it has
 * none and takes none; nothing that is done now would be seen.
 */
export type Acknowledgement = 'done' | 'before' | 'lost';

/** What an interaction is answered with first: the kind of response, and what goes with it. */
export type FirstResponse = { readonly type: InteractionResponseType; readonly data?: unknown };

/** The first response to an interaction, which says what the person sees until there is more. */
export type Acknowledge = (
  interaction: { readonly id: string; readonly token: string; readonly receivedAtMs: number },
  response: FirstResponse,
) => Promise<Acknowledgement>;

/** Discord wants the response within 3 s of its own event; the way here and back takes some of that. */
const limitMs = 2_500;
/** An attempt without a reply by then is made again, so that one lost packet does not cost the whole time. */
const firstAttemptMs = 1_200;

/** Makes one attempt and, where the network failed, a second one at once. Never rejects. */
export function createAcknowledge(parts: {
  readonly rest: DiscordRest;
  readonly clock: Clock;
  readonly logger: Logger;
}): Acknowledge {
  const { rest, clock, logger } = parts;

  async function attempt(
    { id, token }: { readonly id: string; readonly token: string },
    response: FirstResponse,
    untilMs: number,
  ): Promise<unknown> {
    const late = () =>
      new Failure('platform-unreachable', 'Discord did not answer an acknowledgement in time.', { retryable: true });
    const deadline = createDeadline(clock, untilMs - clock.now(), new AbortController().signal, late);
    try {
      await rest(
        { method: 'POST', route: Routes.interactionCallback(id, token), body: response, auth: false },
        deadline.signal,
      );
      return null;
    } catch (error) {
      return error;
    } finally {
      deadline.cancel();
    }
  }

  return async function acknowledge(interaction, response) {
    const lastMs = interaction.receivedAtMs + limitMs;
    const first = await attempt(interaction, response, Math.min(lastMs, clock.now() + firstAttemptMs));
    if (first === null) return 'done';
    if (isTaken(first)) {
      logger.debug({ interaction: interaction.id }, 'An interaction had been acknowledged before.');
      return 'before';
    }
    const again = isUnreachable(first) && clock.now() < lastMs ? await attempt(interaction, response, lastMs) : first;
    // The first attempt had come through after all, only its reply had not.
    if (again === null || isTaken(again)) return 'done';
    logger.warn(
      { interaction: interaction.id, afterMs: clock.now() - interaction.receivedAtMs, reason: errorMessage(again) },
      'An interaction could not be acknowledged in time and was dropped.',
    );
    return 'lost';
  };
}

function isTaken(error: unknown): boolean {
  return discordCodeOf(error) === RESTJSONErrorCodes.InteractionHasAlreadyBeenAcknowledged;
}

function isUnreachable(error: unknown): boolean {
  return error instanceof Failure && error.code === 'platform-unreachable';
}
