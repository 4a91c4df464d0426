import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createOpenApiDocument } from '../../../src/api/open-api-document.ts';
import { apiStatusByCode } from '../../../src/engine/api-failure.ts';
import { type OpenApiOperationShape, openApiShape } from './open-api-shape.ts';

const document = openApiShape.parse(createOpenApiDocument('1.2.3', apiStatusByCode));
const { components } = document;

const operations = Object.entries(document.paths).flatMap(([path, item]) =>
  Object.entries(item).flatMap(([method, operation]) => (operation === undefined ? [] : [{ path, method, operation }])),
);
const named = operations.map((each) => [`${each.method.toUpperCase()} ${each.path}`, each] as const);

/** Every value in a tree of JSON, with the objects that hold it. */
function* walk(value: unknown): Generator<unknown> {
  yield value;
  if (typeof value === 'object' && value !== null) for (const member of Object.values(value)) yield* walk(member);
}

/** What a schema of the document accepts. */
function reader(schema: unknown) {
  const text = JSON.stringify({ ...Object(schema), $defs: components.schemas });
  return z.fromJSONSchema(JSON.parse(text.replaceAll('#/components/schemas/', '#/$defs/')));
}

type Body = {
  readonly schema?: unknown;
  readonly example?: unknown;
  readonly examples?: Record<string, { value?: unknown }> | undefined;
};

function bodiesOf(operation: OpenApiOperationShape): [what: string, body: Body][] {
  const sent = Object.entries(operation.requestBody?.content ?? {}).map(([type, body]): [string, Body] => [
    `request ${type}`,
    body,
  ]);
  const answered = Object.entries(operation.responses).flatMap(([status, { content }]) =>
    Object.entries(content ?? {}).map(([type, body]): [string, Body] => [`${status} ${type}`, body]),
  );
  return [...sent, ...answered];
}

const examples = named.flatMap(([name, { operation }]) =>
  bodiesOf(operation).flatMap(([what, { schema, example, examples: several }]) =>
    [
      ...(example === undefined ? [] : [['example', example] as const]),
      ...Object.entries(several ?? {}).map(([key, each]) => [key, each.value] as const),
    ].map(([key, value]) => [`${name}, ${what}, ${key}`, schema, value] as const),
  ),
);

describe('the OpenAPI document', () => {
  it('is OpenAPI 3.1 in its structure', () => {
    expect(openApiShape.safeParse(createOpenApiDocument('1.2.3', apiStatusByCode)).error).toBeUndefined();
    expect(document.info.version).toBe('1.2.3');
  });

  it('refers only to what it holds', () => {
    const references = [...walk(document)].flatMap(
      (value) => (z.object({ $ref: z.string() }).safeParse(value).data ?? { $ref: [] }).$ref,
    );
    const missing = references.filter((reference) => {
      const [, , kind = '', name = ''] = reference.split('/');
      return Object(components)[kind]?.[name] === undefined;
    });
    expect([references.length > 40, missing]).toEqual([true, []]);
  });

  it('holds nothing that nobody refers to', () => {
    const text = JSON.stringify(document);
    const unused = Object.entries(components)
      .filter(([kind]) => kind !== 'securitySchemes')
      .flatMap(([kind, all]) => Object.keys(all).map((name) => `#/components/${kind}/${name}`))
      .filter((reference) => !text.includes(`"${reference}"`));
    // The two forms of an error stand for themselves: readers of either look for theirs.
    expect(unused.filter((each) => !/DocumentedError|RecordedError/.test(each))).toEqual([]);
  });

  it('has a name of its own for every operation', () => {
    const ids = operations.map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it.each(named)('%s declares exactly the parameters of its path', (_name, { path, operation }) => {
    const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    const declared = (operation.parameters ?? []).flatMap((parameter) => {
      const name = '$ref' in parameter ? String(parameter.$ref.split('/').at(-1)) : '';
      const found = components.parameters[name];
      return found?.in === 'path' ? [found.name] : [];
    });
    expect(declared).toEqual(inPath);
  });

  it.each(named)(
    '%s asks for a key exactly where the server does, and says what it refuses',
    (_name, { path, operation }) => {
      const isApi = path.startsWith('/api/');
      expect(operation.security === undefined).toBe(isApi);
      if (isApi) expect(Object.keys(operation.responses)).toEqual(expect.arrayContaining(['401', '429', '500']));
    },
  );

  it('names every code under its own status, and no other code', () => {
    const told = new Map<string, Set<string>>();
    for (const { operation } of operations)
      for (const [status, { description }] of Object.entries(operation.responses)) {
        if (Number(status) < 400 || (Number(status) === 503 && !description.startsWith('`'))) continue;
        for (const [, code = ''] of description.matchAll(/`([A-Z_]+)`/g))
          told.set(code, (told.get(code) ?? new Set()).add(status));
      }
    // Told of an address rather than of an endpoint.
    const elsewhere = new Set(['METHOD_NOT_ALLOWED']);
    const expected = Object.entries(apiStatusByCode).filter(([code]) => !elsewhere.has(code));
    expect(Object.fromEntries([...told].map(([code, statuses]) => [code, [...statuses]]).sort())).toEqual(
      Object.fromEntries(expected.map(([code, status]) => [code, [String(status)]]).sort()),
    );
  });

  it.each(examples)('the example of %s is what its schema says', (_name, schema, value) => {
    expect(reader(schema).safeParse(value).error).toBeUndefined();
  });

  it('describes the fields of the page with their bounds', () => {
    expect(components.schemas['FeatureRequest']).toMatchObject({
      required: ['type', 'model', 'conversationId', 'promptObject'],
      properties: {
        type: { enum: ['CHAT_WITH_IMAGE'] },
        promptObject: {
          required: ['prompt', 'imageList'],
          properties: {
            numOfSite: { anyOf: [{ type: 'integer', minimum: 1, maximum: 10 }, { type: 'null' }], default: 3 },
            maxWord: { anyOf: [{ type: 'integer', minimum: 50, maximum: 5_000 }, { type: 'null' }], default: 500 },
            isMixed: { default: false },
          },
        },
      },
    });
    expect(components.schemas['ChatRequest']).toMatchObject({ required: ['model', 'promptObject'] });
  });

  it('describes refusals so that readers of either envelope find theirs', () => {
    const refusal = { success: false, errorCode: 'X', message: 'm', error: { code: 'X', message: 'm', details: [] } };
    for (const name of ['ErrorEnvelope', 'DocumentedError', 'RecordedError'])
      expect([name, reader(components.schemas[name]).safeParse(refusal).error]).toEqual([name, undefined]);
  });
});
