/** What a picture may be before it is decoded. Sharp's own limit (268 megapixels) would allow 116 MB of memory from 31 KB. */
export const pictureRules = {
  maxBytes: 20 * 1_024 * 1_024,
  /** What is made fit for a vendor may be as large as the API's uploads. */
  maxFittedBytes: 50 * 1_024 * 1_024,
  maxPixels: 50_000_000,
  /** Below this many pixels on the shortest side a model sees little. */
  tinyBelowPixels: 64,
} as const;
