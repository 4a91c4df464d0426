import { createHash } from 'node:crypto';
import { Hono } from 'hono';
import { createOpenApiDocument } from '../../../src/api/open-api-document.ts';
import { apiStatusByCode } from '../../../src/engine/api-failure.ts';

const cacheSeconds = 3_600;

function writeDocument(version: string): { readonly text: string; readonly etag: string } {
  const text = JSON.stringify(createOpenApiDocument(version, apiStatusByCode));
  return { text, etag: `"${createHash('sha256').update(text).digest('base64url').slice(0, 22)}"` };
}

/** `GET /openapi.json`: the description of the API. Needs no key; written at the first request, the same ever after. */
export function createOpenApiRoutes(version: string): Hono {
  const routes = new Hono();
  let written: ReturnType<typeof writeDocument> | null = null;
  routes.get('/openapi.json', (context) => {
    written ??= writeDocument(version);
    const headers = { ETag: written.etag, 'Cache-Control': `public, max-age=${cacheSeconds}` };
    if (context.req.header('If-None-Match') === written.etag) return context.body(null, 304, headers);
    return context.body(written.text, 200, { ...headers, 'Content-Type': 'application/json' });
  });
  return routes;
}
