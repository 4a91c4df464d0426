import type { Clock } from '../../../src/lib/clock.ts';
import { errorMessage, Failure } from '../../../src/lib/errors.ts';
import type { Logger } from '../../../src/lib/logger.ts';
import type { RespondToUrl } from '../answers/response-url.ts';
import type { SlackApi } from '../api/slack-call.ts';
import type { Interaction } from './decode-interaction.ts';
import { giveUpAfter } from './give-up-after.ts';

/** Says something to the one person who did something. Best effort: never rejects. */
export type Whisper = (interaction: Interaction, via: string | null, sentence: string) => Promise<void>;

const limitMs = 10_000;

/** What got no reply may have been said all the same. */
function mayBeSaid(error: unknown): boolean {
  return !(error instanceof Failure) || error.code === 'platform-unreachable';
}

/** At the address that the interaction brought along; where Slack does not take that any more, in the channel. */
export function createWhisper(parts: {
  readonly api: SlackApi;
  readonly respond: RespondToUrl;
  readonly clock: Clock;
  readonly logger: Logger;
}): Whisper {
  const { api, respond, clock, logger } = parts;

  async function answerAtUrl({ responseUrl, thread }: Interaction, sentence: string): Promise<boolean> {
    if (responseUrl === null) return false;
    const body = {
      response_type: 'ephemeral',
      // The answer whose button was pressed stays.
      replace_original: false,
      text: sentence,
      ...(thread === null ? {} : { thread_ts: thread }),
    };
    try {
      await giveUpAfter(clock, limitMs, (signal) => respond(responseUrl, body, signal));
      return true;
    } catch (error) {
      if (mayBeSaid(error)) throw error;
      return false;
    }
  }

  async function postInChannel({ channel, user, thread }: Interaction, via: string, sentence: string): Promise<void> {
    const args = { channel, user, text: sentence, ...(thread === null ? {} : { thread_ts: thread }) };
    await giveUpAfter(clock, limitMs, (signal) =>
      api({ team: via, method: 'chat.postEphemeral', arguments: args }, signal),
    );
  }

  return async function whisper(interaction, via, sentence) {
    try {
      if (await answerAtUrl(interaction, sentence)) return;
      if (via === null || interaction.channel === '') throw new Error('there is no other way to the person');
      await postInChannel(interaction, via, sentence);
    } catch (error) {
      logger.warn(
        { reason: errorMessage(error) },
        'What was to be said about something that somebody did could not be said.',
      );
    }
  };
}
