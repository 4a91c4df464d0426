import type { ImageFailureCode } from '../../src/images/image-failure.ts';
import { errorMessage, Failure } from '../../src/lib/errors.ts';
import { DecoderDied, DecoderTooSlow } from './decoder-process.ts';
import type { DecodeReply } from './wire.ts';

/** What went wrong with the decoder, as a `Failure`; an abort stays what it is. */
export function toImageFailure(error: unknown): unknown {
  if (!(error instanceof DecoderDied || error instanceof DecoderTooSlow)) return error;
  return new Failure<ImageFailureCode>('image-damaged', errorMessage(error), { cause: error });
}

/** The decoder's refusal as a `Failure`. */
export function toRefusal(refusal: Extract<DecodeReply, { outcome: 'refused' }>): Failure<ImageFailureCode> {
  return new Failure<ImageFailureCode>(refusal.code, refusal.reason, { facts: refusal.facts });
}
