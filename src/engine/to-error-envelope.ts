import type { ErrorEnvelope } from '../api/error-envelope.ts';
import type { ApiFailure } from './api-failure.ts';

/** A refusal as the API sends it: both envelopes in one, so that either reader finds code, sentence and fields. */
export function toErrorEnvelope(failure: ApiFailure): ErrorEnvelope {
  const { code, message } = failure;
  return {
    success: false,
    errorCode: code,
    message,
    error: { code, message, details: failure.details.map((detail) => ({ ...detail })) },
  };
}
