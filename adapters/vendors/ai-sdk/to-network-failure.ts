import type { ChatFailureCode } from '../../../src/answer/chat-failure.ts';
import { Failure } from '../../../src/lib/errors.ts';
import type { Question } from './question.ts';

/**
 * A connection that failed: `chat-unreachable` before the answer began, `chat-broken-stream` or `chat-stalled` in the middle of it.
 * Of the error itself only its code is kept.
 */
export function toNetworkFailure(
  error: unknown,
  hadBegun: boolean,
  { vendor, model }: Question,
): Failure<ChatFailureCode> {
  const network = codeOf(error);
  const options = { retryable: true, facts: { network } };
  if (/^UND_ERR_(HEADERS|BODY)_TIMEOUT$/.test(network))
    return new Failure('chat-stalled', `${model} said nothing for too long. Try again, or ask another model.`, options);
  return hadBegun
    ? new Failure('chat-broken-stream', `The answer of ${model} broke off (${network}). Try again.`, options)
    : new Failure('chat-unreachable', `${vendor.name} could not be reached (${network}). Try again later.`, options);
}

function codeOf(error: unknown): string {
  for (let each = error; typeof each === 'object' && each !== null; each = 'cause' in each ? each.cause : null) {
    if ('code' in each && typeof each.code === 'string' && /^[A-Z][A-Z0-9_]{1,59}$/.test(each.code)) return each.code;
  }
  return 'unknown error';
}
