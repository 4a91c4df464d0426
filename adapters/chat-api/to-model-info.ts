import type { ModelInfo } from '../../src/answer/models.ts';
import { chatWithImage, conversationTypes } from '../../src/api/feature-type.ts';
import type { WireModel } from './wire.ts';

/** What a price is for where the API does not say: what vendors publish their prices for. */
const usualPerTokens = 1_000_000;
/** Pictures of one question where the API does not say how many: more than anybody sends in one message. */
const defaultMaxPictures = 10;

/** The entries that chat, as people choose them. Entries of other features (music, video, …) and placeholders are left out. */
export function toModelInfos(entries: readonly WireModel[]): ModelInfo[] {
  return entries.filter((entry) => entry.modelId !== 'NOT_APPLICABLE' && chats(entry)).map(toModelInfo);
}

function chats({ features }: WireModel): boolean {
  return features == null || features.some((feature) => conversationTypes.some((type) => type === feature));
}

function toModelInfo(entry: WireModel): ModelInfo {
  return {
    id: entry.modelId,
    name: entry.name ?? entry.modelId,
    vendor: entry.group ?? entry.provider ?? 'unknown',
    contextTokens: (entry.contextTokens ?? entry.creditMetadata?.CONTEXT) || null,
    price: entry.price == null ? null : { ...entry.price, perTokens: entry.price.perTokens ?? usualPerTokens },
    seesPictures: seesPictures(entry),
    maxPictures: entry.maxImages ?? defaultMaxPictures,
    bestAt: entry.bestAt ?? '',
    unavailableBecause: isActive(entry) ? null : (entry.unavailableReason ?? 'The API lists it as switched off.'),
  };
}

/** What it takes in is the better witness; the feature is an older one. */
function seesPictures({ modality, features }: WireModel): boolean {
  return modality?.INPUT == null ? (features?.includes(chatWithImage) ?? false) : modality.INPUT.includes('image');
}

function isActive({ status }: WireModel): boolean {
  return status === undefined || status.toUpperCase() === 'ACTIVE';
}
