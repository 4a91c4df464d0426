import { Hono, type MiddlewareHandler } from 'hono';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AppEnv } from '../../../adapters/http/app-env.ts';
import { createApp } from '../../../adapters/http/create-app.ts';
import { guardRoutes } from '../../../adapters/http/guard-routes.ts';
import { readJsonBody } from '../../../adapters/http/read-json-body.ts';
import { errorEnvelopeSchema } from '../../../src/api/error-envelope.ts';
import { ApiFailure } from '../../../src/engine/api-failure.ts';
import { createRateLimit, defaultRequestRule } from '../../../src/engine/rate-limit.ts';
import { createFakeClock } from '../../fakes/fake-clock.ts';
import { createFakeIds } from '../../fakes/fake-ids.ts';
import { createSilentLogger } from '../../fakes/silent-logger.ts';
import { exchange, ownerKey, shortKey, startHttp } from './http-rig.ts';

function createEchoRoutes(): Hono<AppEnv> {
  const routes = new Hono<AppEnv>();
  routes.get('/api/whoami', (context) => context.json(context.get('caller')));
  routes.post('/api/echo', async (context) => context.json(await readJsonBody(context)));
  routes.get('/api/things/:id', (context) => context.json({ id: context.req.param('id') }));
  routes.delete('/api/things/:id', (context) => context.body(null, 204));
  routes.get('/api/broken', () => {
    throw new Error('the secret password is hunter2');
  });
  routes.get('/api/busy', () => {
    throw new ApiFailure('OVERLOADED', 'Too much to do.', { retryAfterMs: 1_500 });
  });
  return routes;
}

function createPublicRoutes(): Hono {
  const routes = new Hono();
  routes.use('*', async (context, next) => {
    context.header('X-Public', 'yes');
    await next();
  });
  routes.get('/models', (context) => context.json({ models: [] }));
  routes.get('/files/:name', (context) => context.notFound());
  return routes;
}

/** Like the page behind its guard, which lets nobody in. */
function createGuardedRoutes(): Hono {
  const guard: MiddlewareHandler = async (context) => context.text('Not from here.', 403);
  const routes = new Hono();
  routes.get('/page', (context) => context.text('The page'));
  return guardRoutes(guard, routes);
}

let rig: Awaited<ReturnType<typeof startHttp>>;

beforeEach(async () => {
  rig = await startHttp({
    apiRoutes: [createEchoRoutes()],
    publicRoutes: [createPublicRoutes(), createGuardedRoutes()],
  });
});
afterEach(() => rig.close());

const withoutDate = (response: Response) =>
  [...response.headers].filter(([name]) => name !== 'date' && name !== 'connection' && name !== 'keep-alive');

describe('the key', () => {
  it.each([
    ['API-KEY', { 'API-KEY': ownerKey }],
    ['api-key in small letters', { 'api-key': ownerKey }],
    ['Authorization: Bearer', { authorization: `Bearer ${ownerKey}` }],
    ['Authorization: Bearer beside an empty API-KEY', { 'API-KEY': '', authorization: `Bearer ${ownerKey}` }],
  ])('is taken from %s', async (_name, headers) => {
    const response = await fetch(`${rig.server.url}/api/whoami`, { headers });
    expect([response.status, await response.json()]).toEqual([200, rig.apiKeys.resolve(ownerKey)]);
  });

  it('is refused alike whether missing or wrong, in every byte', async () => {
    const cases: Record<string, string>[] = [
      {},
      { 'API-KEY': '' },
      { 'API-KEY': 'wrong' },
      { 'API-KEY': 'x'.repeat(5_000) },
      { 'API-KEY': ownerKey.toUpperCase() },
      { authorization: 'Bearer wrong' },
      { authorization: `Basic ${ownerKey}` },
      { 'API-KEY': 'wrong', authorization: `Bearer ${ownerKey}` },
    ];
    const answers: unknown[] = [];
    for (const headers of cases) {
      const response = await fetch(`${rig.server.url}/api/whoami`, { headers });
      answers.push([response.status, await response.text(), withoutDate(response)]);
    }
    const body =
      '{"success":false,"errorCode":"UNAUTHORIZED","message":"Invalid or missing API key","error":{"code":"UNAUTHORIZED","message":"Invalid or missing API key","details":[]}}';
    expect(answers[0]).toEqual([401, body, expect.arrayContaining([['www-authenticate', 'Bearer']])]);
    for (const answer of answers) expect(answer).toEqual(answers[0]);
  });

  it('is asked for before anything is told of what is under /api', async () => {
    const statuses: number[] = [];
    for (const path of ['/api', '/api/', '/api/nothing', '/api/whoami', '/%61pi/whoami', '/api//whoami']) {
      statuses.push((await fetch(`${rig.server.url}${path}`)).status);
    }
    expect(statuses).toEqual([401, 401, 401, 401, 401, 401]);
  });

  it('is not asked for on public routes', async () => {
    const response = await fetch(`${rig.server.url}/models`);
    expect([response.status, response.headers.get('x-public')]).toEqual([200, 'yes']);
  });
});

