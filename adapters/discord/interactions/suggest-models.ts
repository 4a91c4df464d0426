import { InteractionResponseType } from 'discord-api-types/v10';
import type { ModelInfo } from '../../../src/answer/models.ts';
import type { Clock } from '../../../src/lib/clock.ts';
import { errorMessage } from '../../../src/lib/errors.ts';
import type { Logger } from '../../../src/lib/logger.ts';
import { toModelChoices } from '../commands/model-choices.ts';
import type { FirstResponse } from './acknowledge.ts';
import { giveUpAfter } from './give-up-after.ts';

/** Leaves half a second of the three for the way. */
const limitMs = 2_000;

/** An answer to somebody who is writing, without anything to choose. */
export const noChoices: FirstResponse = {
  type: InteractionResponseType.ApplicationCommandAutocompleteResult,
  data: { choices: [] },
};

/** The models that fit what was typed so far; none when the list does not come in time. Never rejects. */
export async function suggestModels(
  { typed, receivedAtMs }: { readonly typed: string; readonly receivedAtMs: number },
  parts: {
    listModels(signal: AbortSignal): Promise<readonly ModelInfo[]>;
    readonly clock: Clock;
    readonly logger: Logger;
  },
): Promise<FirstResponse> {
  const leftMs = Math.max(0, receivedAtMs + limitMs - parts.clock.now());
  try {
    const models = await giveUpAfter(parts.clock, leftMs, async (signal) => parts.listModels(signal));
    return { ...noChoices, data: { choices: toModelChoices(models, typed) } };
  } catch (error) {
    parts.logger.debug({ reason: errorMessage(error) }, 'No models were suggested: there is no list.');
    return noChoices;
  }
}
