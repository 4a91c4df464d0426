import type { PictureFamily } from './picture-rules.ts';

/** Who answers for a model. The engine is handed one `VisionModel` for each vendor there is a key for. */
export type VendorId = 'openai' | 'google' | 'anthropic' | 'mistral' | 'llama' | 'openai-compatible' | 'inspector';

/** A model that the API lists. */
export type CatalogueModel = {
  /** As callers name it. */
  readonly id: string;
  readonly name: string;
  readonly vendor: VendorId;
  /** As its vendor names it. */
  readonly vendorModel: string;
  /** Context window in tokens; null where it is not known. */
  readonly contextTokens: number | null;
  /** US dollars for `perTokens` tokens; null where it is not known. */
  readonly price: { readonly input: number; readonly output: number; readonly perTokens: number } | null;
  readonly seesPictures: boolean;
  /** A few words for somebody who chooses. */
  readonly bestAt: string;
  /** Pictures of one request, with those of the history. */
  readonly maxImages: number;
  /** By which rules its vendor takes pictures. */
  readonly pictureFamily: PictureFamily;
  /** The first day (UTC, `YYYY-MM-DD`) on which its vendor no longer serves it; null while none is known. */
  readonly retiresOn: string | null;
  /** The model that answers once the vendor no longer knows this one; null where there is none. */
  readonly successor: string | null;
};

/** A vendor as people read it, and the variable that brings it; null when it needs none. */
export type Vendor = { readonly name: string; readonly keyVariable: string | null };