describe('failed attempts', () => {
  const attempt = async (key: string) => (await rig.ask('/api/whoami', { headers: { 'API-KEY': key } })).status;

  it('end in 429 for an address, also for the right key when it is short enough to be guessed', async () => {
    const statuses: number[] = [];
    for (let count = 0; count < 61; count += 1) statuses.push(await attempt(`guess-${count}`));
    expect([statuses.slice(0, 60), statuses[60]]).toEqual([Array.from({ length: 60 }, () => 401), 429]);
    expect([await attempt(shortKey), await attempt(ownerKey)]).toEqual([429, 200]);
    const refused = await rig.ask('/api/whoami', { headers: { 'API-KEY': 'guess' } });
    expect(refused.headers.get('retry-after')).toBe('60');
    await rig.clock.advance(60_000);
    expect([await attempt(shortKey), await attempt('guess')]).toEqual([200, 401]);
  });
});

describe('the rate limit', () => {
  it('refuses the 181st request of a minute with the seconds to wait, for that owner alone', async () => {
    const timeline: [number, string | null][] = [];
    const ask = async (key: string) => {
      const response = await rig.ask('/api/whoami', { headers: { 'API-KEY': key } });
      await response.arrayBuffer();
      return response;
    };
    for (let count = 0; count < 179; count += 1) await ask(ownerKey);
    await rig.clock.advance(15_500);
    for (const key of [ownerKey, ownerKey, shortKey]) {
      const response = await ask(key);
      timeline.push([response.status, response.headers.get('retry-after')]);
    }
    await rig.clock.advance(44_500);
    timeline.push([(await ask(ownerKey)).status, null]);
    expect(timeline).toEqual([
      [200, null],
      [429, '45'],
      [200, null],
      [200, null],
    ]);
  });

  it('does not apply to the bot itself', async () => {
    const internal = rig.apiKeys.createInternalKey();
    const statuses = new Set<number>();
    for (let count = 0; count < 200; count += 1) {
      const response = await rig.ask('/api/whoami', { headers: { 'API-KEY': internal } });
      await response.arrayBuffer();
      statuses.add(response.status);
    }
    expect([...statuses]).toEqual([200]);
  });
});

describe('what no route takes', () => {
  it.each([
    ['GET', '/api/nothing', 404, null],
    ['POST', '/api/whoami', 405, 'GET'],
    ['PUT', '/api/things/1', 405, 'GET, DELETE'],
    ['OPTIONS', '/api/echo', 405, 'POST'],
    ['HEAD', '/api/whoami', 405, 'GET'],
    ['PROPFIND', '/api/whoami', 405, 'GET'],
    ['GET', '/api/things/1/2', 404, null],
    ['GET', '/nothing', 404, null],
    ['POST', '/models', 405, 'GET'],
    ['OPTIONS', '/models', 405, 'GET'],
    ['GET', '/files/gone.js', 404, null],
    ['PUT', '/files/gone.js', 405, 'GET'],
    ['POST', '/page', 405, 'GET'],
    ['POST', '//api/echo', 404, null],
    ['POST', '/API/echo', 404, null],
    ['POST', '/api/echo/', 404, null],
  ])('%s %s is answered %i', async (method, path, status, allow) => {
    const response = await rig.ask(path, { method });
    expect([response.status, response.headers.get('allow')]).toEqual([status, allow]);
    if (method !== 'HEAD') {
      const envelope = errorEnvelopeSchema.parse(await response.json());
      expect(envelope.errorCode).toBe(status === 404 ? 'NOT_FOUND' : 'METHOD_NOT_ALLOWED');
    }
  });

  it('never reaches the middleware of public routes when it lies under /api', async () => {
    const headers = await Promise.all(['/api/nothing', '/models'].map(async (path) => (await rig.ask(path)).headers));
    expect(headers.map((each) => each.get('x-public'))).toEqual([null, 'yes']);
  });

  it('does not get past a guard when some route takes it', async () => {
    const response = await rig.ask('/page');
    expect([response.status, await response.text()]).toEqual([403, 'Not from here.']);
  });

  it('says how addresses are written', async () => {
    const { message } = errorEnvelopeSchema.parse(await (await rig.ask('/api/echo/', { method: 'POST' })).json());
    expect(message).toBe(
      'There is nothing at this address: check the path. It is in small letters, with single slashes and none at its end.',
    );
  });
});

