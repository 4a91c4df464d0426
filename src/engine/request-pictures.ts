import { ApiFailure } from './api-failure.ts';
import type { Asset, Assets } from './assets.ts';
import type { CatalogueModel } from './catalogue-model.ts';
import type { Question } from './question.ts';
import type { RequestPicture } from './vision-model.ts';

/** A stored picture as a model gets it. */
export function toRequestPicture(assets: Assets, asset: Asset): RequestPicture {
  return {
    key: asset.key,
    name: asset.originalName,
    mimeType: asset.mimeType,
    number: null,
    original: asset.original,
    read: (signal) => assets.read(asset, signal),
  };
}

/** The question's pictures. Throws `TOO_MANY_IMAGES`, or `INVALID_IMAGE` for a key that is unknown, foreign or expired. */
export function findPictures(
  assets: Assets,
  ownerId: string,
  question: Question,
  model: CatalogueModel,
): RequestPicture[] {
  const { imageKeys, imagesField: field } = question;
  if (imageKeys.length > model.maxImages)
    throw new ApiFailure(
      'TOO_MANY_IMAGES',
      `${field} holds ${imageKeys.length} pictures; ${model.id} takes at most ${model.maxImages}. Send fewer.`,
      { field },
    );
  return imageKeys.map((key) => {
    const asset = assets.find(ownerId, key);
    if (asset === null)
      throw new ApiFailure('INVALID_IMAGE', `${field} names ${quoteKey(key)}, ${whyNot(key)}`, { field });
    return toRequestPicture(assets, asset);
  });
}

/** The hosted API takes links as well: whoever sends one is told that it is none of the pictures here. */
function whyNot(key: string): string {
  const way = 'with POST /api/assets and send the key you get.';
  return /^https?:/i.test(key)
    ? `a link: links are not followed here. Upload the picture ${way}`
    : `which is no picture of yours, or no longer kept. Upload it ${way}`;
}

function quoteKey(key: string): string {
  return JSON.stringify(key.length > 200 ? `${key.slice(0, 200)}…` : key);
}
