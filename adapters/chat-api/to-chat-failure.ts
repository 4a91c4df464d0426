import type { ChatFailureCode } from '../../src/answer/chat-failure.ts';
import { errorMessage, Failure, type FailureFacts } from '../../src/lib/errors.ts';
import { toProviderReason } from './provider-reason.ts';
import type { WireError } from './wire.ts';

/** What an error came with, besides itself. */
export type ErrorContext = {
  /** 200 for an error inside a stream or a record. */
  readonly status: number;
  readonly retryAfterMs?: number;
  /** A web page came: whoever refused stands in front of the API, and means something else by its status. */
  readonly isPage?: boolean;
  /** The model that was asked. */
  readonly model?: string;
};

const noError: WireError = { code: null, message: null, details: null, field: null };

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

const isUnknownFeature = /unsupported (feature|conversation) type/i;

const goneConversation =
  /\bconversation\b.{0,80}\b(not found|not exist|no longer)|\b(no such|unknown|invalid) conversation\b(?! type)/i;

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

function isFromProvider({ code }: WireError): boolean {
  return code === 'EXTERNAL_API_RESPONSE_WITH_ERROR';
}

function findUnknown({ code, message, details }: WireError, { status }: ErrorContext): FailureFacts {
  const words = `${message ?? ''} ${details ?? ''}`;
  if (isUnknownFeature.test(words)) return { unknown: 'feature-type' };
  const isGone = code === 'CONVERSATION_NOT_FOUND' || (status >= 400 && status < 500 && goneConversation.test(words));
  return isGone ? { unknown: 'conversation' } : {};
}

function classify(wire: WireError, { status, isPage }: ErrorContext): ChatFailureCode {
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

/** Values that a person can use and that give nothing away. */
function findFacts(code: ChatFailureCode, { message, field }: WireError, { model }: ErrorContext): FailureFacts {
  const words = message ?? '';
  const wholeNumber = (pattern: RegExp, name: string): FailureFacts => {
    const digits = pattern.exec(words)?.[1];
    return digits === undefined ? {} : { [name]: Number(digits) };
  };
  const word = (pattern: RegExp, name: string): FailureFacts => {
    const found = pattern.exec(words)?.[1];
    return found === undefined ? {} : { [name]: found };
  };
  const modelFact: FailureFacts = model === undefined ? {} : { model };
  switch (code) {
    case 'chat-unauthorized':
      return { variable: 'CHAT_API_KEY' };
    case 'chat-out-of-credits':
      return {
        ...wholeNumber(/requires (\d{1,12}) credits/, 'requiredCredits'),
        ...wholeNumber(/only has (\d{1,12}) credits/, 'availableCredits'),
      };
    case 'chat-model-unknown':
      return { ...modelFact, ...word(/\bAsk ([\w./:@-]{1,120}) instead\b/, 'successor') };
    case 'chat-model-unavailable':
      return { ...modelFact, ...word(/\b([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*_API_KEY)\b/, 'variable') };
    case 'chat-model-not-mixed':
      return modelFact;
    case 'chat-too-many-images':
      return {
        ...modelFact,
        ...wholeNumber(/(?:at most|up to|most is|maximum(?: of| is)?|limit(?: of| is)?) (\d{1,4})\b/i, 'maxPictures'),
      };
    case 'chat-prompt-too-long':
      return wholeNumber(/(?:at most|most is|limit(?: of| is)?) (\d{1,9})\b/i, 'maxChars');
    case 'chat-invalid-request':
      return field !== null && /^[\w.[\]]{1,80}$/.test(field) ? { field } : {};
    default:
      return {};
  }
}

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
