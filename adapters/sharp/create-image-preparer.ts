import type { FitPicture } from '../../src/engine/fit-picture.ts';
import type { ImageFailureCode } from '../../src/images/image-failure.ts';
import type { PreparedImage, PrepareImage } from '../../src/images/prepare-image.ts';
import type { Clock } from '../../src/lib/clock.ts';
import { Failure } from '../../src/lib/errors.ts';
import { createDecoderPool, type DecoderRules, decoderRules } from './decoder-pool.ts';
import type { DecoderReply } from './decoder-process.ts';
import { fitToBytes } from './fit-to-bytes.ts';
import { pictureRules } from './picture-rules.ts';
import { toImageFailure, toRefusal } from './to-image-failure.ts';
import type { DecodeRequest } from './wire.ts';

/** Prepares pictures in decoders of its own; `close` ends them. */
export type ImagePreparer = {
  readonly prepare: PrepareImage;
  /** The same decoders for what a vendor wants; its pictures may be as large as the API's uploads. */
  readonly fitPicture: FitPicture;
  /** Starts a decoder ahead of the first picture. */
  warm(signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
  /** The decoders running now, for the memory figures. */
  processIds(): readonly number[];
};

/**
 * `PrepareImage` with sharp, in child processes that hold no secret: neither a crash of the decoder nor a picture that
 * blows up in it reaches the bot.
 */
export function createImagePreparer(clock: Clock, rules: DecoderRules = decoderRules): ImagePreparer {
  const pool = createDecoderPool(clock, rules);

  const decode = async (bytes: Uint8Array, request: DecodeRequest, signal: AbortSignal): Promise<PreparedImage> => {
    const reply = await pool.decode(bytes, request, signal).catch((error: unknown) => {
      throw toImageFailure(error);
    });
    if (reply === 'busy') throw toBusy();
    return toPreparedImage(reply);
  };

  return {
    warm: pool.warm,
    close: pool.close,
    processIds: pool.processIds,
    async prepare(bytes, { longEdge }, signal) {
      checkSize(bytes, pictureRules.maxBytes);
      return decode(bytes, { longEdge, isOpaque: false }, signal);
    },
    async fitPicture(bytes, rule, signal) {
      checkSize(bytes, pictureRules.maxFittedBytes);
      return fitToBytes((longEdge) => decode(bytes, { longEdge, isOpaque: !rule.allowsWebp }, signal), rule);
    },
  };
}

function checkSize(bytes: Uint8Array, maxBytes: number): void {
  if (bytes.byteLength === 0) throw new Failure<ImageFailureCode>('image-empty', 'The picture has no bytes.');
  if (bytes.byteLength <= maxBytes) return;
  throw new Failure<ImageFailureCode>('image-too-large', `The picture has ${bytes.byteLength} bytes.`, {
    facts: { sizeBytes: bytes.byteLength, maxBytes },
  });
}

function toBusy(): Failure<ImageFailureCode> {
  return new Failure('image-busy', 'Too many pictures wait for a decoder.', { retryable: true });
}

function toPreparedImage({ header, body }: DecoderReply): PreparedImage {
  switch (header.outcome) {
    case 'ok': {
      const { mimeType, width, height, remarks, original } = header;
      return {
        bytes: body,
        mimeType,
        extension: mimeType === 'image/jpeg' ? '.jpg' : '.webp',
        width,
        height,
        remarks,
        original,
      };
    }
    case 'refused':
      throw toRefusal(header);
    case 'ready':
      throw new Failure<ImageFailureCode>('image-damaged', 'The decoder answered a picture with its greeting.');
    default:
      throw header satisfies never;
  }
}
