import { z } from 'zod';
import { parseJson, parseValue } from '../../../src/lib/parse-json.ts';

/** What a vendor said of what went wrong, whichever way it said it. Its words are for recognising alone: they may repeat the question. */
export type Problem = {
  /** Names of the kind of problem: error codes, types and reasons. */
  readonly names: readonly string[];
  readonly words: string;
  /** The field of the request that it is about. */
  readonly field: string | null;
  /** The HTTP status it stands for, where it says one. */
  readonly status: number | null;
  /** The wait that the body asks for. */
  readonly retryAfterMs: number | null;
};

const text = z.string().nullish().catch(null);

const detailSchema = z.object({
  // FastAPI's (Mistral, vLLM): https://fastapi.tiangolo.com/tutorial/handling-errors/
  loc: z
    .array(z.union([z.string(), z.number()]))
    .nullish()
    .catch(null),
  msg: text,
  type: text,
  // Google's: https://google.aip.dev/193
  '@type': text,
  reason: text,
  retryDelay: text,
});
const detailsSchema = z
  .union([z.string(), z.array(detailSchema)])
  .nullish()
  .catch(null);

const plainSchema = z.object({
  message: z
    .union([z.string(), z.object({ detail: detailsSchema })])
    .nullish()
    .catch(null),
  type: text,
  code: z.union([z.string(), z.number()]).nullish().catch(null),
  param: text,
  status: text,
  details: detailsSchema,
  detail: detailsSchema,
});

const bodySchema = plainSchema.extend({ error: z.union([z.string(), plainSchema]).nullish().catch(null) });
type Plain = z.infer<typeof plainSchema>;
type Detail = z.infer<typeof detailSchema>;

/** Google wraps an error in a list where a stream was asked for. */
const refusalSchema = z.union([z.tuple([bodySchema], bodySchema).transform(([first]) => first), bodySchema]);

/** The body of a refusal. Null when it is not how any vendor says it, as with a page of HTML. */
export function readProblem(body: string): Problem | null {
  const parsed = parseJson(body, refusalSchema);
  return parsed.ok ? toProblem(parsed.value) : null;
}

/** The same for a value that was parsed already, such as an event of a stream. */
export function toProblemOf(value: unknown): Problem | null {
  const parsed = parseValue(value, refusalSchema);
  return parsed.ok ? toProblem(parsed.value) : null;
}

function toProblem(body: z.infer<typeof bodySchema>): Problem | null {
  const plain: Plain | null = typeof body.error === 'string' ? { ...body, message: body.error } : (body.error ?? body);
  const message = plain.message;
  const details = [plain.details, plain.detail, typeof message === 'object' ? message?.detail : null];
  const lists = details.filter((each) => Array.isArray(each)).flat();
  const words = [message, ...details, ...lists.map((each) => each.msg)].filter((each) => typeof each === 'string');
  if (words.length === 0) return null;
  const names = [plain.code, plain.type, plain.status, ...lists.flatMap((each) => [each.reason, each.type])];
  return {
    names: names.filter((each) => typeof each === 'string' || typeof each === 'number').map(String),
    words: words.join(' ').slice(0, longestWords),
    field: plain.param ?? lists.map(toField).find((field) => field !== null) ?? null,
    status: toStatus(plain.code),
    retryAfterMs: lists.map(toDelayMs).find((delayMs) => delayMs !== null) ?? null,
  };
}

/** Enough to recognise anything; a vendor may repeat the whole request. */
const longestWords = 4_000;

function toField({ loc }: Detail): string | null {
  if (loc === null || loc === undefined) return null;
  return loc.filter((step) => step !== 'body').join('.');
}

function toDelayMs({ retryDelay }: Detail): number | null {
  const seconds = /^(\d{1,6}(?:\.\d{1,9})?)s$/.exec(retryDelay ?? '')?.[1];
  return seconds === undefined ? null : Math.ceil(Number(seconds) * 1_000);
}

function toStatus(code: string | number | null | undefined): number | null {
  const status = Number(code ?? Number.NaN);
  return Number.isInteger(status) && status >= 400 && status < 600 ? status : null;
}
