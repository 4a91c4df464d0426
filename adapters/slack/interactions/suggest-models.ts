import type { types } from '@slack/bolt';
import type { ModelInfo } from '../../../src/answer/models.ts';
import type { Clock } from '../../../src/lib/clock.ts';
import { errorMessage } from '../../../src/lib/errors.ts';
import type { Logger } from '../../../src/lib/logger.ts';
import { toModelOptions, toModelOptionsOrNone } from '../commands/model-options.ts';
import { giveUpAfter } from './give-up-after.ts';

/** The models for what was typed so far. Never rejects. */
export type SuggestModels = (
  typed: string,
  menu: 'answer' | 'form',
  receivedAtMs: number,
) => Promise<readonly types.PlainTextOption[]>;

/** Leaves half a second of HTTP’s two and a half. */
const limitMs = 1_800;

/** Those of before when the list does not come in time. */
export function createSuggestModels(parts: {
  listModels(signal: AbortSignal): Promise<readonly ModelInfo[]>;
  readonly clock: Clock;
  readonly logger: Logger;
}): SuggestModels {
  const { clock, logger } = parts;
  let known: readonly ModelInfo[] = [];

  async function list(receivedAtMs: number): Promise<readonly ModelInfo[]> {
    const leftMs = Math.max(0, receivedAtMs + limitMs - clock.now());
    try {
      known = await giveUpAfter(clock, leftMs, async (signal) => parts.listModels(signal));
    } catch (error) {
      logger.debug({ reason: errorMessage(error) }, 'There is no list of models now: those of before are suggested.');
    }
    return known;
  }

  return async function suggestModels(typed, menu, receivedAtMs) {
    const models = await list(receivedAtMs);
    return menu === 'form' ? toModelOptionsOrNone(models, typed) : toModelOptions(models, typed);
  };
}
