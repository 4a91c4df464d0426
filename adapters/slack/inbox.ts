import { Failure } from '../../src/lib/errors.ts';
import type { Inbox, InboxEvent, Receipt } from '../../src/turn/inbox.ts';
import type { SlackDelivery, TakeDelivery } from './events/delivery.ts';

/** The name under which turns of this platform are known. */
export const slackName = 'slack';

/** Hands an event to the bot. */
export type OnEvent = (event: InboxEvent) => Promise<Receipt>;

/** A part of the inbox: it takes the deliveries that are its own. */
export type DeliveryTaker = {
  /**
   * Null: none of its own. Else resolves when the delivery is taken care of (durably), with what goes into the acknowledgement;
   * rejects when it is not, so that Slack repeats it.
   */
  take(delivery: SlackDelivery, onEvent: OnEvent, signal: AbortSignal): Promise<unknown> | null;
  /** Resolves when nothing of it runs in the background any more. */
  idle(): Promise<void>;
};

type InboxParts = {
  /** In the order in which they are asked. */
  readonly takers: readonly DeliveryTaker[];
  /** Connects, until the signal aborts. */
  run(signal: AbortSignal): Promise<void>;
};

/** Slack's deliveries as the bot's inbox. `take` refuses everything as long as nobody listens. */
export function createSlackInbox({ takers, run }: InboxParts): { readonly inbox: Inbox; readonly take: TakeDelivery } {
  let listener: { readonly onEvent: OnEvent; readonly signal: AbortSignal } | null = null;

  return {
    async take(delivery, signal) {
      if (listener === null || listener.signal.aborted)
        throw new Failure('slack-not-listening', 'The bot does not listen.');
      const { onEvent } = listener;
      for (const taker of takers) {
        const taken = taker.take(delivery, onEvent, signal);
        if (taken !== null) return taken;
      }
      // Nothing to do about it; Slack need not repeat it.
      return undefined;
    },
    inbox: {
      name: slackName,
      async listen(onEvent, signal) {
        listener = { onEvent, signal };
        try {
          await run(signal);
          if (!signal.aborted)
            await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
        } finally {
          listener = null;
          await Promise.all(takers.map((taker) => taker.idle()));
        }
      },
    },
  };
}