describe('errors', () => {
  it('tell an id and nothing else of what went wrong inside, and the log the rest', async () => {
    const response = await rig.ask('/api/broken');
    const text = await response.text();
    const failed = rig.logger.lines.find((line) => line.level === 'error');
    expect(response.status).toBe(500);
    expect(text).not.toMatch(/hunter2|at |\.ts/);
    expect(failed?.facts).toMatchObject({
      route: '/api/broken',
      error: expect.objectContaining({ message: 'the secret password is hunter2' }),
    });
    expect(text).toContain(Reflect.get(failed?.facts ?? {}, 'errorId'));
  });

  it('carry their status and the seconds to wait', async () => {
    const response = await rig.ask('/api/busy');
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '2']);
    expect(await response.json()).toMatchObject({
      success: false,
      errorCode: 'OVERLOADED',
      message: 'Too much to do.',
    });
  });

  it('are in the envelope also when the request itself is not valid', async () => {
    const answer = await exchange(rig.server.port, [
      'GET /api/whoami HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n',
    ]);
    expect(answer).toMatch(/^HTTP\/1.1 400 [\s\S]*"errorCode":"INVALID_REQUEST"/);
  });
});

describe('every response', () => {
  it('says nosniff and allows no other origin', async () => {
    for (const path of ['/api/whoami', '/api/nothing', '/api/broken', '/models', '/nothing']) {
      const { headers } = await rig.ask(path, { headers: { origin: 'https://evil.example' } });
      expect([headers.get('x-content-type-options'), headers.get('access-control-allow-origin')], path).toEqual([
        'nosniff',
        null,
      ]);
      expect(headers.get('cache-control'), path).toBe('no-store');
    }
  });

  it('is counted by the pattern of its route, never by its path', async () => {
    for (const path of ['/api/things/secret-id', '/api/nothing', '/models', '/somewhere']) await rig.ask(path);
    await rig.ask('/api/things/other', { method: 'PROPFIND' });
    expect(rig.counted).toEqual([
      { name: 'api_requests_total', method: 'GET', route: '/api/things/:id', status: '200' },
      { name: 'api_requests_total', method: 'GET', route: 'unmatched', status: '404' },
      { name: 'api_requests_total', method: 'GET', route: '/models', status: '200' },
      { name: 'api_requests_total', method: 'GET', route: 'unmatched', status: '404' },
      { name: 'api_requests_total', method: 'other', route: 'unmatched', status: '405' },
    ]);
    expect(JSON.stringify(rig.logger.lines)).not.toContain('secret-id');
  });
});

