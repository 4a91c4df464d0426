import { toExamples } from './open-api-examples.ts';

/** Any part of the document: JSON, written as it is sent. */
export type OpenApiPart = { readonly [name: string]: unknown };

/** What an operation answers with when all is well. */
export type OpenApiAnswer = {
  readonly description: string;
  /** Media types with their content; none: no body. */
  readonly content?: Readonly<Record<string, OpenApiPart>>;
  readonly headers?: OpenApiPart;
};

/** One endpoint, as its page tells it. */
export type OpenApiOperation = {
  readonly method: 'get' | 'post' | 'delete';
  readonly path: string;
  readonly id: string;
  readonly tag: string;
  readonly summary: string;
  readonly description: string;
  /** Names of shared parameters. */
  readonly parameters?: readonly string[];
  readonly body?: { readonly type: string; readonly content: OpenApiPart };
  readonly answers: Readonly<Record<number, OpenApiAnswer>>;
  /** Codes of refusals beside those that every endpoint has. */
  readonly refusals: readonly string[];
  /** True where no key is asked for. */
  readonly isPublic: boolean;
};

/** A schema of the document, by its name. */
export const schemaRef = (name: string): OpenApiPart => ({ $ref: `#/components/schemas/${name}` });

/** Every endpoint that needs a key has these, and those with a JSON body the next ones. */
const keyRefusals = ['UNAUTHORIZED', 'RATE_LIMITED', 'INTERNAL_ERROR'] as const;
const bodyRefusals = ['INVALID_JSON', 'INVALID_REQUEST', 'BODY_TOO_LARGE', 'UNSUPPORTED_MEDIA_TYPE'] as const;

/** An operation as the document has it; `statusByCode` says with which status each code is sent. */
export function toOperationPart(
  operation: OpenApiOperation,
  statusByCode: Readonly<Record<string, number>>,
): OpenApiPart {
  const { id, tag, summary, description, parameters = [], body, isPublic } = operation;
  return {
    operationId: id,
    tags: [tag],
    summary,
    description,
    ...(isPublic ? { security: [] } : {}),
    ...(parameters.length === 0
      ? {}
      : { parameters: parameters.map((name) => ({ $ref: `#/components/parameters/${name}` })) }),
    ...(body === undefined ? {} : { requestBody: { required: true, content: { [body.type]: body.content } } }),
    responses: { ...operation.answers, ...toRefusals(operation, statusByCode) },
  };
}

/** Refusals grouped by their status, each code with an example. */
function toRefusals(
  { refusals, isPublic, body }: OpenApiOperation,
  statusByCode: Readonly<Record<string, number>>,
): Record<string, OpenApiPart> {
  const common = [...(isPublic ? [] : keyRefusals), ...(body?.type === 'application/json' ? bodyRefusals : [])];
  const byStatus = Map.groupBy(new Set([...refusals, ...common]), (code) => String(statusByCode[code] ?? 500));
  return Object.fromEntries(
    [...byStatus].map(([status, codes]) => [
      status,
      {
        description: `${codes.map((code) => `\`${code}\``).join(', ')}.`,
        ...(codes.includes('RATE_LIMITED') || codes.includes('OVERLOADED')
          ? { headers: { 'Retry-After': { $ref: '#/components/headers/RetryAfter' } } }
          : {}),
        content: { 'application/json': { schema: schemaRef('ErrorEnvelope'), examples: toExamples(codes) } },
      },
    ]),
  );
}
