import type { types } from '@slack/bolt';
import type { Clock } from '../../../src/lib/clock.ts';
import { errorMessage } from '../../../src/lib/errors.ts';
import type { Logger } from '../../../src/lib/logger.ts';
import type { SlackApi } from '../api/slack-call.ts';
import { slackWordOf } from '../api/slack-word.ts';
import type { Interaction } from './decode-interaction.ts';
import { giveUpAfter } from './give-up-after.ts';
import { interactionSentences as sentences } from './interaction-sentences.ts';

/** Opens a form with the trigger of what somebody just did; null when it is open, else the sentence that says why not. Never rejects. */
export type OpenForm = (
  interaction: Pick<Interaction, 'trigger' | 'receivedAtMs'>,
  via: string,
  view: types.ModalView,
) => Promise<string | null>;

/** A trigger is good for three seconds from when Slack made it; the acknowledgement goes out before them, too. */
const limitMs = 1_900;
const lateWords: readonly (string | null)[] = ['expired_trigger_id', 'exchanged_trigger_id', 'invalid_trigger_id'];

/** One call of `views.open`: there is no time for a second. */
export function createOpenForm(parts: {
  readonly api: SlackApi;
  readonly clock: Clock;
  readonly logger: Logger;
}): OpenForm {
  const { api, clock, logger } = parts;

  return async function openForm({ trigger, receivedAtMs }, via, view) {
    const leftMs = receivedAtMs + limitMs - clock.now();
    if (trigger === null || leftMs <= 0) return sentences.formLate;
    const call = { team: via, method: 'views.open', arguments: { trigger_id: trigger, view } };
    try {
      await giveUpAfter(clock, leftMs, (signal) => api(call, signal));
      return null;
    } catch (error) {
      const isLate = lateWords.includes(slackWordOf(error)) || clock.now() - receivedAtMs >= limitMs;
      logger.warn({ reason: errorMessage(error) }, 'Slack did not open a form.');
      return isLate ? sentences.formLate : sentences.formNotOpened;
    }
  };
}
