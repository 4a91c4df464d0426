import type { Logger } from '../../src/lib/logger.ts';

/** One line that was logged. */
export type LogLine = { level: 'debug' | 'info' | 'warn' | 'error'; facts: object; sentence: string };

/** Keeps what is logged instead of printing it. */
export function createSilentLogger(): Logger & { lines: LogLine[] } {
  const lines: LogLine[] = [];
  const keep = (level: LogLine['level']) => (facts: object, sentence: string) => {
    lines.push({ level, facts, sentence });
  };
  return { lines, debug: keep('debug'), info: keep('info'), warn: keep('warn'), error: keep('error') };
}
