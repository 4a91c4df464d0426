import type { ImageRef } from '../../../src/turn/image-ref.ts';
import type { WireAttachment, WireFile, WirePictureBlock } from './picture-wire.ts';

/** The message that shows a picture, and the workspace through which the app sees it. Empty ids where there is no message. */
export type PictureOrigin = { readonly via: string; readonly channel: string; readonly ts: string };

/**
 * The files of a message that are pictures, in order. Sounds, films and texts that were posted beside a picture are passed over;
 * where there is no picture at all they stay, so that each is refused by name.
 */
export function toFileRefs(_files: readonly WireFile[], _origin: PictureOrigin): readonly ImageRef[] {
  return [];
}

/** The pictures below a message: previews of links, the files and pictures of messages that were passed on. */
export function toPreviewRefs(_attachments: readonly WireAttachment[], _origin: PictureOrigin): readonly ImageRef[] {
  return [];
}

/** The pictures in the blocks of an app's message. */
export function toBlockRefs(_blocks: readonly WirePictureBlock[]): readonly ImageRef[] {
  return [];
}

/** Whether anything of it may be a picture: not when all of it is said to be something else. */
export function mayHavePicture(_files: readonly WireFile[], _attachments: readonly WireAttachment[]): boolean {
  return false;
}
