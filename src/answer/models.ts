/** A model as people choose it. */
export type ModelInfo = {
  readonly id: string;
  readonly name: string;
  readonly vendor: string;
  /** Context window in tokens, null where it is not known. */
  readonly contextTokens: number | null;
  /** US dollars for one million tokens, null where it is not known. */
  readonly price: { readonly input: number; readonly output: number } | null;
  readonly seesPictures: boolean;
  readonly bestAt: string;
  /** Null when it can be asked now; else one sentence with what is missing. */
  readonly unavailableBecause: string | null;
};
