import type { ImageFailureCode } from '../../src/images/image-failure.ts';
import type { PreparedImage, PrepareImage } from '../../src/images/prepare-image.ts';
import type { Clock } from '../../src/lib/clock.ts';
import { Failure } from '../../src/lib/errors.ts';
import { createDecoderPool, type DecoderRules, decoderRules } from './decoder-pool.ts';
import type { DecoderReply } from './decoder-process.ts';
import { pictureRules } from './picture-rules.ts';
import { toImageFailure, toRefusal } from './to-image-failure.ts';

/** Prepares pictures in decoders of its own; `close` ends them. */
export type ImagePreparer = {
  readonly prepare: PrepareImage;
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
  return {
    warm: pool.warm,
    close: pool.close,
    processIds: pool.processIds,
    async prepare(bytes, limits, signal) {
      checkSize(bytes);
      const reply = await pool.decode(bytes, limits.longEdge, signal).catch((error: unknown) => {
        throw toImageFailure(error);
      });
      if (reply === 'busy') throw toBusy();
      return toPreparedImage(reply);
    },
  };
}

function checkSize(bytes: Uint8Array): void {
  if (bytes.byteLength === 0) throw new Failure<ImageFailureCode>('image-empty', 'The picture has no bytes.');
  if (bytes.byteLength <= pictureRules.maxBytes) return;
  throw new Failure<ImageFailureCode>('image-too-large', `The picture has ${bytes.byteLength} bytes.`, {
    facts: { sizeBytes: bytes.byteLength, maxBytes: pictureRules.maxBytes },
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
