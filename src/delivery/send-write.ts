import type { Clock } from '../lib/clock.ts';
import { createDeadline } from '../lib/deadline.ts';
import { Failure } from '../lib/errors.ts';
import type { Metrics } from '../lib/metrics.ts';
import type { AnswerMessages, MessageWrite } from './answer-messages.ts';
import type { EditPermit } from './edit-budget.ts';
import type { PlatformFailureCode } from './platform-failure.ts';

/** How a call to the platform went. `gone`: the message or its place does not exist any more. */
export type WriteResult =
  | { readonly type: 'sent' }
  | { readonly type: 'gone'; readonly code: 'platform-message-gone' | 'platform-place-gone' }
  | { readonly type: 'failed'; readonly failure: Failure; readonly isLimit: boolean };

/** A call that has no reply after this time is given up; it may have arrived all the same. */
const callLimitMs = 15_000;

/** One call: the platform's failures are results. Only an abort and what is not the platform's doing reject. */
export async function sendWrite(
  messages: AnswerMessages,
  write: MessageWrite,
  permit: EditPermit | null,
  tools: { readonly clock: Clock; readonly metrics: Metrics },
  signal: AbortSignal,
): Promise<WriteResult> {
  const late = () =>
    new Failure<PlatformFailureCode>('platform-unreachable', `no reply within ${callLimitMs} ms`, { retryable: true });
  const deadline = createDeadline(tools.clock, callLimitMs, signal, late);
  let result: WriteResult = { type: 'sent' };
  try {
    await messages.write(write, deadline.signal);
  } catch (error) {
    signal.throwIfAborted();
    result = toResult(deadline.signal.aborted ? deadline.signal.reason : error);
  } finally {
    deadline.cancel();
    permit?.settle(toEditResult(result));
    tools.metrics.count('message_writes_total', { write: write.type, result: labelOf(result) });
  }
  return result;
}

function toResult(error: unknown): WriteResult {
  // A store that fails, or a defect, is not the platform's doing.
  if (!(error instanceof Failure) || !error.code.startsWith('platform-')) throw error;
  if (error.code === 'platform-message-gone' || error.code === 'platform-place-gone') {
    return { type: 'gone', code: error.code };
  }
  return { type: 'failed', failure: error, isLimit: error.code === 'platform-rate-limited' };
}

function toEditResult(result: WriteResult): Parameters<EditPermit['settle']>[0] {
  if (result.type === 'failed' && result.isLimit) return { type: 'refused', retryAfterMs: result.failure.retryAfterMs };
  return { type: result.type === 'sent' ? 'sent' : 'failed' };
}

function labelOf(result: WriteResult): string {
  return result.type === 'failed' && result.isLimit ? 'refused' : result.type;
}
