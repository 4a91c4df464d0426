import type { Turn } from '../../../src/turn/turn.ts';
import {
  mayHavePicture,
  type PictureOrigin,
  toBlockRefs,
  toFileRefs,
  toPreviewRefs,
} from '../pictures/picture-refs.ts';
import type { WireMessage } from '../wire.ts';

type FoundPictures = Pick<Turn, 'images' | 'quotedImages'>;

/** Whether somebody posted a picture with these words: then nothing else is looked for. */
export function hasOwnPicture(message: WireMessage): boolean {
  return mayHavePicture(message.files ?? [], []);
}

/**
 * The pictures that a message is about: its own files; the previews and the passed-on messages below it; else those of the root of
 * the thread that the bot was called into, which is null where that does not count.
 */
export function findPictures(
  message: WireMessage,
  root: WireMessage | null,
  { via, channel }: Pick<PictureOrigin, 'via' | 'channel'>,
): FoundPictures {
  const origin = { via, channel, ts: message.ts };
  const images = toFileRefs(message.files ?? [], origin);
  const quotedImages = toPreviewRefs(message.attachments ?? [], origin);
  if (hasOwnPicture(message)) return { images, quotedImages };
  // A sound or a text beside the words does not hide the picture that they are about.
  if (quotedImages.length > 0) return { images: [], quotedImages };
  const ofRoot = root === null ? [] : picturesOf(root, { via, channel, ts: root.ts });
  return ofRoot.length > 0 ? { images: [], quotedImages: ofRoot } : { images, quotedImages: [] };
}

function picturesOf(root: WireMessage, origin: PictureOrigin): Turn['quotedImages'] {
  const files = mayHavePicture(root.files ?? [], []) ? toFileRefs(root.files ?? [], origin) : [];
  return [...files, ...toPreviewRefs(root.attachments ?? [], origin), ...toBlockRefs(root.blocks ?? [])];
}
