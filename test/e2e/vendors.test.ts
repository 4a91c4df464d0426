import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { samplePhoto } from '../fakes/made-pictures.ts';
import { openAiWire } from '../fakes/vendor-servers/openai-wire.ts';
import { startVendorServer, type VendorServer } from '../fakes/vendor-servers/vendor-server.ts';
import { openPlayground } from './playground-client.ts';
import { type Sightline, startSightline } from './start-sightline.ts';

const vendorKey = 'sk-proj-a-key-of-the-test-and-nothing-else';
const ownKey = 'own-key-of-sixteen-characters';

let vendor: VendorServer;
let sightline: Sightline;
let photo: Uint8Array;
let search: Server;
const searched: string[] = [];

/** A search engine that finds a page on the machine itself, which must not be read. */
async function startSearch(): Promise<string> {
  search = createServer((request, response) => {
    searched.push(new URL(request.url ?? '/', 'http://search').searchParams.get('q') ?? '');
    response.end(JSON.stringify({ results: [{ url: 'https://127.0.0.1:9/secret', title: 'A secret' }] }));
  });
  await new Promise<void>((resolve) => search.listen(0, '127.0.0.1', resolve));
  const address = search.address();
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
}

/** The program with a vendor's key and nothing else. */
beforeAll(async () => {
  vendor = await startVendorServer(openAiWire, vendorKey);
  sightline = await startSightline({
    OPENAI_API_KEY: vendorKey,
    OPENAI_BASE_URL: vendor.baseUrl,
    API_KEYS: ownKey,
    FALLBACK_MODEL: 'inspector',
    SEARCH_PROVIDER: 'searxng',
    SEARCH_URL: await startSearch(),
  });
  photo = await samplePhoto(3_000, 2_000).jpeg().toBuffer();
});
afterAll(async () => {
  expect(sightline.stderr()).not.toContain(vendorKey);
  await sightline.close();
  await vendor.close();
  search.closeAllConnections();
  await new Promise<void>((resolve) => search.close(() => resolve()));
});

const headers = { 'API-KEY': ownKey };

async function upload(): Promise<string> {
  const form = new FormData();
  form.append('asset', new Blob([Uint8Array.from(photo)]), 'photo.jpg');
  const response = await fetch(`${sightline.address}/api/assets`, { method: 'POST', headers, body: form });
  return z.object({ fileContent: z.object({ path: z.string() }) }).parse(await response.json()).fileContent.path;
}

async function ask(model: string, more: object = {}): Promise<string> {
  const response = await fetch(`${sightline.address}/api/features?isStreaming=true`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify({
      type: 'CHAT_WITH_IMAGE',
      model,
      conversationId: `about-${model}`,
      promptObject: { prompt: 'What does the sign say?', imageList: [await upload()], ...more },
    }),
  });
  return response.text();
}

it('streams the answer of gpt-4o, which got the picture at the size it wants', async () => {
  expect(await ask('gpt-4o')).toContain('Geschlossen');
  const body = JSON.stringify(vendor.requests.at(-1)?.body);
  expect(body).toContain('"model":"gpt-4o"');
  const [, base64 = ''] = /base64,([A-Za-z0-9+/=]+)/.exec(body) ?? [];
  expect(Buffer.from(base64, 'base64').byteLength).toBeGreaterThan(1_000);
});

it('answers in the playground by the model that sees, and by the fallback where it fails', async () => {
  const page = await openPlayground(sightline.address);
  const first = await page.upload('sign.jpg', photo);
  const thread = await page.post({ text: '@sightline what does it say?', files: [first], nonce: 'one' });
  const [answer] = await page.waitFor(thread, ([message]) => message?.state === 'final');
  expect(answer?.text).toContain('Geschlossen');

  const down = { type: 'refuse', refusal: { status: 503, body: { error: { message: 'overloaded' } } } } as const;
  vendor.next(down, down);
  const second = await page.upload('other.jpg', await samplePhoto(800, 600).jpeg().toBuffer());
  const other = await page.post({ text: '@sightline what colours?', files: [second], nonce: 'two' });
  const [spare] = await page.waitFor(other, ([message]) => message?.state === 'final');
  expect(spare?.text).toMatch(/inspector/i);
  expect(spare?.text).not.toContain('Geschlossen');
});

it('looks things up with what the model would search for, and reads nothing of this machine', async () => {
  const text = await ask('gpt-4o', { webSearch: true, numOfSite: 1, maxWord: 50 });
  expect(searched).toEqual([expect.stringContaining('The sign says')]);
  expect(text).toContain('None of the pages that the web search found could be read');
  expect(text).toContain('Geschlossen');
});

it('lists what can be asked, and refuses by name what cannot', async () => {
  const response = await fetch(`${sightline.address}/models`);
  const { models } = z
    .object({ models: z.array(z.looseObject({ modelId: z.string().optional(), id: z.string().optional() })) })
    .parse(await response.json());
  expect(JSON.stringify(models)).toContain('gpt-4o');
  expect(await ask('claude-4-opus')).toContain('ANTHROPIC_API_KEY');
  expect(await ask('mistral-large-latest')).toContain('does not see pictures');
});
