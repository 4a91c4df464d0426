import type { InboxEvent, Receipt } from '../../../src/turn/inbox.ts';
import { interactionSentences as sentences } from './interaction-sentences.ts';

/** What to say about an event that was handed over; null when nothing is to be said. */
export function receiptSentence(event: InboxEvent, receipt: Receipt): string | null {
  switch (receipt) {
    case 'accepted':
      return null;
    case 'busy':
      return sentences.busy;
    case 'duplicate':
      // Of a turn it says that it was taken before.
      return event.type === 'again' ? sentences.alreadyAnswering : null;
    case 'refused':
      return sentences.notYours;
    case 'unknown':
      return event.type === 'stop' ? sentences.answerEnded : sentences.questionGone;
    default:
      return receipt satisfies never;
  }
}
