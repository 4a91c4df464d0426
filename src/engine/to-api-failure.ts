import type { ChatFailureCode } from '../answer/chat-failure.ts';
import { Failure } from '../lib/errors.ts';
import { type ApiErrorCode, ApiFailure } from './api-failure.ts';

/** What callers of the API are told of each failure of a model. */
const codeByChatFailure = {
  'chat-unauthorized': 'EXTERNAL_API_RESPONSE_WITH_ERROR',
  'chat-out-of-credits': 'INSUFFICIENT_CREDITS',
  'chat-model-unknown': 'UNSUPPORTED_MODEL',
  'chat-model-unavailable': 'MODEL_NOT_AVAILABLE',
  'chat-model-not-mixed': 'MODEL_NOT_MIXED',
  'chat-image-unknown': 'INVALID_IMAGE',
  'chat-image-refused': 'IMAGE_REFUSED',
  'chat-image-unread': 'EXTERNAL_API_RESPONSE_WITH_ERROR',
  'chat-too-many-images': 'TOO_MANY_IMAGES',
  'chat-prompt-too-long': 'PROMPT_TOO_LONG',
  'chat-invalid-request': 'EXTERNAL_API_RESPONSE_WITH_ERROR',
  'chat-rate-limited': 'RATE_LIMITED',
  'chat-moderated': 'CONTENT_FILTERED',
  'chat-timeout': 'MODEL_TIMEOUT',
  'chat-stalled': 'MODEL_STALLED',
  'chat-unreachable': 'MODEL_UNREACHABLE',
  'chat-broken-stream': 'ANSWER_BROKEN_OFF',
  'chat-empty-answer': 'EMPTY_ANSWER',
  'chat-record-gone': 'EXTERNAL_API_RESPONSE_WITH_ERROR',
  'chat-failed': 'EXTERNAL_API_RESPONSE_WITH_ERROR',
} as const satisfies Record<ChatFailureCode, ApiErrorCode>;

/** Whatever a model's answer broke with, as the API says it. Null for what nobody foresaw: that is for the log alone. */
export function toApiFailure(error: unknown): ApiFailure | null {
  if (error instanceof ApiFailure) return error;
  if (!(error instanceof Failure) || !isChatFailureCode(error.code)) return null;
  return new ApiFailure(codeByChatFailure[error.code], error.message, {
    cause: error,
    facts: error.facts,
    ...(error.retryAfterMs === undefined ? {} : { retryAfterMs: error.retryAfterMs }),
  });
}

function isChatFailureCode(code: string): code is ChatFailureCode {
  return Object.hasOwn(codeByChatFailure, code);
}
