import type { Clock } from '../lib/clock.ts';
import { Failure } from '../lib/errors.ts';
import type { ProgressKeeper } from '../turn/progress-keeper.ts';
import type { AnswerControls, EditReport, Outbox, Part, Place } from './outbox.ts';
import type { TextPart } from './split.ts';

/** The next call that brings the messages nearer to what they shall show. */
export type MessageWrite =
  | { readonly type: 'post'; readonly index: number; readonly part: Part }
  | { readonly type: 'edit'; readonly index: number; readonly ref: string; readonly part: Part };

/** The messages of one answer as they stand on the platform. */
export type AnswerMessages = {
  /** How many there are. */
  count(): number;
  /** Since when the message stands as far as this attempt knows, as the clock says; null when it has not been written to yet. */
  begunMs(index: number): number | null;
  /** What is offered under the last message from now on; nothing before. */
  offer(controls: AnswerControls | null): void;
  /** The first thing to be done for these parts, in order; null when everything shows what it shall. */
  nextWrite(parts: readonly TextPart[], isFinal: boolean): MessageWrite | null;
  /** Carries it out. A new message is in the progress when it resolves. Gives what the platform said of its limit of edits. */
  write(write: MessageWrite, signal: AbortSignal): Promise<EditReport | null>;
  /** Takes away the messages behind the first `kept`: an earlier attempt had more to say. */
  removeBehind(kept: number, signal: AbortSignal): Promise<void>;
};

/** Stands for a message of which it is not known whether it was posted before a crash. */
const unknownRef = '';

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
  clock: Clock,
): AnswerMessages {
  const noted = progress.current().parts;
  const messages: Message[] = noted.filter(({ ref }) => ref !== unknownRef).map(({ ref }) => ({ ref, shown: null }));
  let mayHaveOneMore = messages.length < noted.length;
  let offered: AnswerControls | null = null;
  const begunMs = new Map<number, number>();
  /** Of an earlier asking: what they say is over as soon as the new answer begins. */
  const takenOver = new Set(isResumed ? [] : messages.map(({ ref }) => ref));
  let unanswered: Extract<MessageWrite, { type: 'post' }> | null = null;

  const keyOf = (index: number) => `${turnId}:${index}`;
  const note = () =>
    progress.update({
      parts: [...messages.map(({ ref }) => ({ ref })), ...(mayHaveOneMore ? [{ ref: unknownRef }] : [])],
    });

  /** A message that may have been posted is posted again, which gives its reference, and then taken away. */
  const removeUnknown = async (signal: AbortSignal) => {
    const ref = await outbox.post(place, { text: '…', state: 'final', controls: null }, keyOf(messages.length), signal);
    await outbox.remove(place, ref, signal);
    mayHaveOneMore = false;
    await note();
  };

  /** The messages from there on, the last first. What cannot be removed now is left for the end. */
  const dropTakenOver = async (from: number, signal: AbortSignal) => {
    try {
      for (const { ref } of messages.slice(from).reverse()) {
        await outbox.remove(place, ref, signal);
        messages.pop();
      }
    } catch (error) {
      signal.throwIfAborted();
      if (!isOfPlatform(error)) throw error;
    }
    await note();
  };

  const editMessage = async ({ index, ref, part }: Extract<MessageWrite, { type: 'edit' }>, signal: AbortSignal) => {
    const isTakenOver = takenOver.has(ref);
    takenOver.delete(ref);
    try {
      const report = await outbox.edit(place, ref, part, signal);
      messages[index] = { ref, shown: part };
      if (isTakenOver && index === 0 && messages.length > 1) await dropTakenOver(1, signal);
      return report;
    } catch (error) {
      if (!isTakenOver || !(error instanceof Failure) || error.code !== 'platform-message-gone') {
        if (isTakenOver) takenOver.add(ref);
        throw error;
      }
      // Somebody took the old answer away and then wanted another one: it gets messages of its own.
      begunMs.delete(index);
      await dropTakenOver(index, signal);
      return null;
    }
  };

  return {
    count: () => messages.length,
    begunMs: (index) => begunMs.get(index) ?? null,
    offer(controls) {
      offered = controls;
    },
    nextWrite(parts, isFinal) {
      // A post without a reply may have been shown: it is repeated as it was, so that it is known what the message shows.
      if (unanswered !== null) return unanswered;
      const visible = parts.filter((part) => part.text !== '');
      for (const [index, { text, sealed }] of visible.entries()) {
        const isLast = index === visible.length - 1;
        const part: Part = {
          text,
          state: sealed || isFinal ? 'final' : 'streaming',
          controls: isLast ? offered : null,
        };
        const message = messages[index];
        if (message === undefined) return { type: 'post', index, part };
        if (!isShown(message, part)) return { type: 'edit', index, ref: message.ref, part };
      }
      return null;
    },
    async write(write, signal) {
      const isFirst = !begunMs.has(write.index);
      if (isFirst) begunMs.set(write.index, clock.now());
      if (write.type === 'edit') return editMessage(write, signal);
      // A further message is announced first: a start after a crash may not need it any more and has to know of it.
      if (unanswered === null && write.index > 0) {
        mayHaveOneMore = true;
        await note();
      }
      unanswered = write;
      const ref = await outbox.post(place, write.part, keyOf(write.index), signal).catch((error: unknown) => {
        // Refused for certain: it does not stand yet.
        if (isFirst && error instanceof Failure && error.code !== 'platform-unreachable') begunMs.delete(write.index);
        throw error;
      });
      unanswered = null;
      mayHaveOneMore = false;
      messages.push({ ref, shown: isResumed ? null : write.part });
      await note();
      return null;
    },
    async removeBehind(kept, signal) {
      if (mayHaveOneMore) await removeUnknown(signal);
      for (const { ref } of messages.slice(kept).reverse()) {
        await outbox.remove(place, ref, signal);
        messages.pop();
        await note();
      }
    },
  };
}

function isShown({ shown }: Message, part: Part): boolean {
  if (shown === null || shown.text !== part.text || shown.controls?.type !== part.controls?.type) return false;
  return shown.state === part.state || shown.state === 'final';
}

function isOfPlatform(error: unknown): boolean {
  return error instanceof Failure && error.code.startsWith('platform-');
}
