import type { Clock } from '../../../src/lib/clock.ts';
import { errorMessage } from '../../../src/lib/errors.ts';
import type { Logger } from '../../../src/lib/logger.ts';
import type { InboxEvent, Receipt } from '../../../src/turn/inbox.ts';
import { giveUpAfter } from './give-up-after.ts';
import type { Answerable, InteractionReplies } from './interaction-replies.ts';
import { interactionSentences as sentences } from './interaction-sentences.ts';

/** Whoever takes what happens. */
export type OnEvent = (event: InboxEvent) => Promise<Receipt>;

/** How things stand for the person after the acknowledgement. */
export type Acknowledged = {
  /** Whether they see “is thinking…”, which something has to take the place of. */
  readonly isThinking: boolean;
  /** False when an earlier delivery of the same interaction was acknowledged: sentences are not said twice. */
  readonly isFirst: boolean;
};

/** Does what was asked for, and tells the person in one sentence where it came to nothing. Never rejects. */
export type CarryOut = (
  interaction: Answerable,
  acknowledged: Acknowledged,
  /** Gives the sentence, or null when there is nothing to be said. */
  work: (signal: AbortSignal) => Promise<string | null>,
  /** What is said when that fails. */
  failureSentence: string,
) => Promise<void>;

/** What is not done by then is said to have failed. */
const limitMs = 30_000;

/** What to say about an event that was handed over; null when nothing is to be said. */
export function receiptSentence(event: InboxEvent, receipt: Receipt, { isFirst }: Acknowledged): string | null {
  switch (receipt) {
    case 'accepted':
      return null;
    case 'busy':
      return sentences.busy;
    case 'duplicate':
      // Of a repeated delivery it says that the first one was taken.
      return event.type === 'again' && isFirst ? sentences.alreadyAnswering : null;
    case 'refused':
      return sentences.notYours;
    case 'unknown':
      return event.type === 'stop' ? sentences.answerEnded : sentences.questionGone;
    default:
      return receipt satisfies never;
  }
}

/** Gives it half a minute. */
export function createCarryOut(parts: {
  readonly replies: InteractionReplies;
  readonly clock: Clock;
  readonly logger: Logger;
}): CarryOut {
  const { replies, clock, logger } = parts;

  async function sentenceOf(
    { id }: Answerable,
    work: (signal: AbortSignal) => Promise<string | null>,
    failureSentence: string,
  ): Promise<string | null> {
    try {
      return await giveUpAfter(clock, limitMs, work);
    } catch (error) {
      logger.error({ interaction: id, reason: errorMessage(error) }, 'What somebody asked for could not be done.');
      return failureSentence;
    }
  }

  return async function carryOut(interaction, { isThinking, isFirst }, work, failureSentence) {
    const sentence = await sentenceOf(interaction, work, failureSentence);
    if (sentence === null) return;
    if (isThinking) await replies.settle(interaction, sentence);
    else if (isFirst) await replies.whisper(interaction, sentence);
  };
}
