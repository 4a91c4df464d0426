/** How long and how much of the API's answers. Answers take up to a minute to begin with slow models. */
export const chatApiLimits = {
  connectMs: 5_000,
  headersMs: 60_000,
  idleMs: 30_000,
  totalMs: 300_000,
  uploadMs: 120_000,
  modelsMs: 10_000,
  stopMs: 2_000,
  pollEveryMs: 2_000,
  pollMs: 120_000,
  errorBodyBytes: 64 * 1_024,
  jsonBodyBytes: 16 * 1_024 * 1_024,
  lineCharacters: 1_024 * 1_024,
  eventCharacters: 16 * 1_024 * 1_024,
  streamBytes: 64 * 1_024 * 1_024,
  waitingRequests: 1_000,
} as const satisfies Record<string, number>;
