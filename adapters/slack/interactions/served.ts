/** What becomes of an interaction: what its acknowledgement carries, and what goes on after that. */
export type Served = {
  readonly answer: unknown;
  /** Bounded; never rejects. */
  readonly rest: Promise<void>;
};

/** All was done before the acknowledgement. */
export const nothingMore: Promise<void> = Promise.resolve();
