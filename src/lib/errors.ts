/** What a failure was about, for the sentence a person reads and for the log. Never a secret. */
export type FailureFacts = Readonly<Record<string, string | number>>;

type FailureOptions = {
  /** True when the same call may succeed later without anything being changed. */
  retryable?: boolean;
  /** The server's own wish, in milliseconds, where it sent one. */
  retryAfterMs?: number;
  facts?: FailureFacts;
  cause?: unknown;
};

/**
 * Every failure the program knows by name. Made at the edge, where the vendor's error is understood; the core never
 * sees a vendor's error. `code` is one of a literal union owned by the stage that throws it.
 */
export class Failure<Code extends string = string> extends Error {
  readonly code: Code;
  readonly retryable: boolean;
  readonly retryAfterMs: number | undefined;
  readonly facts: FailureFacts;

  constructor(code: Code, message: string, options: FailureOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'Failure';
    this.code = code;
    this.retryable = options.retryable ?? false;
    this.retryAfterMs = options.retryAfterMs;
    this.facts = options.facts ?? {};
  }
}

/** The text of anything that was thrown. */
export function errorMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
