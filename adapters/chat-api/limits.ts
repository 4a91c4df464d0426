/**
 * How long and how much of the API's answers. Slow models take up to a minute to begin (46–58 s were measured), and think between
 * two words.
 */
export const chatApiLimits = {
  connectMs: 5_000,
  headersMs: 90_000,
  idleMs: 60_000,
  totalMs: 300_000,
  uploadMs: 120_000,
  modelsMs: 10_000,
  modelsFreshMs: 600_000,
  /** How soon after a failure a stale list is tried to be read anew. */
  modelsAgainMs: 60_000,
  /** The same where there is no list at all. */
  modelsTroubleMs: 2_000,
  stopMs: 2_000,
  pollEveryMs: 2_000,
  pollMs: 120_000,
  /** The hosted API's own limit, by its clients' account. */
  uploadBytes: 50 * 1_024 * 1_024,
  errorBodyBytes: 64 * 1_024,
  jsonBodyBytes: 16 * 1_024 * 1_024,
  lineCharacters: 1_024 * 1_024,
  eventCharacters: 16 * 1_024 * 1_024,
  streamBytes: 64 * 1_024 * 1_024,
  waitingRequests: 1_000,
} as const satisfies Record<string, number>;
