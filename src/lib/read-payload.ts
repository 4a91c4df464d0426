import type { ZodType } from 'zod';
import type { Logger } from './logger.ts';
import { parseValue } from './parse-json.ts';

/** Reads what came from outside through its schema; null when it does not fit. */
export type ReadPayload = <Value>(kind: string, schema: ZodType<Value>, payload: unknown) => Value | null;

/** `sender`: a name for the log. Says once for each kind that something does not fit: it comes again with every event. Never what it was. */
export function createPayloadReader(sender: string, logger: Logger): ReadPayload {
  const reported = new Set<string>();
  return (kind, schema, payload) => {
    const parsed = parseValue(payload, schema);
    if (parsed.ok) return parsed.value;
    if (!reported.has(kind)) {
      reported.add(kind);
      logger.warn({ kind, reason: parsed.reason }, `${sender} sent something that cannot be read; it is left out.`);
    }
    return null;
  };
}
