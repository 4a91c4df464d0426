import { readdir, readFile } from 'node:fs/promises';
import { Hono } from 'hono';
import { describe, expect, it } from 'vitest';
import { createHealthRoutes } from '../../../../adapters/http/health-routes.ts';
import { createPrometheusMetrics } from '../../../../adapters/http/metrics.ts';
import { createAssetsRoutes } from '../../../../adapters/http/routes/assets-routes.ts';
import { createChatWithAiRoutes } from '../../../../adapters/http/routes/chat-with-ai-routes.ts';
import { createConversationsRoutes } from '../../../../adapters/http/routes/conversations-routes.ts';
import { createFeaturesRoutes } from '../../../../adapters/http/routes/features-routes.ts';
import { createModelsRoutes } from '../../../../adapters/http/routes/models-routes.ts';
import { createOpenApiRoutes } from '../../../../adapters/http/routes/open-api-routes.ts';
import { createResultsRoutes } from '../../../../adapters/http/routes/results-routes.ts';
import { createEngineRig } from '../../../fakes/engine-rig.ts';
import { createSilentLogger } from '../../../fakes/silent-logger.ts';
import { openApiShape } from '../../../src/api/open-api-shape.ts';
import { startHttp } from '../http-rig.ts';

/** Every route of ours but the page's and the platforms' own. */
function routesOf(): { apiRoutes: Hono[]; publicRoutes: Hono[] } {
  const { engine, clock, assets } = createEngineRig();
  const widen = (routes: object): Hono[] => (routes instanceof Hono ? [routes] : []);
  return {
    apiRoutes: [
      ...widen(createAssetsRoutes({ assets, clock, maxBytes: 1 })),
      ...widen(createFeaturesRoutes(engine, clock)),
      ...widen(createChatWithAiRoutes(engine, clock)),
      ...widen(createConversationsRoutes(engine)),
      ...widen(createResultsRoutes(engine)),
    ],
    publicRoutes: [
      createModelsRoutes(engine),
      createHealthRoutes({ checks: [], clock, logger: createSilentLogger() }),
      createPrometheusMetrics().routes,
      createOpenApiRoutes('1.0.0'),
    ],
  };
}

const asTemplate = (path: string) => path.replaceAll(/:(\w+)/g, '{$1}');

async function readDocument() {
  const response = await createOpenApiRoutes('1.0.0').request('/openapi.json');
  return openApiShape.parse(await response.json());
}

async function documented(): Promise<string[]> {
  const { paths } = await readDocument();
  return Object.entries(paths)
    .flatMap(([path, item]) => Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`))
    .sort();
}

describe('GET /openapi.json', () => {
  it('documents every route of the app, and only routes that there are', async () => {
    const { apiRoutes, publicRoutes } = routesOf();
    const routes = [...apiRoutes, ...publicRoutes].flatMap((each) => each.routes);
    const served = routes.map(({ method, path }) => `${method} ${asTemplate(path)}`).sort();
    expect(await documented()).toEqual(served);
  });

  it('leaves out no file of routes', async () => {
    const folder = new URL('../../../../adapters/http/', import.meta.url);
    const files = (await readdir(folder, { recursive: true })).filter((file) => file.endsWith('.ts'));
    const texts = await Promise.all(files.map((file) => readFile(new URL(file, folder), 'utf8')));
    const written = texts
      .flatMap((text) => [...text.matchAll(/routes\.(get|post|put|patch|delete)\(\s*'([^']+)'/g)])
      .map(([, method = '', path = '']) => `${method.toUpperCase()} ${asTemplate(path)}`);
    expect(written.sort()).toEqual(await documented());
  });

  it('needs no key, may be cached by anybody, and is not sent twice to who has it', async () => {
    const http = await startHttp({ publicRoutes: [createOpenApiRoutes('1.0.0')] });
    const response = await fetch(`${http.server.url}/openapi.json`);
    expect([response.status, response.headers.get('Content-Type'), response.headers.get('Cache-Control')]).toEqual([
      200,
      'application/json',
      'public, max-age=3600',
    ]);
    const first = await response.text();
    const etag = response.headers.get('ETag') ?? '';
    const again = await fetch(`${http.server.url}/openapi.json`, { headers: { 'If-None-Match': etag } });
    expect([again.status, await again.text(), etag.length]).toEqual([304, '', 24]);
    const other = await fetch(`${http.server.url}/openapi.json`, { headers: { 'If-None-Match': '"other"' } });
    expect(await other.text()).toBe(first);
    await http.close();
  });
});
