import { readdir, readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createOpenApiDocument } from '../../src/api/open-api-document.ts';
import { apiStatusByCode } from '../../src/engine/api-failure.ts';
import { parseJson } from '../../src/lib/parse-json.ts';
import { type OpenApiOperationShape, openApiShape } from '../src/api/open-api-shape.ts';

const folder = new URL('../../docs/api/', import.meta.url);
const document = openApiShape.parse(createOpenApiDocument('1.0.0', apiStatusByCode));

const files = (await readdir(folder)).filter((file) => file.endsWith('.md'));
const pages = await Promise.all(
  files.map(async (file) => ({ file, text: await readFile(new URL(file, folder), 'utf8') })),
);

type Told = { readonly file: string; readonly name: string; readonly text: string };

/** Every endpoint's part of its page, by the heading: `POST /api/assets`. */
const told: Told[] = pages.flatMap(({ file, text }) =>
  text
    .split(/^## /m)
    .slice(1)
    .flatMap((part) => {
      const name = /^`([A-Z]+ \/\S*)`\n/.exec(part)?.[1];
      return name === undefined ? [] : [{ file, name, text: part }];
    }),
);

const operations = Object.entries(document.paths).flatMap(([path, item]) =>
  Object.entries(item).flatMap(([method, operation]) =>
    operation === undefined ? [] : [{ name: `${method.toUpperCase()} ${path}`, path, operation }],
  ),
);

function operationOf(name: string): OpenApiOperationShape {
  const found = operations.find((each) => each.name === name);
  if (found === undefined) throw new Error(`the document has no ${name}`);
  return found.operation;
}

/** The part under a heading of the third level. */
function section({ text }: Told, heading: string): string {
  const [, after = ''] = text.split(`### ${heading}\n`);
  return after.split(/^### /m)[0] ?? '';
}

/** The words in code style of a table's cells in this column, header and rule left out. */
function cells(text: string, column: number): string[] {
  const rows = text.split('\n').filter((line) => line.startsWith('| ') && line.endsWith('|'));
  return rows
    .slice(1)
    .flatMap((row) => [...(row.split(' | ')[column] ?? '').matchAll(/`([^`]+)`/g)].map(([, word = '']) => word));
}

/** Every field of a schema by its path; with the names of its parts where it is a choice. */
function fieldsOf(schema: unknown, prefix = ''): string[] {
  const { $ref, properties, anyOf, oneOf, allOf } = Object(schema);
  if (typeof $ref === 'string') return fieldsOf(document.components.schemas[$ref.split('/').at(-1) ?? ''], prefix);
  const own = Object.entries(properties ?? {}).flatMap(([name, member]) => [
    `${prefix}${name}`,
    ...fieldsOf(member, `${prefix}${name}.`),
  ]);
  const parts = [anyOf, oneOf, allOf].flatMap((choice) => (Array.isArray(choice) ? choice : []));
  return [...own, ...parts.flatMap((part) => fieldsOf(part, prefix))];
}

function requestFields(operation: OpenApiOperationShape): string[] {
  const parameters = (operation.parameters ?? []).flatMap((parameter) =>
    '$ref' in parameter
      ? [document.components.parameters[parameter.$ref.split('/').at(-1) ?? '']?.name ?? '']
      : [parameter.name],
  );
  const bodies = Object.entries(operation.requestBody?.content ?? {});
  return [
    ...parameters,
    ...bodies.flatMap(([type, { schema }]) =>
      // What a form's field holds is told in the field's own line.
      fieldsOf(schema).filter((field) => type === 'application/json' || !field.includes('.')),
    ),
  ];
}

function responseFields(operation: OpenApiOperationShape): string[] {
  return Object.values(operation.responses).flatMap(({ content }) =>
    Object.values(content ?? {}).flatMap(({ schema, 'x-events': events }) => [
      ...fieldsOf(schema),
      ...Object.values(events ?? {}).flatMap((event) => fieldsOf(event)),
    ]),
  );
}

const named = told.map((each) => [each.name, each] as const);

describe('the pages of the API', () => {
  it('tell every endpoint once, and none that there is not', () => {
    expect(told.map(({ name }) => name).sort()).toEqual(operations.map(({ name }) => name).sort());
  });

  it.each(named)('%s: the request’s table has exactly the fields that the document has', (name, part) => {
    expect(cells(section(part, 'Request'), 0).sort()).toEqual([...new Set(requestFields(operationOf(name)))].sort());
  });

  it.each(named)('%s: the response’s table names fields that there are', (name, part) => {
    const text = section(part, 'Response');
    const known = responseFields(operationOf(name));
    const tables = text.includes('| Event |') ? cells(text, 1) : cells(text, 0);
    expect(tables.filter((field) => !known.includes(field))).toEqual([]);
    const statuses = [...text.matchAll(/^`(\d{3})`/gm)].map(([, status = '']) => status);
    expect(Object.keys(operationOf(name).responses)).toEqual(expect.arrayContaining(statuses));
    expect(statuses).toHaveLength(1);
  });

  it.each(named)('%s: the errors are those of the document, under their status', (name, part) => {
    const { responses } = operationOf(name);
    const rows = section(part, 'Errors')
      .split('\n')
      .filter((line) => line.startsWith('| `'));
    for (const row of rows) {
      const [codes = '', status = ''] = row.slice(2).split(' | ');
      for (const [, code = ''] of codes.matchAll(/`([A-Z_]+)`/g))
        expect([code, responses[status]?.description]).toEqual([code, expect.stringContaining(`\`${code}\``)]);
    }
    for (const [, code = ''] of section(part, 'Errors').matchAll(/`([A-Z]+(?:_[A-Z]+)+)`/g))
      expect(apiStatusByCode).toHaveProperty(code);
  });

  it.each(named)('%s: has one cURL, and its address and body fit the document', (name, part) => {
    const blocks = [...part.text.matchAll(/```sh\n(curl [\s\S]*?)```/g)].map(([, block = '']) => block);
    expect(blocks).toHaveLength(1);
    const [curl = ''] = blocks;
    const [method = '', path = ''] = name.split(' ');
    expect(/"\$URL([^"?]+)/.exec(curl)?.[1]?.replace('$ID', '{id}')).toBe(path);
    expect(/-X (\w+)/.exec(curl)?.[1] ?? (/ -d | -F /.test(curl) ? 'POST' : 'GET')).toBe(method);
    expect(curl.includes('API-KEY: $KEY')).toBe(path.startsWith('/api/'));
    const body = /-d '([\s\S]*?)'\n/.exec(`${curl}\n`)?.[1];
    const schema = operationOf(name).requestBody?.content['application/json']?.schema;
    expect(body === undefined).toBe(schema === undefined);
    if (body === undefined) return;
    const text = JSON.stringify({ ...Object(schema), $defs: document.components.schemas });
    const reader = z.fromJSONSchema(JSON.parse(text.replaceAll('#/components/schemas/', '#/$defs/')));
    expect(parseJson(body, reader)).toMatchObject({ ok: true });
  });

  it('link only to pages and headings that there are', () => {
    const anchor = (heading: string) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\w -]/g, '')
        .replaceAll(' ', '-');
    const broken = pages.flatMap(({ file, text }) =>
      [...text.matchAll(/\]\(([\w-]+\.md)?(?:#([\w-]+))?\)/g)].flatMap(([link, page = file, heading]) => {
        const target = pages.find((each) => each.file === page)?.text;
        const headings = [...(target ?? '').matchAll(/^#+ (.+)$/gm)].map(([, words = '']) => anchor(words));
        return target === undefined || (heading !== undefined && !headings.includes(heading))
          ? [`${file}: ${link}`]
          : [];
      }),
    );
    expect(broken).toEqual([]);
  });

  it('are listed in the first one', () => {
    const index = pages.find(({ file }) => file === 'README.md')?.text ?? '';
    expect(files.filter((file) => file !== 'README.md' && !index.includes(`(${file})`))).toEqual([]);
  });
});
