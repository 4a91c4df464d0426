import type { AnswerEvent } from '../answer/answer-event.ts';
import type { AnswerMessages } from './answer-messages.ts';
import { capParts } from './cap-parts.ts';
import { createFrameSlot } from './frames.ts';
import type { Outbox, Place } from './outbox.ts';
import { type AnswerEnding, readAnswer } from './read-answer.ts';
import { createSanitiser } from './sanitise.ts';
import { type FramesEnd, type ShowTools, showFrames } from './show-frames.ts';
import { showTyping } from './show-typing.ts';
import { createSplitter } from './split.ts';

/** A resumed answer comes fast; its messages are not touched until it has had this long to get where it was. */
const catchUpMs = 3_000;

/** Why waiting and typing end. One for all: each would keep its stack for as long as the answer takes. */
const isOver = new Error('there is nothing to wait for any more');

/** Reads and shows side by side, until the answer has ended and nothing is under way. */
export async function streamAnswer(
  events: AsyncIterable<AnswerEvent>,
  place: Place,
  outbox: Outbox,
  show: ShowTools,
  signal: AbortSignal,
  abandon: AbortSignal,
): Promise<{ ending: AnswerEnding; frames: FramesEnd }> {
  const { clock } = show;
  const slot = createFrameSlot();
  const sanitiseWhole = createSanitiser();
  const splitter = createSplitter(outbox.limits.text);
  const waiting = new AbortController();
  const typing = new AbortController();
  let text = '';
  let isWanted = true;

  const render = () => {
    const safe = sanitiseWhole(text);
    return capParts(splitter.parts(safe.text, safe.settled), place.mostMessages, outbox.limits.text);
  };
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
      typing.abort(isOver);
    }
  };
  const showAll = async (): Promise<FramesEnd> => {
    const isCatchingUp = show.isResumed && show.messages.count() > 0;
    const typed = isCatchingUp ? Promise.resolve() : showTyping(outbox, place, clock, typing.signal);
    try {
      if (isCatchingUp) await clock.sleep(catchUpMs, waiting.signal).catch(() => {});
      const frames = await showFrames(slot, render, withoutTyping(show, typing), waiting.signal, abandon);
      isWanted = frames.type !== 'gone';
      return frames;
    } catch (error) {
      isWanted = false;
      throw error;
    } finally {
      typing.abort(isOver);
      await typed;
    }
  };
  const [ending, frames] = await Promise.allSettled([read(), showAll()]);
  if (ending.status === 'rejected') throw ending.reason;
  if (frames.status === 'rejected') throw frames.reason;
  return { ending: ending.value, frames: frames.value };
}

/** The same messages; the first one that is written ends the typing. */
function withoutTyping(show: ShowTools, typing: AbortController): ShowTools {
  const { messages } = show;
  const write: AnswerMessages['write'] = async (wanted, signal) => {
    const report = await messages.write(wanted, signal);
    typing.abort(isOver);
    return report;
  };
  return { ...show, messages: { ...messages, write } };
}
