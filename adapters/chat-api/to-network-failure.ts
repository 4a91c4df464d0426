import type { ChatFailureCode } from '../../src/answer/chat-failure.ts';
import { errorMessage, Failure } from '../../src/lib/errors.ts';

const notConnectedCodes = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/**
 * A connection that failed, as a `Failure`. `network` among the facts says `not-connected` when surely nothing was sent, else `broken`.
 * An answer that had begun is a broken stream.
 */
export function toNetworkFailure(error: unknown, hadBegun: boolean): Failure<ChatFailureCode> {
  const code = codeOf(error);
  const network = !hadBegun && notConnectedCodes.has(code) ? 'not-connected' : 'broken';
  const sentence = hadBegun ? 'The connection broke before the answer was complete' : 'The API could not be reached';
  return new Failure<ChatFailureCode>(hadBegun ? 'chat-broken-stream' : 'chat-unreachable', `${sentence} (${code}).`, {
    retryable: true,
    facts: { network },
    cause: new Error(errorMessage(error).slice(0, 300)),
  });
}

function codeOf(error: unknown): string {
  if (typeof error === 'object' && error !== null) {
    if ('code' in error && typeof error.code === 'string') return error.code.slice(0, 60);
    if ('cause' in error) return codeOf(error.cause);
  }
  return 'unknown error';
}
