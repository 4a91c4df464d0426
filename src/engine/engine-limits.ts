/** What the engine allows itself. Every wait and every store has its bound here. */
export type EngineLimits = {
  /** Answers being written at the same time; one more is refused with `OVERLOADED`. */
  readonly maxLiveAnswers: number;
  /** The longest answer, in bytes of UTF-8; it ends there with the finish reason `length`. */
  readonly maxAnswerBytes: number;
  /** From the call of a model to its first word: models that think are silent at first. */
  readonly firstWordMs: number;
  /** Between two words. */
  readonly idleMs: number;
  /** A whole answer. */
  readonly totalMs: number;
  /** How long records, and conversations nobody asks in, are kept. */
  readonly keepMs: number;
};

const dayMs = 86_400_000;

export const defaultEngineLimits = {
  maxLiveAnswers: 1_200,
  maxAnswerBytes: 1_048_576,
  firstWordMs: 60_000,
  idleMs: 30_000,
  totalMs: 300_000,
  keepMs: 30 * dayMs,
} as const satisfies EngineLimits;
