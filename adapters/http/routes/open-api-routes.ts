import { createHash } from 'node:crypto';
import { Hono } from 'hono';
import { apiStatusByCode } from '../../../src/engine/api-failure.ts';
import { createLazy } from '../../../src/lib/lazy.ts';

const cacheSeconds = 3_600;

type Written = { readonly text: string; readonly etag: string };

/** Loaded with the first request: few ever ask for it. */
async function writeDocument(version: string): Promise<Written> {
  const { createOpenApiDocument } = await import('../../../src/api/open-api-document.ts');
  const text = JSON.stringify(createOpenApiDocument(version, apiStatusByCode));
  return { text, etag: `"${createHash('sha256').update(text).digest('base64url').slice(0, 22)}"` };
}

/** `GET /openapi.json`: the description of the API. Needs no key; written at the first request, the same ever after. */
export function createOpenApiRoutes(version: string): Hono {
  const routes = new Hono();
  const document = createLazy(async () => ({ ...(await writeDocument(version)), close: async () => {} }));
  routes.get('/openapi.json', async (context) => {
    const written = await document.get();
    const headers = { ETag: written.etag, 'Cache-Control': `public, max-age=${cacheSeconds}` };
    if (context.req.header('If-None-Match') === written.etag) return context.body(null, 304, headers);
    return context.body(written.text, 200, { ...headers, 'Content-Type': 'application/json' });
  });
  return routes;
}
