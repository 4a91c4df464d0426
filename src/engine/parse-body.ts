import type { ZodType } from 'zod';
import { type ApiErrorCode, ApiFailure, apiStatusByCode, type FieldProblem } from './api-failure.ts';

type Issue = {
  readonly code?: string | undefined;
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly params?: Readonly<Record<string, unknown>> | undefined;
};

/** At most so many problems are listed: a hostile list of pictures has a thousand. */
const maxProblems = 20;

/**
 * A request's body as its schema has it. Throws an `ApiFailure` that names every wrong field; status and code are those of
 * the first. `missingCode` is the code for a field that should be there.
 */
export function parseBody<Value>(schema: ZodType<Value>, body: unknown, missingCode: ApiErrorCode): Value {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  const issues = withoutRepeats(result.error.issues);
  const first = issues[0];
  if (first === undefined) throw new ApiFailure('INVALID_REQUEST', 'The body does not fit this endpoint.');
  const details = issues.slice(0, maxProblems).map(toProblem);
  throw new ApiFailure(codeOf(first, body, missingCode), first.message, {
    details: details.filter((detail) => detail.field !== ''),
  });
}

/** One problem for each field: a text that is empty is also too short, but need not be told twice. */
function withoutRepeats(issues: readonly Issue[]): Issue[] {
  const seen = new Set<string>();
  return issues.filter((issue) => {
    const { field } = toProblem(issue);
    return seen.has(field) ? false : seen.add(field);
  });
}

/** The members of a list have no names of their own: `promptObject.imageList`, not `promptObject.imageList.0`. */
function toProblem(issue: Issue): FieldProblem {
  const names = issue.path.filter((step) => typeof step === 'string');
  return { field: names.join('.'), message: issue.message };
}

function codeOf(issue: Issue, body: unknown, missingCode: ApiErrorCode): ApiErrorCode {
  const own = issue.params?.['code'];
  if (typeof own === 'string' && isApiErrorCode(own)) return own;
  const [top, ...rest] = issue.path;
  if (top === undefined) return 'INVALID_REQUEST';
  const isMissing = isAbsent(body, issue.path);
  if (top === 'promptObject' && (rest.length > 0 || !isMissing)) return 'PROMPT_OBJECT_VALIDATION_FAILED';
  return isMissing ? missingCode : 'REQUEST_BODY_VALIDATION_FAILED';
}

function isApiErrorCode(code: string): code is ApiErrorCode {
  return Object.hasOwn(apiStatusByCode, code);
}

function isAbsent(body: unknown, path: readonly PropertyKey[]): boolean {
  let value = body;
  for (const step of path) {
    if (typeof value !== 'object' || value === null) return true;
    value = Reflect.get(value, step);
  }
  return value === undefined || value === null;
}
