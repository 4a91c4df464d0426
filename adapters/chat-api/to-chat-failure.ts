import type { ChatFailureCode } from '../../src/answer/chat-failure.ts';
import { errorMessage, Failure, type FailureFacts } from '../../src/lib/errors.ts';
import type { WireError } from './wire.ts';

/** What an error came with, besides itself. */
export type ErrorContext = {
  /** 200 for an error inside a stream or a record. */
  readonly status: number;
  readonly retryAfterMs?: number;
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

const retryableCodes = ['chat-rate-limited', 'chat-timeout', 'chat-unreachable', 'chat-stalled', 'chat-broken-stream'];

/**
 * The API's error as a `Failure`. Neither message nor facts repeat what the API wrote: it names teams and request paths. They hold the
 * code where it looks like one, the status, and single values that were recognised.
 */
export function toChatFailure(error: WireError | null, context: ErrorContext): Failure<ChatFailureCode> {
  const wire = error ?? noError;
  const code = classify(wire, context.status);
  const name = wire.code !== null && /^[A-Z][A-Z0-9_]{1,63}$/.test(wire.code) ? wire.code : null;
  const isProviderBusy = /\bOPEN_AI_UNEXPECTED_ERROR\b/.test(`${wire.code} ${wire.message}`);
  const said = name === null ? 'no code that is known' : `code ${name}`;
  return new Failure<ChatFailureCode>(code, `The API answered with status ${context.status} and ${said}.`, {
    retryable: retryableCodes.includes(code) || context.status >= 500 || isProviderBusy,
    ...(context.retryAfterMs === undefined ? {} : { retryAfterMs: context.retryAfterMs }),
    facts: {
      status: context.status,
      ...(name === null ? {} : { apiCode: name }),
      ...(isProviderBusy ? { provider: 'busy' } : {}),
      ...findFacts(code, wire, context),
    },
  });
}

function classify({ code, message, details }: WireError, status: number): ChatFailureCode {
  const words = `${message ?? ''} ${details ?? ''}`;
  if (/content[_ -]?(filter|policy)|moderation|\bsafety\b/i.test(words)) return 'chat-moderated';
  const named = failureByCode[code ?? ''];
  if (named !== undefined) return named;
  if (/file type isn.t supported|unsupported file type/i.test(words)) return 'chat-image-refused';
  if (/unsupported feature type/i.test(words)) return 'chat-invalid-request';
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
