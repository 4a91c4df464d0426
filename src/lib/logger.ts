/** Structured logging: the facts first, then one sentence. Message texts and secrets are never facts. */
export type Logger = {
  debug(facts: object, sentence: string): void;
  info(facts: object, sentence: string): void;
  warn(facts: object, sentence: string): void;
  error(facts: object, sentence: string): void;
};
