import { type OpenApiOperation, type OpenApiPart, toOperationPart } from './open-api-operation.ts';
import { questionOperations } from './open-api-questions.ts';
import { toOpenApiSchemas } from './open-api-schemas.ts';
import { serviceOperations } from './open-api-service.ts';
import { storageOperations } from './open-api-storage.ts';

const description = `Asks models about pictures: upload a picture, ask about it, read the answer as it is written.

**Key.** Everything under \`/api/\` needs \`API-KEY: <key>\`, or \`Authorization: Bearer <key>\`. Everything stored belongs to the key that stored it.

**Limit.** 180 requests a minute for each key; past it \`429\` with \`Retry-After\` in seconds.

**Errors.** Every refusal has the same body, which holds two envelopes in one: \`error.code\`, \`error.message\` and \`error.details\` for readers of the documented form, \`errorCode\` and \`message\` for readers of the one that the hosted service sends.

**Bodies.** JSON in UTF-8, up to 1 MiB; keys that are not known are ignored.`;

const parameters: OpenApiPart = {
  id: {
    name: 'id',
    in: 'path',
    required: true,
    description: 'As the API gave it, or as you chose it, encoded for an address.',
    schema: { type: 'string' },
  },
  isStreaming: {
    name: 'isStreaming',
    in: 'query',
    description: 'How the answer comes.',
    schema: { type: 'string', enum: ['true', 'false'] },
  },
  feature: {
    name: 'feature',
    in: 'query',
    description: 'Only models with this feature.',
    schema: { type: 'string' },
    example: 'CHAT_WITH_IMAGE',
  },
  idempotencyKey: {
    name: 'Idempotency-Key',
    in: 'header',
    description:
      'A text of your own choice for this question. Repeated with the same body within a day, the request asks nobody again: it gets the first one’s answer, in whatever form it wants it. With another body it is refused. A question that was refused or whose answer failed is asked anew.',
    schema: { type: 'string', minLength: 1, maxLength: 255, pattern: '^[\\x21-\\x7E]+$' },
  },
};

const headers: OpenApiPart = {
  RetryAfter: { description: 'Seconds to wait before the next try.', schema: { type: 'integer', minimum: 1 } },
  AiRecordId: { description: 'The record’s id, where the body is bare text.', schema: { type: 'string' } },
  IdempotentReplayed: {
    description: '`true` where an earlier request with the same `Idempotency-Key` was answered again.',
    schema: { type: 'string', enum: ['true'] },
  },
};

const securitySchemes: OpenApiPart = {
  apiKey: { type: 'apiKey', in: 'header', name: 'API-KEY' },
  bearer: { type: 'http', scheme: 'bearer' },
};

const operations: readonly OpenApiOperation[] = [...questionOperations, ...storageOperations, ...serviceOperations];

/** The API as an OpenAPI 3.1 document. `statusByCode`: every code of a refusal with the HTTP status it is sent with. */
export function createOpenApiDocument(version: string, statusByCode: Readonly<Record<string, number>>): OpenApiPart {
  const byPath = Map.groupBy(operations, ({ path }) => path);
  return {
    openapi: '3.1.1',
    info: { title: 'Chat with Image API', version, description },
    servers: [{ url: '/' }],
    security: [{ apiKey: [] }, { bearer: [] }],
    tags: [...new Set(operations.map(({ tag }) => tag))].map((name) => ({ name })),
    paths: Object.fromEntries(
      [...byPath].map(([path, found]) => [
        path,
        Object.fromEntries(found.map((operation) => [operation.method, toOperationPart(operation, statusByCode)])),
      ]),
    ),
    components: {
      schemas: toOpenApiSchemas(),
      parameters,
      headers,
      securitySchemes,
    },
  };
}
