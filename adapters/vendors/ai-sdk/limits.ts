/**
 * How long and how much of a vendor's answer. The engine's own limits on silence are shorter: what waits here is the outer bound,
 * for models that think for long before they say a word.
 */
export const vendorLimits = {
  connectMs: 5_000,
  headersMs: 180_000,
  silenceMs: 180_000,
  /** For the body of a refusal: its status counts even when the rest does not come. */
  errorBodyMs: 5_000,
  errorBodyBytes: 64 * 1_024,
  /** One event. Real ones are a few hundred bytes. */
  lineBytes: 4 * 1_024 * 1_024,
  streamBytes: 64 * 1_024 * 1_024,
} as const satisfies Record<string, number>;
