import type { Clock } from '../lib/clock.ts';
import type { Logger } from '../lib/logger.ts';
import type { Metrics } from '../lib/metrics.ts';
import type { AnswerMessages, MessageWrite } from './answer-messages.ts';
import type { EditLane, EditPermit } from './edit-budget.ts';
import type { FrameSlot } from './frames.ts';
import { sendWrite, type WriteResult } from './send-write.ts';
import type { TextPart } from './split.ts';

/** What both the frames and the last words of an answer are shown with. */
export type ShowTools = {
  readonly messages: AnswerMessages;
  readonly lane: EditLane;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** An earlier attempt at the same answer may have come further than this one is yet. */
  readonly isResumed: boolean;
};

/** Why frames are no longer shown: the answer is complete, the platform refuses them, or there is nothing left to show them in. */
export type FramesEnd =
  | { readonly type: 'closed' }
  | { readonly type: 'refused' }
  | { readonly type: 'gone'; readonly code: Extract<WriteResult, { type: 'gone' }>['code'] };

/** A sentence that comes whole within this time is posted once, instead of being posted and edited. */
const firstWordsPauseMs = 10;
/** After so many refusals in a row that waiting does not cure, only the last words are tried. */
const mostRefusals = 3;
const postRetryMs = 1_000;

/**
 * Shows an answer as it grows until the slot is closed: the first words at once, then an edit whenever it is this answer's turn.
 * `render` gives the parts at the moment of sending. `waiting` ends waits, never a request under way; `signal` ends everything.
 */
export async function showFrames(
  slot: FrameSlot,
  render: () => readonly TextPart[],
  tools: ShowTools,
  waiting: AbortSignal,
  signal: AbortSignal,
): Promise<FramesEnd> {
  const { messages, clock, logger } = tools;
  let refusals = 0;
  try {
    while (await slot.waitForNews()) {
      if (messages.count() === 0) await clock.sleep(firstWordsPauseMs, waiting);
      for (
        let turn = await nextTurn(render, tools, waiting);
        turn !== null;
        turn = await nextTurn(render, tools, waiting)
      ) {
        const result = await sendWrite(messages, turn.write, turn.permit, tools, signal);
        if (result.type === 'gone') return result;
        if (result.type === 'sent') refusals = 0;
        if (result.type !== 'failed') continue;
        logger.debug({ code: result.failure.code, write: turn.write.type }, 'A frame was not taken.');
        if (!result.failure.retryable) refusals += 1;
        if (refusals >= mostRefusals) return { type: 'refused' };
        // Refused edits wait in the budget; a post has no budget to wait in.
        if (turn.write.type === 'post') await clock.sleep(result.failure.retryAfterMs ?? postRetryMs, waiting);
      }
    }
    return { type: 'closed' };
  } catch (error) {
    signal.throwIfAborted();
    if (waiting.aborted) return { type: 'closed' };
    throw error;
  }
}

/** Waits for this answer's turn, then takes what is to be shown at that moment; null when there is nothing. */
async function nextTurn(
  render: () => readonly TextPart[],
  { messages, lane }: ShowTools,
  waiting: AbortSignal,
): Promise<{ write: MessageWrite; permit: EditPermit | null } | null> {
  waiting.throwIfAborted();
  const wanted = messages.nextWrite(render(), false);
  if (wanted === null || wanted.type === 'post') return wanted === null ? null : { write: wanted, permit: null };
  const permit = await lane.take('streaming', waiting);
  const write = messages.nextWrite(render(), false);
  if (write?.type === 'edit') return { write, permit };
  permit.settle({ type: 'failed' });
  return write === null ? null : { write, permit: null };
}
