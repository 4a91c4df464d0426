import { z } from 'zod';

// What OpenAPI 3.1 allows (https://spec.openapis.org/oas/v3.1.1), as far as an API like this one uses it. Strict: a misspelt
// field is a mistake. Schemas are JSON Schema 2020-12 and are checked by their keywords.

const text = z.string().min(1);
const reference = z.strictObject({ $ref: z.string().regex(/^#\/components\/(schemas|parameters|headers)\/\w+$/) });

const schemaKeywords = new Set(
  '$ref type enum const default description deprecated title format anyOf oneOf allOf not properties required additionalProperties propertyNames items minItems maxItems minLength maxLength minimum maximum exclusiveMinimum pattern readOnly'.split(
    ' ',
  ),
);

/** A JSON Schema whose keywords are all known ones, at every depth. */
const schema: z.ZodType = z.lazy(() =>
  z
    .object({
      properties: z.record(text, schema).optional(),
      items: schema.optional(),
      anyOf: z.array(schema).min(1).optional(),
      oneOf: z.array(schema).min(1).optional(),
      allOf: z.array(schema).min(1).optional(),
      not: schema.optional(),
      additionalProperties: z.union([z.boolean(), schema]).optional(),
      required: z.array(text).optional(),
      type: z.union([text, z.array(text)]).optional(),
      $ref: reference.shape.$ref.optional(),
    })
    .loose()
    .refine((value) => Object.keys(value).every((keyword) => schemaKeywords.has(keyword)), 'an unknown keyword')
    .refine(
      ({ properties, required }) => (required ?? []).every((name) => Object.hasOwn(properties ?? {}, name)),
      'requires what it does not have',
    ),
);

const mediaType = z
  .strictObject({
    schema,
    example: z.unknown().optional(),
    examples: z.record(text, z.strictObject({ value: z.unknown() })).optional(),
    encoding: z.record(text, z.strictObject({ contentType: text })).optional(),
    'x-events': z.record(text, reference).optional(),
  })
  .refine(({ example, examples }) => example === undefined || examples === undefined, 'either example or examples');

const content = z.record(z.string().regex(/^[a-z]+\/[a-z-]+$/), mediaType);

const header = z.strictObject({ description: text, schema });
const parameter = z
  .strictObject({
    name: text,
    in: z.enum(['query', 'header', 'path', 'cookie']),
    description: text,
    required: z.boolean().optional(),
    schema,
    example: z.unknown().optional(),
  })
  .refine((value) => value.in !== 'path' || value.required === true, 'a parameter in the path is required');

const response = z.strictObject({
  description: text,
  headers: z.record(text, z.union([header, reference])).optional(),
  content: content.optional(),
});

const operation = z.strictObject({
  operationId: text,
  tags: z.array(text).min(1),
  summary: text,
  description: text,
  security: z.array(z.record(text, z.array(text))).optional(),
  parameters: z.array(z.union([parameter, reference])).optional(),
  requestBody: z.strictObject({ required: z.boolean(), content }).optional(),
  responses: z.record(z.string().regex(/^[1-5]\d\d$/), response).refine((all) => Object.keys(all).length > 0),
});

/** The whole document. */
export const openApiShape = z.strictObject({
  openapi: z.string().regex(/^3\.1\.\d+$/),
  info: z.strictObject({ title: text, version: text, description: text }),
  servers: z.array(z.strictObject({ url: text })).min(1),
  security: z.array(z.record(text, z.array(text))),
  tags: z.array(z.strictObject({ name: text })),
  paths: z.record(
    z.string().startsWith('/'),
    z.strictObject({ get: operation.optional(), post: operation.optional(), delete: operation.optional() }),
  ),
  components: z.strictObject({
    schemas: z.record(z.string().regex(/^\w+$/), schema),
    parameters: z.record(z.string().regex(/^\w+$/), parameter),
    headers: z.record(z.string().regex(/^\w+$/), header),
    securitySchemes: z.record(
      text,
      z.discriminatedUnion('type', [
        z.strictObject({ type: z.literal('apiKey'), in: z.enum(['header', 'query', 'cookie']), name: text }),
        z.strictObject({ type: z.literal('http'), scheme: text }),
      ]),
    ),
  }),
});

export type OpenApiOperationShape = z.infer<typeof operation>;
