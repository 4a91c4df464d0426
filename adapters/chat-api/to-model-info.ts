import type { ModelInfo } from '../../src/answer/models.ts';
import { chatWithImage, conversationTypes } from '../../src/api/feature-type.ts';
import type { WireModel } from './wire-models.ts';

/** What a price is for where the API does not say: what vendors publish their prices for. */
const usualPerTokens = 1_000_000;
/** Pictures of one question where the API does not say how many: more than anybody sends in one message. */
const defaultMaxPictures = 10;

/** The entries that chat, as people choose them. Entries of other features (music, video, …) and placeholders are left out. */
export function toModelInfos(entries: readonly WireModel[]): ModelInfo[] {
  return entries.filter((entry) => entry.modelId !== 'NOT_APPLICABLE' && chats(entry)).map(toModelInfo);
}

/** The model of the page's own examples comes first where it is listed: whoever chooses none gets the first. */
const firstModel = 'gpt-4o';

/**
 * The hosted catalogue as people choose from it: what chats, is switched on and sees pictures. Where no entry at all says that it
 * sees pictures, the catalogue does not tell; then all of them are offered. Prices there are credits, relative ones, and no dollars.
 */
export function toHostedModelInfos(entries: readonly WireModel[]): ModelInfo[] {
  const all = toModelInfos(entries.filter(isActive));
  const seeing = all.filter((model) => model.seesPictures);
  const offered = seeing.length > 0 ? seeing : all.map((model) => ({ ...model, seesPictures: true }));
  return offered.toSorted((left, right) => Number(right.id === firstModel) - Number(left.id === firstModel));
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
    ...(entry.answeredBy === undefined
      ? {}
      : { bestAt: `retired, ${entry.answeredBy} answers`, answeredBy: entry.answeredBy }),
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
