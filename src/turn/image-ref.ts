/** A picture as a platform names it: enough to fetch its bytes, nothing fetched yet. */
export type ImageRef = {
  /** Stable for the same upload on the platform, so that it is not fetched twice. */
  readonly id: string;
  /** The file name the person gave; shown back to them, never trusted for the type. */
  readonly name: string;
  /** As the platform says, or null; the bytes decide. */
  readonly sizeBytes: number | null;
  /** What the platform's image source needs to fetch it: an address or a key of its own. */
  readonly locator: string;
};
