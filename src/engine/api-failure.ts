import { Failure, type FailureFacts } from '../lib/errors.ts';

/**
 * Every way the API refuses, with its HTTP status. Codes that the hosted service uses keep its names and statuses
 * (docs.1min.ai, "Errors"); the others are stricter than it is, so that nothing is dropped in silence.
 */
export const apiStatusByCode = {
  INVALID_JSON: 400,
  INVALID_REQUEST: 400,
  MISSING_REQUIRED_FIELDS: 400,
  REQUEST_BODY_VALIDATION_FAILED: 400,
  /** Also what the hosted service says of a feature type it does not know. */
  UNKNOWN_ERROR: 400,
  UNSUPPORTED_MODEL: 400,
  MODEL_NOT_AVAILABLE: 400,
  MODEL_NOT_MIXED: 400,
  MISSING_IMAGES: 400,
  INVALID_IMAGE: 400,
  TOO_MANY_IMAGES: 400,
  UNSUPPORTED_FILE_TYPE: 400,
  /** The model's vendor refused a picture that we could read. */
  IMAGE_REFUSED: 400,
  /** The model's vendor refused to answer by its own rules. */
  CONTENT_FILTERED: 400,
  EXTERNAL_API_RESPONSE_WITH_ERROR: 400,
  UNAUTHORIZED: 401,
  NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  INSUFFICIENT_CREDITS: 406,
  BODY_TOO_LARGE: 413,
  FILE_TOO_LARGE: 413,
  UNSUPPORTED_MEDIA_TYPE: 415,
  PROMPT_OBJECT_VALIDATION_FAILED: 422,
  PROMPT_TOO_LONG: 422,
  /** A key for repeats came with another question before. */
  IDEMPOTENCY_KEY_REUSED: 422,
  RATE_LIMITED: 429,
  INTERNAL_ERROR: 500,
  /** The model ended without a word. */
  EMPTY_ANSWER: 502,
  /** The model's vendor could not be reached. */
  MODEL_UNREACHABLE: 502,
  /** The connection to the model's vendor ended in the middle of the answer. */
  ANSWER_BROKEN_OFF: 502,
  OVERLOADED: 503,
  /** The server stopped while the answer was being written. */
  INTERRUPTED: 503,
  /** The model took too long altogether. */
  MODEL_TIMEOUT: 504,
  /** The model said nothing for too long. */
  MODEL_STALLED: 504,
} as const satisfies Record<string, number>;

export type ApiErrorCode = keyof typeof apiStatusByCode;

/** The field that was wrong, by its path in the request, e.g. `promptObject.numOfSite`. */
export type FieldProblem = { readonly field: string; readonly message: string };

/** A request that the API refuses: one sentence of what happened and what to do, and the fields it is about. */
export class ApiFailure extends Failure<ApiErrorCode> {
  readonly details: readonly FieldProblem[];

  constructor(
    code: ApiErrorCode,
    sentence: string,
    options: {
      field?: string;
      details?: readonly FieldProblem[];
      retryAfterMs?: number;
      facts?: FailureFacts;
      cause?: unknown;
    } = {},
  ) {
    super(code, sentence, options);
    this.name = 'ApiFailure';
    this.details =
      options.details ?? (options.field === undefined ? [] : [{ field: options.field, message: sentence }]);
  }
}
