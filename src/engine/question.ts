import type { FeatureType } from '../api/feature-type.ts';

/** A question whose form is right; whether its model and pictures can be used is still to be seen. */
export type Question = {
  readonly type: FeatureType;
  readonly model: string;
  /** As the caller sent it. */
  readonly conversationId: string | null;
  readonly keepsHistory: boolean;
  readonly prompt: string;
  readonly imageKeys: readonly string[];
  /** Where the caller's dialect has the pictures, for sentences: `promptObject.imageList`. */
  readonly imagesField: string;
  /** True where a question may be about the pictures asked about before. */
  readonly imagesOptional: boolean;
  readonly isMixed: boolean;
  readonly webSearch: { readonly numOfSite: number; readonly maxWord: number } | null;
  /** So many earlier exchanges at the most. */
  readonly historyLimit: number;
};
