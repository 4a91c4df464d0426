import { z } from 'zod';
import type { ChatFailureCode } from '../../../src/answer/chat-failure.ts';
import { Failure } from '../../../src/lib/errors.ts';
import { parseValue } from '../../../src/lib/parse-json.ts';
import type { Question } from './question.ts';
import { toChatFailure } from './to-chat-failure.ts';
import { readProblem, toProblemOf } from './wire.ts';

/** What the SDK's errors carry of the vendor's. Some are no `Error`s: what a provider found in an event is handed on as it is. */
const carriedSchema = z.object({
  name: z.string().nullish().catch(null),
  statusCode: z.number().nullish().catch(null),
  responseBody: z.string().nullish().catch(null),
  data: z.unknown().optional(),
  value: z.unknown().optional(),
});

const deepest = 8;

/**
 * Whatever came out of the SDK as a `Failure`: our own one, where it was wrapped on its way; the vendor's error, where an event held
 * one; else `chat-broken-stream` for an event that could not be read. The SDK's error itself holds the request and is never kept.
 */
export function toStreamFailure(error: unknown, question: Question): Failure {
  const own = findFailure(error);
  if (own !== null) return own;
  const carried = parseValue(error, carriedSchema);
  const { name = null, statusCode = null, responseBody, data, value } = carried.ok ? carried.value : {};
  const problem =
    toProblemOf(data) ??
    readProblem(responseBody ?? '') ??
    toProblemOf(value) ??
    (isSdkError(name) ? null : toProblemOf(error));
  if (problem !== null || statusCode !== null)
    return toChatFailure({ status: statusCode ?? null, retryAfterMs: null, problem }, question);
  return new Failure<ChatFailureCode>(
    'chat-broken-stream',
    `${question.vendor.name} sent something that is no part of an answer. Try again.`,
    { retryable: true, ...(name !== null && /^\w{1,60}$/.test(name) ? { facts: { error: name } } : {}) },
  );
}

/** Its message speaks of the SDK, and is nothing that a vendor said. */
function isSdkError(name: string | null): boolean {
  return name !== null && /^AI_|Error$/.test(name);
}

function findFailure(error: unknown): Failure | null {
  let each = error;
  for (let depth = 0; depth < deepest && each instanceof Error; depth += 1) {
    if (each instanceof Failure) return each;
    each = each.cause;
  }
  return null;
}
