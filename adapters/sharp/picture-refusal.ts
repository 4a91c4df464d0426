import type { FailureFacts } from '../../src/lib/errors.ts';

/** Why the decoder refuses a picture, in the decoder's own process; the bot makes a `Failure` of it. */
export class PictureRefusal extends Error {
  readonly code: 'image-type-unsupported' | 'image-too-many-pixels' | 'image-damaged';
  readonly facts: FailureFacts;

  constructor(code: PictureRefusal['code'], message: string, facts: FailureFacts) {
    super(message);
    this.name = 'PictureRefusal';
    this.code = code;
    this.facts = facts;
  }
}
