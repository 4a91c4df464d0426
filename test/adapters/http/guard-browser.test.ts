import { Hono } from 'hono';
import { describe, expect, it } from 'vitest';
import { createBrowserGuard } from '../../../adapters/http/guard-browser.ts';

function open(host: string, accessToken: string | null = null, port = 3_000): Hono {
  const app = new Hono();
  app.use('*', createBrowserGuard({ host, port: () => port, accessToken }));
  app.all('*', (context) => context.text('the page'));
  return app;
}

const ask = (app: Hono, method: string, headers: Record<string, string>, path = '/') =>
  app.request(`http://ignored${path}`, { method, headers });
const statusOf = async (app: Hono, method: string, headers: Record<string, string>) =>
  (await ask(app, method, headers)).status;

const ours = { host: '127.0.0.1:3000' };
const foreign = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' };

describe('on loopback', () => {
  it.each(['127.0.0.1:3000', 'localhost:3000', '[::1]:3000', 'LOCALHOST:3000'])('%s opens the page', async (host) => {
    expect(await statusOf(open('127.0.0.1'), 'GET', { host })).toBe(200);
  });

  it.each([
    '',
    'localhost',
    '127.0.0.1',
    '127.0.0.1:3001',
    '127.0.0.1:30000',
    'evil.example',
    'evil.example:3000',
    'localhost.evil.example:3000',
    '127.0.0.1.nip.io:3000',
    'localhost.:3000',
    '0.0.0.0:3000',
    '127.1:3000',
    '2130706433:3000',
    '[::ffff:127.0.0.1]:3000',
    '[::]:3000',
    'user@localhost:3000',
    'localhost:3000, evil.example',
  ])('the host "%s" opens nothing', async (host) => {
    const response = await ask(open('127.0.0.1'), 'GET', { host });
    expect([response.status, await response.text()]).toEqual([
      403,
      'This page opens under the address that the program printed, and under no other: use that one.',
    ]);
  });

  it('the port may be left out where it is 80', async () => {
    const app = open('127.0.0.1', null, 80);
    expect([
      await statusOf(app, 'GET', { host: 'localhost' }),
      await statusOf(app, 'GET', { host: 'localhost:80' }),
    ]).toEqual([200, 200]);
  });

  it('another loopback address opens under its own name', async () => {
    expect(await statusOf(open('127.0.0.5'), 'GET', { host: '127.0.0.5:3000' })).toBe(200);
  });

  it.each([
    ['the origin', { origin: 'http://127.0.0.1:3000' }],
    ['the site', { 'sec-fetch-site': 'same-origin' }],
    ['both', { origin: 'http://127.0.0.1:3000', 'sec-fetch-site': 'same-origin' }],
  ])('a change is carried out when %s says that our page asks', async (_case, headers) => {
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
      expect(await statusOf(open('127.0.0.1'), method, { ...ours, ...headers }), method).toBe(200);
    }
  });

  it.each<Record<string, string>[]>([
    [{}],
    [{ origin: 'null' }],
    [{ origin: '' }],
    [{ origin: 'https://evil.example' }],
    [{ origin: 'http://127.0.0.1:3001' }],
    [{ origin: 'http://localhost:3000' }],
    [{ origin: 'http://127.0.0.1:3000.evil.example' }],
    [{ origin: 'http://127.0.0.1:3000@evil.example' }],
    [{ origin: 'http://127.0.0.1' }],
    [{ 'sec-fetch-site': 'cross-site' }],
    [{ 'sec-fetch-site': 'same-site' }],
    [{ 'sec-fetch-site': 'none' }],
    [{ origin: 'https://evil.example', 'sec-fetch-site': 'same-origin' }],
    [{ origin: 'http://127.0.0.1:3000', 'sec-fetch-site': 'cross-site' }],
  ])('a change is refused with %j', async (headers) => {
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND']) {
      expect(await statusOf(open('127.0.0.1'), method, { ...ours, ...headers }), method).toBe(403);
    }
  });

  it('nothing is read on behalf of another origin', async () => {
    const app = open('127.0.0.1');
    expect(await statusOf(app, 'GET', { ...ours, origin: 'http://evil.example' })).toBe(403);
    expect(await statusOf(app, 'GET', { ...ours, origin: `http://${ours.host}` })).toBe(200);
  });

  it('a link from another site opens the page, but nothing is loaded into one', async () => {
    const app = open('127.0.0.1');
    const link = {
      ...ours,
      'sec-fetch-site': 'cross-site',
      'sec-fetch-mode': 'navigate',
      'sec-fetch-dest': 'document',
    };
    expect(await statusOf(app, 'GET', link)).toBe(200);
    expect(await statusOf(app, 'GET', { ...link, 'sec-fetch-dest': 'iframe' })).toBe(403);
    expect(await statusOf(app, 'GET', { ...ours, ...foreign })).toBe(403);
    expect(await statusOf(app, 'HEAD', { ...ours, ...foreign })).toBe(403);
  });
});

