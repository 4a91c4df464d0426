import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type StartedWeb, startWeb } from './start-web.ts';

const pageFolder = join(import.meta.dirname, '../../../adapters/web/page');

describe('the playground’s page', () => {
  let web: StartedWeb;
  beforeEach(async () => {
    web = await startWeb();
  });
  afterEach(() => web.close());

  it('is served at the root, and again only when it has changed', async () => {
    const first = await web.routes.request('/');
    expect(first.headers.get('Content-Type')).toBe('text/html; charset=utf-8');
    expect(await first.text()).toContain('<title>');
    const etag = first.headers.get('ETag') ?? '';
    const second = await web.routes.request('/', { headers: { 'If-None-Match': etag } });
    expect([second.status, await second.text()]).toEqual([304, '']);
  });

  it('finds every file that it asks for', async () => {
    const names = (await readdir(pageFolder)).filter((name) => /\.(html|js|css)$/.test(name));
    const texts = await Promise.all(names.map((name) => readFile(join(pageFolder, name), 'utf8')));
    const absolute = texts.flatMap((text) => text.match(/\/playground\/[\w/-]+\.(?:js|css|svg)/g) ?? []);
    const relative = texts.flatMap((text) =>
      [...text.matchAll(/from '\.\/([\w-]+\.js)'/g)].map(([, name]) => `/playground/${name}`),
    );
    const paths = [...new Set([...absolute, ...relative])];
    expect(paths.length).toBeGreaterThan(20);
    const answers = await Promise.all(paths.map(async (path) => [path, (await web.routes.request(path)).status]));
    expect(answers.filter(([, status]) => status !== 200)).toEqual([]);
  });

  it('loads nothing from elsewhere and holds no script or style that the policy forbids', async () => {
    const html = await readFile(join(pageFolder, 'index.html'), 'utf8');
    expect(html.match(/(?:src|href)="[^"]*:[^"]*"/g)).toBeNull();
    expect(html.match(/\sstyle=|\son\w+=|<style|<script(?![^>]*\ssrc=)/g)).toBeNull();
  });

  it.each([
    '/playground/tsconfig.json',
    '/playground/..%2f..%2fplatform.ts',
    '/playground/vendor/..%2fmain.js',
    '/playground/nothing.js',
  ])('does not serve %s', async (path) => {
    expect((await web.routes.request(path)).status).toBeOneOf([401, 404]);
  });

  it('knows nobody without a cookie', async () => {
    const paths = ['messages?channel=photos', 'events', 'models', 'calls?channel=photos', 'files/x', 'threads/x'];
    const statuses = await Promise.all(
      paths.map(async (path) => (await web.routes.request(`/playground/${path}`)).status),
    );
    expect(statuses).toEqual(paths.map(() => 401));
  });

  it('gives a newcomer a name and a cookie that no script can read', async () => {
    const session = await web.routes.request('/playground/session');
    expect(session.headers.get('Set-Cookie')).toMatch(
      /^sightline_person=[\w-]{22}; Max-Age=\d+; Path=\/; HttpOnly; SameSite=Strict$/,
    );
  });
});
