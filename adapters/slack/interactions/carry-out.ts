import type { Clock } from '../../../src/lib/clock.ts';
import { errorMessage } from '../../../src/lib/errors.ts';
import type { Logger } from '../../../src/lib/logger.ts';
import type { Workspaces } from '../workspaces/workspace.ts';
import type { Interaction } from './decode-interaction.ts';
import { findVia } from './find-via.ts';
import { giveUpAfter } from './give-up-after.ts';
import { inTime } from './in-time.ts';
import { interactionSentences as sentences } from './interaction-sentences.ts';
import type { Whisper } from './whisper.ts';

/** What came of it by the time of the acknowledgement, and what goes on after it. */
export type CarriedOut = {
  /** The sentence that has to be said; null where there is none, or none yet. */
  readonly sentence: string | null;
  readonly via: string | null;
  /** Says what is found out later. Never rejects. */
  readonly rest: Promise<void>;
};

/** Does what was asked for, and has it said in one sentence where it came to nothing. Never rejects. */
export type CarryOut = (
  interaction: Interaction,
  /** Gives the sentence, or null when there is nothing to be said. */
  work: (via: string, signal: AbortSignal) => Promise<string | null>,
) => Promise<CarriedOut>;

/** By then Slack is told that it came: it waits three seconds, over HTTP the way there and back is part of them. */
export const acknowledgeWithinMs = 2_000;
/** What is not done by then is said to have failed. */
const workLimitMs = 10_000;

/** Finds out where it came from, and lets the work take as long as it takes within bounds. */
export function createCarryOut(parts: {
  readonly workspaces: Workspaces;
  readonly whisper: Whisper;
  readonly clock: Clock;
  readonly logger: Logger;
}): CarryOut {
  const { workspaces, whisper, clock, logger } = parts;

  return async function carryOut(interaction, work) {
    let via: string | null = null;
    const tryIt = async (signal: AbortSignal) => {
      via = await findVia(workspaces, interaction, signal);
      signal.throwIfAborted();
      return via === null ? sentences.notInstalled : work(via, signal);
    };
    const onFailure = (error: unknown) => {
      logger.error({ reason: errorMessage(error) }, 'What somebody asked for could not be done.');
      return sentences.notKept;
    };
    const found = giveUpAfter(clock, workLimitMs, tryIt).catch(onFailure);
    const early = await inTime(clock, interaction.receivedAtMs + acknowledgeWithinMs - clock.now(), found);
    if (early !== null) return { sentence: early.value, via, rest: Promise.resolve() };
    const sayLater = async () => {
      const sentence = await found;
      if (sentence !== null) await whisper(interaction, via, sentence);
    };
    return { sentence: null, via: null, rest: sayLater() };
  };
}
