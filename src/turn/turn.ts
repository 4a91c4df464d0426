import { tupleKey } from '../lib/tuple-key.ts';
import type { ImageRef } from './image-ref.ts';

/** Whoever asks, and what the platform lets them do. */
export type Person = {
  readonly id: string;
  readonly name: string;
  /** May stop and repeat what others asked. */
  readonly moderator: boolean;
  /** May set what the whole channel uses. */
  readonly managesChannel: boolean;
  /** May set what the whole server uses. */
  readonly managesServer: boolean;
};

/** One message of a person that the bot has to answer: a question or a command. Plain data, stored as it is. */
export type Turn = {
  /** The same for every delivery of the same asking, different for any other: the key against doubles. */
  readonly id: string;
  /** The question this is an asking of: the id of its first asking. An edited or repeated question keeps it, and its messages. */
  readonly subject: string;
  /** Name of the inbox it came in by. */
  readonly platform: string;
  /** Server or workspace. */
  readonly tenant: string;
  readonly channel: string;
  /** The thread the answer belongs to: the one it was written in, or the one that opens on it; the channel itself for a direct message. */
  readonly thread: string;
  /** Whether that thread has still to be opened on this message. */
  readonly opensThread: boolean;
  /** The platform's id of the message. */
  readonly message: string;
  /** Where the platform wants the answer when the ids do not say it: opaque to the core, empty mostly. */
  readonly route: string;
  readonly direct: boolean;
  /** Answered beside the order of its conversation, at once: a command that does not wait for the answer being written. */
  readonly aside: boolean;
  readonly person: Person;
  /** What was written, without the mention of the bot. */
  readonly text: string;
  /** The model for this asking alone, whatever the text says; null where nobody picked one. */
  readonly model: string | null;
  /** The message's own pictures, in order. */
  readonly images: readonly ImageRef[];
  /** The pictures of the message it replies to. */
  readonly quotedImages: readonly ImageRef[];
  /** Why pictures that people see here may be hidden from the bot, as a sentence; said when there is none. */
  readonly unseen: string | null;
  readonly receivedAtMs: number;
};

/** The conversation a turn belongs to: what is remembered is remembered for it. */
export function conversationKey(turn: Turn): string {
  return tupleKey(turn.platform, turn.tenant, turn.channel, turn.thread);
}

/** Turns with equal lanes are answered one after the other, in order of arrival: a conversation's, but for what goes aside. */
export function laneKey(turn: Turn): string {
  return turn.aside ? tupleKey(conversationKey(turn), turn.id) : conversationKey(turn);
}
