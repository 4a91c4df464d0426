import type { ChatFailureCode } from '../../src/answer/chat-failure.ts';
import { Failure } from '../../src/lib/errors.ts';
import { classify, isFromProvider } from './classify-error.ts';
import type { ErrorContext } from './error-context.ts';
import { findFacts, findUnknown } from './error-facts.ts';
import { toProviderReason } from './provider-reason.ts';
import type { WireError } from './wire-errors.ts';

const noError: WireError = { code: null, message: null, details: null, field: null };

const retryableCodes = ['chat-rate-limited', 'chat-timeout', 'chat-unreachable', 'chat-stalled', 'chat-broken-stream'];

/**
 * The API's error as a `Failure`. Neither message nor facts repeat what the API wrote: it names teams and request paths. They hold the
 * code where it looks like one, the status, single values that were recognised, and a vendor's own words once they are made harmless.
 *
 * Among the facts for whoever goes on: `unknown` says what the server does not know (`feature-type`, `conversation`), `provider` that
 * the vendor was `busy`, or that nobody can tell what it had (`unclear`).
 */
export function toChatFailure(error: WireError | null, context: ErrorContext): Failure<ChatFailureCode> {
  const wire = error ?? noError;
  const code = classify(wire, context);
  const name = wire.code !== null && /^[A-Z][A-Z0-9_]{1,63}$/.test(wire.code) ? wire.code : null;
  const isProviderBusy = /\bOPEN_AI_UNEXPECTED_ERROR\b/.test(`${wire.code} ${wire.message}`);
  const reason = code === 'chat-failed' && isFromProvider(wire) ? toProviderReason(wire.details) : null;
  const isUnclear = code === 'chat-failed' && isFromProvider(wire) && context.status === 400 && reason === null;
  const said = name === null ? 'no code that is known' : `code ${name}`;
  return new Failure<ChatFailureCode>(code, `The API answered with status ${context.status} and ${said}.`, {
    retryable: retryableCodes.includes(code) || context.status >= 500 || isProviderBusy,
    ...(context.retryAfterMs === undefined ? {} : { retryAfterMs: context.retryAfterMs }),
    facts: {
      status: context.status,
      ...(name === null ? {} : { apiCode: name }),
      ...(isProviderBusy ? { provider: 'busy' } : isUnclear ? { provider: 'unclear' } : {}),
      ...(reason === null ? {} : { reason }),
      ...findUnknown(wire, context),
      ...findFacts(code, wire, context),
    },
  });
}
