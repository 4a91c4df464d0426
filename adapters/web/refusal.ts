import { Failure } from '../../src/lib/errors.ts';

/** Every way the playground refuses a request of its page, with the HTTP status. */
export const statusByRefusal = {
  'web-invalid': 400,
  'web-no-session': 401,
  'web-not-yours': 403,
  'web-not-found': 404,
  'web-ended': 409,
  'web-too-large': 413,
  'web-too-fast': 429,
  'web-not-taken': 503,
} as const satisfies Record<string, number>;

type RefusalCode = keyof typeof statusByRefusal;

/** A refusal whose message is the sentence that the person reads. */
export class Refusal extends Failure<RefusalCode> {
  readonly status: (typeof statusByRefusal)[RefusalCode];

  constructor(code: RefusalCode, sentence: string, cause?: unknown) {
    super(code, sentence, { retryable: code === 'web-not-taken' || code === 'web-too-fast', cause });
    this.name = 'Refusal';
    this.status = statusByRefusal[code];
  }
}
