import type { Turn } from './turn.ts';

/** What a platform reports. `stop` comes from the asker, or from somebody the platform lets moderate. */
export type InboxEvent =
  | { readonly type: 'turn'; readonly turn: Turn }
  | { readonly type: 'stop'; readonly turnId: string; readonly person: Turn['person'] };

/** What became of it. `accepted` means durable: only now may the platform be told that the message arrived. */
export type Receipt = 'accepted' | 'duplicate' | 'busy' | 'refused';

/** PORT: where turns come from; one per platform. */
export type Inbox = {
  /** The platform's name, as in `Turn.platform`. */
  readonly name: string;
  /** Delivers every event once or more, until the signal aborts; then resolves. Its own messages never become turns. */
  listen(onEvent: (event: InboxEvent) => Promise<Receipt>, signal: AbortSignal): Promise<void>;
};
