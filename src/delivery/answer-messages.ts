import type { ProgressKeeper } from '../turn/progress-keeper.ts';
import type { Outbox, Part, Place } from './outbox.ts';
import type { TextPart } from './split.ts';

/** The next call that brings the messages nearer to what they shall show. */
export type MessageWrite =
  | { readonly type: 'post'; readonly index: number; readonly part: Part }
  | { readonly type: 'edit'; readonly index: number; readonly ref: string; readonly part: Part };

/** The messages of one answer as they stand on the platform. */
export type AnswerMessages = {
  /** How many there are. */
  count(): number;
  /** The first thing to be done for these parts, in order; null when everything shows what it shall. */
  nextWrite(parts: readonly TextPart[], isFinal: boolean): MessageWrite | null;
  /** Carries it out. A new message is in the progress when it resolves. */
  write(write: MessageWrite, signal: AbortSignal): Promise<void>;
  /** Takes away the messages behind the first `kept`: an earlier attempt had more to say. */
  removeBehind(kept: number, signal: AbortSignal): Promise<void>;
};

type Message = { readonly ref: string; readonly shown: Part | null };

/**
 * The messages that the progress knows of, what they show unknown. `isResumed`: an earlier attempt may have posted more than it
 * could note down, so that a post may give such a message, which then shows something else.
 */
export function createAnswerMessages(
  outbox: Outbox,
  place: Place,
  turnId: string,
  progress: ProgressKeeper,
  isResumed: boolean,
): AnswerMessages {
  const messages: Message[] = progress.current().parts.map(({ ref }) => ({ ref, shown: null }));
  let unanswered: Extract<MessageWrite, { type: 'post' }> | null = null;

  const note = () => progress.update({ parts: messages.map(({ ref }) => ({ ref })) });

  return {
    count: () => messages.length,
    nextWrite(parts, isFinal) {
      // A post without a reply may have been shown: it is repeated as it was, so that it is known what the message shows.
      if (unanswered !== null) return unanswered;
      const visible = parts.filter((part) => part.text !== '');
      for (const [index, { text, sealed }] of visible.entries()) {
        const part: Part = { text, state: sealed || isFinal ? 'final' : 'streaming' };
        const message = messages[index];
        if (message === undefined) return { type: 'post', index, part };
        if (!isShown(message, part)) return { type: 'edit', index, ref: message.ref, part };
      }
      return null;
    },
    async write(write, signal) {
      if (write.type === 'edit') {
        await outbox.edit(place, write.ref, write.part, signal);
        messages[write.index] = { ref: write.ref, shown: write.part };
        return;
      }
      unanswered = write;
      const ref = await outbox.post(place, write.part, `${turnId}:${write.index}`, signal);
      unanswered = null;
      messages.push({ ref, shown: isResumed ? null : write.part });
      await note();
    },
    async removeBehind(kept, signal) {
      for (const { ref } of messages.slice(kept).reverse()) {
        await outbox.remove(place, ref, signal);
        messages.pop();
        await note();
      }
    },
  };
}

function isShown({ shown }: Message, part: Part): boolean {
  return shown?.text === part.text && (shown.state === part.state || shown.state === 'final');
}
