import type { RequestPicture } from '../../../../src/engine/vision-model.ts';
import type { PictureFacts } from '../wire.ts';

/** A file as the person knows it who sent it; pixels upright. */
export type SentFile = NonNullable<RequestPicture['original']>;

const formatNames = { jpeg: 'JPEG', png: 'PNG', webp: 'WebP', gif: 'GIF' } as const;

/** The file that was measured. */
export function toMeasuredFile({ format, width, height, sizeBytes, frames }: PictureFacts): SentFile {
  return { format: formatNames[format], width, height, sizeBytes, frames };
}

/** The file that was sent: what the measured one was made of, or the measured one itself. */
export function toSentFile(facts: PictureFacts, original: SentFile | null): SentFile {
  return original ?? toMeasuredFile(facts);
}

/** Whether two files are alike in what the eye may notice; how they are compressed does not count. */
export function isSameKind(first: SentFile, second: SentFile): boolean {
  return first.format === second.format && first.width === second.width && first.height === second.height;
}
