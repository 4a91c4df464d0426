import type { ImageRef } from '../turn/image-ref.ts';

/** The pictures within reach of a question. */
export type PicturesInReach = {
  /** The message's own. */
  readonly own: readonly ImageRef[];
  /** Those of the message it replies to. */
  readonly quoted: readonly ImageRef[];
  /** Asset keys of the pictures that the conversation was about last. */
  readonly earlier: readonly string[];
};

/** What a question is about: pictures to be gathered, asset keys that can be used as they are, or nothing at all. */
export type PickedImages =
  | { readonly type: 'images'; readonly from: 'own' | 'quoted'; readonly images: readonly ImageRef[] }
  | { readonly type: 'earlier'; readonly keys: readonly string[] }
  | { readonly type: 'none' };

/** The message's own pictures, else those it replies to, else the conversation's last ones. */
export function pickImages({ own, quoted, earlier }: PicturesInReach): PickedImages {
  if (own.length > 0) return { type: 'images', from: 'own', images: own };
  if (quoted.length > 0) return { type: 'images', from: 'quoted', images: quoted };
  if (earlier.length > 0) return { type: 'earlier', keys: earlier };
  return { type: 'none' };
}
