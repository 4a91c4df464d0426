import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { languages, toSnippet } from '../../../adapters/web/page/snippets.js';
import type { ApiCall } from '../../../src/answer/api-call.ts';

type Echo = { method: string; url: string; key: string; type: string; body: string };

const hostileTexts = [
  'What do you see?',
  `It's "quoted" and 'quoted'`,
  'two\nlines\r\nand a\ttab',
  'back\\slash \\n \\" \\',
  '$HOME `id` $(id) !! !history \u0024{x} %s',
  '😀 e\u0301 中文 \u2028 \u202e \ud83d\udc69\u200d\ud83d\ude80',
  "'; rm -rf / #",
  '',
  '</script><!-- ]]>',
];

const call = (body: ApiCall['body'], path = '/api/features', method: ApiCall['method'] = 'POST'): ApiCall => ({
  conversationKey: 'key',
  atMs: 0,
  method,
  path,
  body,
});
const question = (prompt: string) => ({
  type: 'CHAT_WITH_IMAGE',
  model: 'gpt-4o',
  promptObject: { prompt, imageList: [prompt, 'uploads/photo-123.jpg'], isMixed: false, webSearch: true, numOfSite: 3 },
  nothing: null,
  'odd key': { __proto__x: 1, [prompt]: [] },
});

const folder = mkdtemp(join(tmpdir(), 'sightline-snippets-'));
let origin = '';
const server = createServer(async (request, response) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const echo: Echo = {
    method: request.method ?? '',
    url: request.url ?? '',
    key: String(request.headers['api-key']),
    type: request.headers['content-type'] ?? '',
    body: Buffer.concat(chunks).toString('utf8'),
  };
  response.end(JSON.stringify(echo));
});
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  origin = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(await folder, { recursive: true, force: true });
});

/** Runs a program with a text on its standard input; gives what it wrote, or null when there is no such program. */
async function run(program: string, args: readonly string[], input: string): Promise<string | null> {
  const child = spawn(program, args, { cwd: await folder, stdio: ['pipe', 'pipe', 'pipe'] });
  return new Promise((resolve, reject) => {
    let output = '';
    let errors = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      errors += text;
    });
    child.on('error', () => resolve(null));
    child.on('close', (code) => (code === 0 ? resolve(output) : reject(new Error(`${program}: ${errors}`))));
    child.stdin.on('error', () => {});
    child.stdin.end(input);
  });
}

const runners: Record<(typeof languages)[number], (snippet: string) => Promise<string | null>> = {
  cURL: (snippet) => run('bash', ['-s'], snippet.replace('curl ', 'curl -sS ')),
  JavaScript: (snippet) => run(process.execPath, ['--input-type=module', '-'], snippet),
  Python: (snippet) => run('python3', ['-'], snippet),
};

const canRun = {
  cURL: (await run('bash', ['-c', 'command -v curl || true'], '')) ?? '',
  JavaScript: 'node',
  Python: (await run('python3', ['-c', 'import requests; print(1)'], '').catch(() => null)) ?? '',
};

/** What cannot be run here is said; a shell and curl are there wherever the checks of a change run. */
function isMissing(language: (typeof languages)[number]): boolean {
  const isLeftOut = canRun[language] === '' && (language === 'Python' || (process.env['CI'] ?? '') === '');
  if (isLeftOut) process.stderr.write(`The examples in ${language} are not run: there is no program here that can.\n`);
  return isLeftOut;
}

async function runAndEcho(language: (typeof languages)[number], apiCall: ApiCall): Promise<Echo> {
  const output = await runners[language](toSnippet(apiCall, language, { url: origin, key: 'sl_key' }));
  const echo: Echo = JSON.parse(output ?? 'null');
  return echo;
}

describe('the examples of API calls', () => {
  it('writes cURL as the page of the API does', () => {
    const snippet = toSnippet(
      call({ type: 'json', value: { type: 'CHAT_WITH_IMAGE', promptObject: { imageList: ['a.jpg'] } } }),
      'cURL',
      { url: 'http://127.0.0.1:3000/', key: null },
    );
    expect(snippet).toBe(`curl -X POST "http://127.0.0.1:3000/api/features" \\
  -H "API-KEY: <your-api-key>" \\
  -H "Content-Type: application/json" \\
  -d '{
  "type": "CHAT_WITH_IMAGE",
  "promptObject": {
    "imageList": [
      "a.jpg"
    ]
  }
}'`);
  });

  it('writes an upload as a form', () => {
    const upload = call({ type: 'file', field: 'asset', fileName: 'photo.jpg', mimeType: 'image/jpeg' }, '/api/assets');
    expect(toSnippet(upload, 'cURL', { url: 'https://api.test', key: 'k' })).toBe(
      `curl -X POST "https://api.test/api/assets" \\\n  -H "API-KEY: k" \\\n  -F asset=@photo.jpg`,
    );
  });

  it('keeps a key named __proto__ a plain member', () => {
    const value = JSON.parse('{"__proto__": 1}');
    const snippet = toSnippet(call({ type: 'json', value }), 'JavaScript', { url: 'http://h', key: null });
    expect(snippet).toContain("['__proto__']: 1");
  });

  for (const language of languages) {
    describe.skipIf(isMissing(language))(`in ${language}, run for real`, () => {
      it.each(hostileTexts)('sends exactly what was called: %j', async (text) => {
        const value = question(text);
        const echo = await runAndEcho(language, call({ type: 'json', value }));
        expect(echo).toMatchObject({ method: 'POST', url: '/api/features', key: 'sl_key', type: 'application/json' });
        expect(JSON.parse(echo.body)).toEqual(value);
      });

      it('reads a stream with a query', async () => {
        const echo = await runAndEcho(language, call({ type: 'none' }, '/api/features/stream/r-1?from=0&x=$y', 'GET'));
        expect(echo).toMatchObject({ method: 'GET', url: '/api/features/stream/r-1?from=0&x=$y', body: '' });
      });

      it.each(['photo.jpg', "it's; a, \\ photo.jpg", '日本 $HOME.png'])('uploads a file named %j', async (fileName) => {
        await writeFile(join(await folder, fileName), 'the bytes');
        const body = { type: 'file', field: 'asset', fileName, mimeType: 'image/jpeg' } as const;
        const echo = await runAndEcho(language, call(body, '/api/assets'));
        expect(echo.type).toMatch(/^multipart\/form-data/);
        expect(echo.body).toContain('name="asset"');
        expect(echo.body).toContain('the bytes');
      });
    });
  }
});
