import { createDeadline } from '../lib/deadline.ts';
import { Failure } from '../lib/errors.ts';
import type { PlatformFailureCode } from './platform-failure.ts';
import { sendWrite, type WriteResult } from './send-write.ts';
import type { ShowTools } from './show-frames.ts';
import type { TextPart } from './split.ts';

/** Whether the last words stand. */
export type LastWordsResult =
  | { readonly type: 'shown' }
  | Extract<WriteResult, { type: 'gone' }>
  | { readonly type: 'undelivered'; readonly failure: Failure };

/** Last words are tried for so long; then the place is given up. */
const limitMs = 120_000;
const firstRetryMs = 500;
const longestRetryMs = 15_000;
const mostRemovals = 4;

/**
 * Brings every message to its last text, before all other answers' edits, and takes away messages that are not needed any more.
 * What may succeed later is tried again, with the platform's own wait or a growing one, within two minutes in all.
 */
export async function showLastWords(
  parts: readonly TextPart[],
  tools: ShowTools,
  signal: AbortSignal,
): Promise<LastWordsResult> {
  const late = () => new Failure<PlatformFailureCode>('platform-unreachable', `not shown within ${limitMs} ms`);
  const deadline = createDeadline(tools.clock, limitMs, signal, late);
  try {
    return await showAll(parts, tools, deadline.signal);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof Failure && error.code.startsWith('platform-')) return { type: 'undelivered', failure: error };
    throw error;
  } finally {
    deadline.cancel();
  }
}

async function showAll(parts: readonly TextPart[], tools: ShowTools, signal: AbortSignal): Promise<LastWordsResult> {
  const { messages, lane, clock, logger } = tools;
  let failures = 0;
  for (let write = messages.nextWrite(parts, true); write !== null; write = messages.nextWrite(parts, true)) {
    const permit = write.type === 'edit' ? await lane.take('final', signal) : null;
    const result = await sendWrite(messages, write, permit, tools, signal);
    if (result.type === 'gone') return result;
    if (result.type === 'sent') {
      failures = 0;
      continue;
    }
    if (!result.failure.retryable) return { type: 'undelivered', failure: result.failure };
    failures += 1;
    logger.info({ code: result.failure.code, failures }, 'Last words were not taken and are tried again.');
    // The budget knows how long a refused edit has to wait.
    if (permit === null || !result.isLimit) await clock.sleep(retryDelayMs(result.failure, failures), signal);
  }
  await removeLeftOver(parts.filter((part) => part.text !== '').length, tools, signal);
  return { type: 'shown' };
}

/** Everything is said by now: a message that cannot be removed is left standing. */
async function removeLeftOver(
  kept: number,
  { messages, clock, logger }: ShowTools,
  signal: AbortSignal,
): Promise<void> {
  for (let failures = 0; ; ) {
    try {
      await messages.removeBehind(kept, signal);
      return;
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof Failure) || !error.code.startsWith('platform-')) throw error;
      failures += 1;
      logger.info({ code: error.code, failures }, 'A message that is no longer needed could not be removed.');
      if (!error.retryable || failures === mostRemovals) return;
      await clock.sleep(retryDelayMs(error, failures), signal);
    }
  }
}

function retryDelayMs(failure: Failure, failures: number): number {
  return failure.retryAfterMs ?? Math.min(longestRetryMs, firstRetryMs * 2 ** (failures - 1));
}
