import { pino, stdSerializers } from 'pino';
import type { Logger } from '../../src/lib/logger.ts';
import { createScrubber } from './scrub-secrets.ts';

type PinoLoggerParts = {
  level: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';
  /** Values that must never be written, in any spelling. */
  secrets: readonly string[];
  /** Where the lines go, each with its line feed. */
  write: (line: string) => void;
};

/**
 * Logs JSON lines. Errors under `error` or `err` are written with their stack and cause. Every line passes the scrubber as
 * the last thing before it is written.
 */
export function createPinoLogger({ level, secrets, write }: PinoLoggerParts): Logger {
  const scrub = createScrubber(secrets);
  const serializers = { error: stdSerializers.errWithCause, err: stdSerializers.errWithCause };
  const logger = pino({ level, base: null, serializers }, { write: (line: string) => write(scrub(line)) });
  return {
    debug: (facts, sentence) => logger.debug(facts, sentence),
    info: (facts, sentence) => logger.info(facts, sentence),
    warn: (facts, sentence) => logger.warn(facts, sentence),
    error: (facts, sentence) => logger.error(facts, sentence),
  };
}

/** Writes to stderr at once, so that a crash loses no line and stdout keeps the few lines that are for people. */
export function createStderrLogger(options: Omit<PinoLoggerParts, 'write'>): Logger {
  return createPinoLogger({ ...options, write: (line) => process.stderr.write(line) });
}
