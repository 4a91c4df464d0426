import type { Person, Turn } from './turn.ts';

/** What a platform reports. */
export type InboxEvent =
  | { readonly type: 'turn'; readonly turn: Turn }
  /** The question was edited: it is asked again into the same messages. Also a message that only now became one. */
  | { readonly type: 'changed'; readonly turn: Turn }
  /** The question was deleted: its answer goes too. */
  | { readonly type: 'deleted'; readonly subject: string }
  | { readonly type: 'stop'; readonly subject: string; readonly person: Person }
  /**
   * The same question once more: into the same messages, or with a `route` into new ones there. `id` tells this wish from any
   * other; `model` null: as before.
   */
  | {
      readonly type: 'again';
      readonly subject: string;
      readonly id: string;
      readonly model: string | null;
      readonly route: string | null;
      readonly person: Person;
      readonly receivedAtMs: number;
    }
  /** What somebody thinks of the answer; null takes it back. */
  | { readonly type: 'feedback'; readonly subject: string; readonly person: Person; readonly verdict: Verdict | null }
  /** The bot was taken out of that server or workspace: what is kept of it goes. */
  | { readonly type: 'left'; readonly tenant: string };

/** Whether an answer helped. */
export type Verdict = 'good' | 'bad';

/**
 * What became of it. `accepted` means durable: only now may the platform be told that the message arrived. `refused`: this person
 * may not. `unknown`: there is nothing of that question to be changed.
 */
export type Receipt = 'accepted' | 'duplicate' | 'busy' | 'refused' | 'unknown';

/** PORT: where turns come from; one per platform. */
export type Inbox = {
  /** The platform's name, as in `Turn.platform`. */
  readonly name: string;
  /** Delivers every event once or more, until the signal aborts; then resolves. Its own messages never become turns. */
  listen(onEvent: (event: InboxEvent) => Promise<Receipt>, signal: AbortSignal): Promise<void>;
};
