import type { AnswerEvent } from '../answer/answer-event.ts';
import type { AnswerMessages } from './answer-messages.ts';
import type { AnswerParts } from './answer-parts.ts';
import { createFrameSlot } from './frames.ts';
import { type AnswerEnding, readAnswer } from './read-answer.ts';
import { type FramesEnd, type ShowTools, showFrames } from './show-frames.ts';
import type { Typing } from './show-typing.ts';
import { type AgeWaker, createAgeWaker } from './wake-at-ages.ts';

/** A resumed answer comes fast; its messages are not touched until it has had this long to get where it was. */
const catchUpMs = 3_000;

/** Why waiting ends. One for all: each would keep its stack for as long as the answer takes. */
const isOver = new Error('there is nothing to wait for any more');

/** Reads and shows side by side, until the answer has ended and nothing is under way. The typing it starts may still be taken back then. */
export async function streamAnswer(
  events: AsyncIterable<AnswerEvent>,
  parts: AnswerParts,
  typing: Typing,
  show: ShowTools,
  signal: AbortSignal,
  abandon: AbortSignal,
): Promise<{ ending: AnswerEnding; frames: FramesEnd }> {
  const { clock } = show;
  const slot = createFrameSlot();
  const waker = createAgeWaker(parts.changesAtMs, slot, clock);
  const waiting = new AbortController();
  let text = '';
  let isWanted = true;

  const read = async () => {
    try {
      return await readAnswer(
        events,
        (whole) => {
          text = whole;
          slot.touch();
          return isWanted;
        },
        signal,
      );
    } finally {
      slot.close();
      waiting.abort(isOver);
      typing.stop();
    }
  };
  const showAll = async (): Promise<FramesEnd> => {
    const isCatchingUp = show.isResumed && show.messages.count() > 0;
    if (!isCatchingUp) typing.start();
    try {
      if (isCatchingUp) await clock.sleep(catchUpMs, waiting.signal).catch(() => {});
      const watched = { ...show, messages: watchWrites(show.messages, typing, waker) };
      const frames = await showFrames(slot, () => parts.growing(text), watched, waiting.signal, abandon);
      isWanted = frames.type !== 'gone';
      return frames;
    } catch (error) {
      isWanted = false;
      throw error;
    } finally {
      typing.stop();
      await waker.stop();
    }
  };
  const [ending, frames] = await Promise.allSettled([read(), showAll()]);
  if (ending.status === 'rejected') throw ending.reason;
  if (frames.status === 'rejected') throw frames.reason;
  return { ending: ending.value, frames: frames.value };
}

/** The same messages; the first write ends the typing, and each message is as old as its first write. */
function watchWrites(messages: AnswerMessages, typing: Typing, waker: AgeWaker): AnswerMessages {
  const write: AnswerMessages['write'] = async (wanted, signal) => {
    if (messages.begunMs(wanted.index) === null) waker.restart();
    const report = await messages.write(wanted, signal);
    typing.stop();
    return report;
  };
  return { ...messages, write };
}
