import type { Clock } from '../lib/clock.ts';
import { createDeadline } from '../lib/deadline.ts';
import { Failure } from '../lib/errors.ts';
import type { Metrics } from '../lib/metrics.ts';
import type { AnswerMessages, MessageWrite } from './answer-messages.ts';
import type { EditPermit, EditResult } from './edit-budget.ts';
import type { EditReport } from './outbox.ts';
import type { PlatformFailureCode } from './platform-failure.ts';

/** How a call to the platform went, and what it said of its limit. `gone`: the message or its place does not exist any more. */
export type WriteResult =
  | { readonly type: 'sent'; readonly report: EditReport | null }
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
  let settled: EditResult = { type: 'failed' };
  try {
    const result = await attempt(messages, write, deadline.signal, signal);
    settled = toEditResult(result);
    tools.metrics.count('message_writes_total', { write: write.type, result: labelOf(result) });
    return result;
  } finally {
    deadline.cancel();
    // Whatever happens: a permit that is not given back holds up everybody in the scope.
    permit?.settle(settled);
  }
}

async function attempt(
  messages: AnswerMessages,
  write: MessageWrite,
  limited: AbortSignal,
  signal: AbortSignal,
): Promise<WriteResult> {
  try {
    return { type: 'sent', report: await messages.write(write, limited) };
  } catch (error) {
    signal.throwIfAborted();
    return toResult(limited.aborted ? limited.reason : error);
  }
}

function toResult(error: unknown): WriteResult {
  // A store that fails, or a defect, is not the platform's doing.
  if (!(error instanceof Failure) || !error.code.startsWith('platform-')) throw error;
  if (error.code === 'platform-message-gone' || error.code === 'platform-place-gone') {
    return { type: 'gone', code: error.code };
  }
  return { type: 'failed', failure: error, isLimit: error.code === 'platform-rate-limited' };
}

function toEditResult(result: WriteResult): EditResult {
  if (result.type === 'failed' && result.isLimit) return { type: 'refused', retryAfterMs: result.failure.retryAfterMs };
  return result.type === 'sent' ? result : { type: 'failed' };
}

function labelOf(result: WriteResult): string {
  return result.type === 'failed' && result.isLimit ? 'refused' : result.type;
}
