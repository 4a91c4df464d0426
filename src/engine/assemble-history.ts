import type { AnswerRecord } from './answer-record.ts';
import type { Assets } from './assets.ts';
import type { CatalogueModel } from './catalogue-model.ts';
import { withoutNotices } from './notices.ts';
import { toRequestPicture } from './request-pictures.ts';
import type { PastTurn, RequestPicture } from './vision-model.ts';

/** Half of a context window at four characters a token: the other half is for pictures, question and answer. */
const historyCharactersPerToken = 2;

type HistoryParts = {
  readonly assets: Assets;
  readonly model: CatalogueModel;
  readonly imageKeys: readonly string[];
};

/**
 * Earlier exchanges, oldest first, with the pictures that still exist. Each picture is given once, where it was asked about
 * last; the newest go first where the model takes only so many, or its window holds only so much.
 */
export function assembleHistory(records: readonly AnswerRecord[], parts: HistoryParts): PastTurn[] {
  const { assets, model, imageKeys } = parts;
  const seen = new Set(imageKeys);
  let roomForPictures = model.maxImages - imageKeys.length;
  let roomForCharacters = (model.contextTokens ?? Number.POSITIVE_INFINITY) * historyCharactersPerToken;

  const picturesOf = (record: AnswerRecord): RequestPicture[] => {
    const pictures: RequestPicture[] = [];
    for (const key of record.imageKeys) {
      const asset = seen.has(key) || roomForPictures === 0 ? null : assets.find(record.ownerId, key);
      if (asset === null) continue;
      seen.add(key);
      roomForPictures -= 1;
      pictures.push(toRequestPicture(assets, asset));
    }
    return pictures;
  };

  const turns: PastTurn[] = [];
  for (const record of records.toReversed()) {
    const answer = withoutNotices(record.outcome?.text ?? '');
    roomForCharacters -= record.prompt.length + answer.length;
    if (roomForCharacters < 0) break;
    turns.push({ model: record.model, prompt: record.prompt, pictures: picturesOf(record), answer });
  }
  return turns.toReversed();
}
