/** Why a picture was left out. Each has its sentence in `delivery/failure-text.ts`. */
export type ImageFailureCode =
  | 'image-type-unsupported'
  | 'image-too-large'
  | 'image-too-many-pixels'
  | 'image-empty'
  | 'image-damaged'
  /** More pictures than one question may have; `maxPictures` among the facts. */
  | 'image-over-limit'
  /** Too many pictures at once on this machine; the same one may be taken later. */
  | 'image-busy'
  | 'image-gone'
  /** The bot may not have it; `needed` among the facts where it is a right that its app lacks. */
  | 'image-no-access'
  | 'image-download-failed';