describe('for other machines', () => {
  const token = 'a-token-that-was-printed-at-the-start';
  const host = 'sightline.example:3000';

  /** Opens the link and gives the cookie that it sets. */
  async function cookieOf(app: Hono, path: string): Promise<string | undefined> {
    const response = await ask(app, 'GET', { host }, path);
    return response.headers.getSetCookie()[0]?.split(';')[0];
  }

  it('the page stays shut without the link', async () => {
    for (const cookie of ['', 'sightline_access=', 'sightline_access=wrong', `sightline_access=${token}`]) {
      const response = await ask(open('0.0.0.0', token), 'GET', { host, cookie });
      expect([response.status, await response.text()]).toEqual([
        403,
        'This page needs the link that the program printed at its start: open that one.',
      ]);
    }
  });

  it('the link sets a cookie that scripts and other sites do not get, and goes on to the page', async () => {
    const response = await ask(open('0.0.0.0', token), 'GET', { host }, `/?access=${token}`);
    expect(response.headers.getSetCookie()).toEqual([
      expect.stringMatching(/^sightline_access=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/),
    ]);
    expect(await response.text()).toContain('content="0;url=/"');
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
  });

  it('the cookie opens the page, and survives a restart with the same token', async () => {
    const cookie = (await cookieOf(open('0.0.0.0', token), `/?access=${token}`)) ?? '';
    expect(await statusOf(open('0.0.0.0', token), 'GET', { host, cookie })).toBe(200);
    expect(await statusOf(open('0.0.0.0', 'another-token'), 'GET', { host, cookie })).toBe(403);
  });

  it('a wrong link, or a right one that is posted, sets nothing', async () => {
    const app = open('0.0.0.0', token);
    expect(await cookieOf(app, '/?access=wrong')).toBeUndefined();
    expect(await cookieOf(app, '/?access=')).toBeUndefined();
    expect((await ask(app, 'POST', { host }, `/?access=${token}`)).headers.getSetCookie()).toEqual([]);
  });

  it('a change needs the cookie and our own page', async () => {
    const app = open('0.0.0.0', token);
    const cookie = (await cookieOf(app, `/?access=${token}`)) ?? '';
    const origin = 'https://sightline.example:3000';
    expect(await statusOf(app, 'POST', { host, cookie, origin })).toBe(200);
    expect(await statusOf(app, 'POST', { host, origin })).toBe(403);
    expect(await statusOf(app, 'POST', { host, cookie, origin: 'https://evil.example' })).toBe(403);
    expect(await statusOf(app, 'POST', { host, cookie })).toBe(403);
  });

  it('the page stays shut altogether when there is no token', async () => {
    const response = await ask(open('0.0.0.0'), 'GET', ours);
    expect([response.status, await response.text()]).toEqual([403, 'The playground is not open to other machines.']);
  });
});

describe('every answer', () => {
  it('carries the headers that keep the page to itself, refusals too', async () => {
    for (const host of ['127.0.0.1:3000', 'evil.example']) {
      const { headers } = await ask(open('127.0.0.1'), 'GET', { host });
      expect(headers.get('content-security-policy')).toBe(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
      );
      expect([
        headers.get('x-content-type-options'),
        headers.get('referrer-policy'),
        headers.get('x-frame-options'),
      ]).toEqual(['nosniff', 'no-referrer', 'DENY']);
    }
  });
});
