import { tupleKey } from '../lib/tuple-key.ts';
import type { ImageRef } from './image-ref.ts';

/** One message of a person that the bot has to answer: a question or a command. Plain data, stored as it is. */
export type Turn = {
  /** The same for every delivery of the same message, different for any other: the key against doubles. */
  readonly id: string;
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
  readonly direct: boolean;
  readonly person: {
    readonly id: string;
    readonly name: string /** May set what the whole channel or server uses. */;
    readonly moderator: boolean;
  };
  /** What was written, without the mention of the bot. */
  readonly text: string;
  /** The message's own pictures, in order. */
  readonly images: readonly ImageRef[];
  /** The pictures of the message it replies to. */
  readonly quotedImages: readonly ImageRef[];
  readonly receivedAtMs: number;
};

/** The conversation a turn belongs to: turns with equal keys are answered one after the other. */
export function conversationKey(turn: Turn): string {
  return tupleKey(turn.platform, turn.tenant, turn.channel, turn.thread);
}