describe('a JSON body', () => {
  const post = (
    body: NonNullable<RequestInit['body']>,
    headers: Record<string, string> = { 'content-type': 'application/json' },
  ) => rig.ask('/api/echo', { method: 'POST', body, headers });

  it.each([
    ['application/json'],
    ['application/json; charset=utf-8'],
    ['application/vnd.api+json'],
    ['Application/JSON;'],
    ['application/json; odata=verbose; charset="UTF-8"'],
  ])('is read when it is sent as %s', async (contentType) => {
    const response = await post('\ufeff{"text":"\u00fc \ud83d\udc08"}', { 'content-type': contentType });
    expect([response.status, await response.json()]).toEqual([200, { text: 'ü 🐈' }]);
  });

  it.each([
    ['no content type', new Blob(['{}']), {}, 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['a form', 'a=b', { 'content-type': 'application/x-www-form-urlencoded' }, 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['another charset', '{}', { 'content-type': 'application/json; charset=latin1' }, 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['jsonp', '{}', { 'content-type': 'application/jsonp' }, 415, 'UNSUPPORTED_MEDIA_TYPE'],
    [
      'compression',
      '{}',
      { 'content-type': 'application/json', 'content-encoding': 'gzip' },
      415,
      'UNSUPPORTED_MEDIA_TYPE',
    ],
    ['nothing', '', undefined, 400, 'INVALID_JSON'],
    ['white space', ' \n', undefined, 400, 'INVALID_JSON'],
    ['half an object', '{"a":', undefined, 400, 'INVALID_JSON'],
    ['bytes that are not UTF-8', Buffer.from([0x22, 0xff, 0x22]), undefined, 400, 'INVALID_JSON'],
    ['arrays 65 deep', `${'['.repeat(65)}${']'.repeat(65)}`, undefined, 400, 'INVALID_JSON'],
    ['arrays 500,000 deep', '['.repeat(500_000), undefined, 400, 'INVALID_JSON'],
    ['one byte too many', `"${'x'.repeat(1_048_575)}"`, undefined, 413, 'BODY_TOO_LARGE'],
  ])('of %s is refused', async (_case, body, headers, status, code) => {
    const response = await post(body, headers);
    const envelope = errorEnvelopeSchema.parse(await response.json());
    expect([response.status, envelope.errorCode]).toEqual([status, code]);
  });

  it('may be 1 MiB long and 64 deep, and hold brackets in strings', async () => {
    const bodies = [`"${'x'.repeat(1_048_574)}"`, `${'['.repeat(64)}${']'.repeat(64)}`, `"${'['.repeat(200)}\\"[["`];
    const statuses = await Promise.all(bodies.map(async (body) => (await post(body)).status));
    expect(statuses).toEqual([200, 200, 200]);
  });

  it('without a length is cut as soon as too much has come', async () => {
    const head = `POST /api/echo HTTP/1.1\r\nHost: localhost:${rig.server.port}\r\nAPI-KEY: ${ownerKey}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n`;
    const chunk = `10000\r\n${'x'.repeat(65_536)}\r\n`;
    // The body never ends: only a server that counts can answer.
    const answer = await exchange(rig.server.port, [head, ...Array.from({ length: 17 }, () => chunk)]);
    expect(answer).toMatch(/^HTTP\/1.1 413 [\s\S]*BODY_TOO_LARGE/);
  });
});

describe('putting the app together', () => {
  it('refuses an API route that would need no key', () => {
    const clock = createFakeClock();
    const open = new Hono<AppEnv>();
    open.get('/models', (context) => context.json({}));
    const parts = {
      apiKeys: rig.apiKeys,
      rateLimit: createRateLimit(clock, defaultRequestRule),
      publicRoutes: [],
      logger: createSilentLogger(),
      metrics: { count: () => {} },
      clock,
      ids: createFakeIds(),
    };
    expect(() => createApp({ ...parts, apiRoutes: [open] })).toThrow('/models does not lie under /api/');
  });
});

describe('a server that was told to stop', () => {
  it('refuses new questions, lets running ones be read and stopped, and asks for new connections', async () => {
    const stopping = new AbortController();
    const draining = await startHttp({ apiRoutes: [createEchoRoutes()], draining: stopping.signal });
    const send = (path: string, method: string, key = ownerKey) =>
      draining.ask(path, {
        method,
        headers: { 'API-KEY': key, 'Content-Type': 'application/json' },
        ...(method === 'POST' ? { body: '{}' } : {}),
      });
    expect((await send('/api/echo', 'POST')).status).toBe(200);
    stopping.abort(new Error('told to stop'));
    const refused = await send('/api/echo', 'POST');
    expect([refused.status, refused.headers.get('Retry-After'), await refused.json()]).toMatchObject([
      503,
      '5',
      { errorCode: 'OVERLOADED' },
    ]);
    const read = await send('/api/things/1', 'GET');
    expect([read.status, read.headers.get('connection')]).toEqual([200, 'close']);
    expect((await send('/api/things/1', 'DELETE')).status).toBe(204);
    expect((await send('/api/echo', 'POST', draining.apiKeys.createInternalKey())).status).toBe(200);
    await draining.close();
  });
});
