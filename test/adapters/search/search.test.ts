import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createSearch, type SearchSettings } from '../../../adapters/search/create-search.ts';
import { createSearchHttp } from '../../../adapters/search/search-http.ts';
import { Failure } from '../../../src/lib/errors.ts';

const never = new AbortController().signal;
const key = 'search-key-of-a-test';

type Asked = {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
};

/** A search engine that answers as told. */
async function startEngine(answer: (response: ServerResponse) => void) {
  const asked: Asked[] = [];
  const server = createServer(async (request, response) => {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece);
    const { method, url, headers } = request;
    asked.push({ method, url, headers, body: Buffer.concat(pieces).toString() });
    answer(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  const http = createSearchHttp('Sightline/test');
  onTestFinished(async () => {
    await http.close();
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  });
  const searchAs = (settings: Partial<SearchSettings> & Pick<SearchSettings, 'provider'>) =>
    createSearch({ apiKey: key, url: `http://127.0.0.1:${port}`, ...settings }, http);
  return { asked, searchAs };
}

const json = (value: unknown) => (response: ServerResponse) =>
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value));

describe('searching', () => {
  it('asks Brave with its own header', async () => {
    const results = [{ url: 'https://one.example/', title: 'One', description: 'About one', extra: 1 }];
    const { asked, searchAs } = await startEngine(json({ web: { results } }));
    expect(await searchAs({ provider: 'brave' })('red bicycle?', 3, never)).toEqual([
      { url: 'https://one.example/', title: 'One', snippet: 'About one' },
    ]);
    expect(asked).toMatchObject([
      { method: 'GET', url: '/?q=red+bicycle%3F&count=3', headers: { 'x-subscription-token': key } },
    ]);
  });

  it('asks Tavily with a body', async () => {
    const { asked, searchAs } = await startEngine(json({ results: [{ url: 'https://one.example/', content: 'c' }] }));
    expect(await searchAs({ provider: 'tavily' })('red', 2, never)).toEqual([
      { url: 'https://one.example/', title: '', snippet: 'c' },
    ]);
    expect(asked[0]?.headers.authorization).toBe(`Bearer ${key}`);
    expect(JSON.parse(asked[0]?.body ?? '')).toEqual({ query: 'red', max_results: 2, search_depth: 'basic' });
  });

  it('asks SearXNG where it stands, without a key where there is none', async () => {
    const { asked, searchAs } = await startEngine(json({ results: [] }));
    expect(await searchAs({ provider: 'searxng', apiKey: null })('red', 2, never)).toEqual([]);
    expect(asked).toMatchObject([{ method: 'GET', url: '/search?q=red&format=json' }]);
    expect(asked[0]?.headers).not.toHaveProperty('authorization');
  });

  it('leaves out what is no secure address, and what is more than was wanted', async () => {
    const urls = [
      'http://plain.example/',
      'javascript:alert(1)',
      'nonsense',
      'https://a.example/',
      'https://b.example/',
    ];
    const { searchAs } = await startEngine(json({ results: urls.map((url) => ({ url })) }));
    const found = await searchAs({ provider: 'tavily' })('red', 1, never);
    expect(found.map(({ url }) => url)).toEqual(['https://a.example/']);
  });

  it('takes a reply without results for none', async () => {
    const { searchAs } = await startEngine(json({}));
    expect(await searchAs({ provider: 'brave' })('red', 1, never)).toEqual([]);
  });

  it.each([
    ['a refusal', (response: ServerResponse) => response.writeHead(401).end('{"error":"bad key"}'), 'search-refused'],
    ['a page', (response: ServerResponse) => response.writeHead(200).end('<html>busy</html>'), 'search-unreadable'],
    ['a cut', (response: ServerResponse) => response.destroy(), 'search-unreachable'],
    [
      'a redirect',
      (response: ServerResponse) => response.writeHead(302, { location: 'https://evil.example/' }).end(),
      'search-refused',
    ],
  ] as const)('fails by name for %s, and shows no key', async (_, answer, code) => {
    const { asked, searchAs } = await startEngine(answer);
    const failure = await searchAs({ provider: 'brave' })('red', 1, never).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(Failure);
    expect(failure).toMatchObject({ code });
    expect(String(failure)).not.toContain(key);
    expect(asked).toHaveLength(1);
  });

  it('ends with its signal', async () => {
    const { searchAs } = await startEngine(() => {});
    const stop = new AbortController();
    const searching = searchAs({ provider: 'brave' })('red', 1, stop.signal);
    stop.abort(new Error('nobody waits'));
    await expect(searching).rejects.toThrow('nobody waits');
  });
});
