import type { Turn } from './turn.ts';

/** A message of the answer as it stands on the platform. */
export type DeliveredPart = {
  /** The platform's reference, as its outbox gave it; empty while the message is being posted. */
  readonly ref: string;
};

/** How far a turn's answer has come: what a restart needs to finish the same messages. */
export type TurnProgress = {
  /** The messages posted so far, in order. */
  readonly parts: readonly DeliveredPart[];
  /** The record of the Chat with Image API that is answering, once it said so. */
  readonly recordId: string | null;
  /** The whole text to be shown in the end; stored before the last edit, never changed after. */
  readonly finalText: string | null;
};

/**
 * How often a turn is tried. One that is handed out with a higher `attempt` has failed for good: it must not be asked again,
 * only the person told that it failed; whatever becomes of that, it is never handed out after it.
 */
export const mostAttempts = 3;

/** A turn taken from the queue. */
export type ClaimedTurn = {
  readonly turn: Turn;
  /** 1 the first time; more after a crash; `mostAttempts + 1` when all that is left is to say that it failed. */
  readonly attempt: number;
  readonly progress: TurnProgress;
  /** Durable when it resolves. */
  save(progress: TurnProgress): Promise<void>;
};

/** PORT: turns, durable and in order. */
export type TurnQueue = {
  /**
   * Durable when it resolves with `accepted`. `duplicate`: this id was accepted before, whatever became of it.
   * `full`: the conversation or the whole queue is at its bound; nothing was stored.
   */
  accept(turn: Turn): Promise<'accepted' | 'duplicate' | 'full'>;
  /**
   * Hands out turns until the signal aborts, then waits for the running ones: one at a time for each conversation, in order
   * of arrival, up to the configured number side by side. Turns that were running at a crash come first. A turn is done
   * when `handle` resolves; when it rejects, the turn stays and is handed out at the next start, `mostAttempts` times at the
   * most and once more to tell the person. Meanwhile its conversation goes on.
   */
  work(handle: (claimed: ClaimedTurn) => Promise<void>, signal: AbortSignal): Promise<void>;
};
