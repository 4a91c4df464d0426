import type { ZodType } from 'zod';

/** A text that was read as JSON and fitted its schema, or the reason why not. */
export type ParseResult<Value> = { ok: true; value: Value } | { ok: false; reason: string };

/** The only place that parses JSON: text in, a value of the schema's type or a reason out. Never throws. */
export function parseJson<Value>(text: string, schema: ZodType<Value>): ParseResult<Value> {
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch (error) {
    return { ok: false, reason: error instanceof Error ? error.message : 'not JSON' };
  }
  return parseValue(raw, schema);
}

/** The same for a value that has been decoded already. */
export function parseValue<Value>(raw: unknown, schema: ZodType<Value>): ParseResult<Value> {
  const result = schema.safeParse(raw);
  if (result.success) return { ok: true, value: result.data };
  const issue = result.error.issues[0];
  return { ok: false, reason: `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'does not fit'}` };
}
