import type { ChatFailureCode } from '../../src/answer/chat-failure.ts';
import type { ErrorContext } from './error-context.ts';
import type { WireError } from './wire-errors.ts';

const failureByCode: Readonly<Record<string, ChatFailureCode>> = {
  UNAUTHORIZED: 'chat-unauthorized',
  INVALID_AUTH_TOKEN: 'chat-unauthorized',
  INSUFFICIENT_CREDITS: 'chat-out-of-credits',
  UNSUPPORTED_MODEL: 'chat-model-unknown',
  MODEL_NOT_AVAILABLE: 'chat-model-unavailable',
  MODEL_NOT_MIXED: 'chat-model-not-mixed',
  INVALID_IMAGE: 'chat-image-unknown',
  IMAGE_REFUSED: 'chat-image-refused',
  UNSUPPORTED_FILE_TYPE: 'chat-image-refused',
  FILE_TOO_LARGE: 'chat-image-refused',
  TOO_MANY_IMAGES: 'chat-too-many-images',
  PROMPT_TOO_LONG: 'chat-prompt-too-long',
  CONTENT_FILTERED: 'chat-moderated',
  RATE_LIMITED: 'chat-rate-limited',
  MODEL_TIMEOUT: 'chat-timeout',
  MODEL_STALLED: 'chat-stalled',
  MODEL_UNREACHABLE: 'chat-unreachable',
  ANSWER_BROKEN_OFF: 'chat-broken-stream',
  EMPTY_ANSWER: 'chat-empty-answer',
  EXTERNAL_API_RESPONSE_WITH_ERROR: 'chat-failed',
  INVALID_JSON: 'chat-invalid-request',
  INVALID_REQUEST: 'chat-invalid-request',
  MISSING_REQUIRED_FIELDS: 'chat-invalid-request',
  MISSING_IMAGES: 'chat-invalid-request',
  REQUEST_BODY_VALIDATION_FAILED: 'chat-invalid-request',
  PROMPT_OBJECT_VALIDATION_FAILED: 'chat-invalid-request',
};

const failureByStatus: Readonly<Record<number, ChatFailureCode>> = {
  401: 'chat-unauthorized',
  402: 'chat-out-of-credits',
  403: 'chat-unauthorized',
  406: 'chat-out-of-credits',
  413: 'chat-image-refused',
  422: 'chat-invalid-request',
  429: 'chat-rate-limited',
  502: 'chat-unreachable',
  504: 'chat-unreachable',
  520: 'chat-unreachable',
  521: 'chat-unreachable',
  522: 'chat-unreachable',
  523: 'chat-unreachable',
  524: 'chat-unreachable',
};

/** What a guard or a proxy means by a page with one of these, unlike the API. */
const failureByPageStatus: Readonly<Record<number, ChatFailureCode>> = {
  402: 'chat-unreachable',
  403: 'chat-unreachable',
  406: 'chat-unreachable',
  503: 'chat-unreachable',
};

/** What the model's vendor said, in `details`: the API has one code for all of it. */
const failureByProviderWords: readonly (readonly [RegExp, ChatFailureCode])[] = [
  [/context.?(length|window)|too many tokens|input length|prompt is too long/i, 'chat-prompt-too-long'],
  [/(unsupported|invalid|unreadable|unable|not|fail(ed)?)\b[^.]{0,40}\bimage/i, 'chat-image-refused'],
  [/\bimage\b[^.]{0,40}(unsupported|not supported|not valid|invalid|too (large|small|big))/i, 'chat-image-refused'],
  [/rate.?limit|too many requests/i, 'chat-rate-limited'],
  [/\bmodel\b[^.]{0,80}(not found|not exist|no longer|decommissioned)/i, 'chat-model-unavailable'],
];

/** How the hosted service refuses another dialect. */
export const isUnknownFeature = /unsupported (feature|conversation) type/i;

/** The API only passes on what the model's vendor said. */
export function isFromProvider({ code }: WireError): boolean {
  return code === 'EXTERNAL_API_RESPONSE_WITH_ERROR';
}

/** Which failure of ours an error is: by what it says first, then by its code, then by its status. */
export function classify(wire: WireError, { status, isPage }: ErrorContext): ChatFailureCode {
  const { code, message, details } = wire;
  const words = `${message ?? ''} ${details ?? ''}`;
  if (isPage === true) return failureByPageStatus[status] ?? failureByStatus[status] ?? 'chat-failed';
  if (/content[_ -]?(filter|policy)|moderation|\bsafety\b/i.test(words)) return 'chat-moderated';
  const fromProvider = isFromProvider(wire) && failureByProviderWords.find(([pattern]) => pattern.test(details ?? ''));
  if (fromProvider) return fromProvider[1];
  const named = failureByCode[code ?? ''];
  if (named !== undefined) return named;
  if (/file type isn.t supported|unsupported file type/i.test(words)) return 'chat-image-refused';
  if (isUnknownFeature.test(words)) return 'chat-invalid-request';
  return failureByStatus[status] ?? 'chat-failed';
}
