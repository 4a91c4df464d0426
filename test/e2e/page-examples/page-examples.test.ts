import { Hono } from 'hono';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { AppEnv } from '../../../adapters/http/app-env.ts';
import { featureAckSchema } from '../../../src/api/ai-record.ts';
import { createSystemClock } from '../../../src/lib/clock.ts';
import { parseJson } from '../../../src/lib/parse-json.ts';
import { createScriptedVisionModel, wordsOf } from '../../fakes/scripted-vision-model.ts';
import { type OwnApi, serveOwnApi } from '../own-api.ts';
import { findPython, hasCurl, isWithout, personalise, readExample, runToEnd } from './run-example.ts';

const answer = 'A lighthouse on a rocky shore, with gulls above it.';
const pictureNames = [
  'uploads/images/photo-123.jpg',
  'landscape-photo.jpg',
  'building-photo.jpg',
  'image1.jpg',
  'image2.jpg',
] as const;

/** Bytes that are told apart: the name is in them. */
const bytesOf = (name: string) => Buffer.concat([Buffer.from('\xff\xd8\xff\xe0', 'latin1'), Buffer.from(name)]);

const model = createScriptedVisionModel(createSystemClock(), wordsOf(answer, 1));
/** What every request to the page's endpoint was answered with, whoever sent it. */
const answered: { status: number; text: string }[] = [];
const python = findPython();
let api: OwnApi;
let pictures: Record<string, string> = {};

async function upload(name: string): Promise<string> {
  const form = new FormData();
  form.append('asset', new Blob([Uint8Array.from(bytesOf(name))]), name.split('/').at(-1) ?? name);
  const response = await fetch(`${api.url}/api/assets`, {
    method: 'POST',
    headers: { 'API-KEY': api.key },
    body: form,
  });
  return z.object({ fileContent: z.object({ path: z.string() }) }).parse(await response.json()).fileContent.path;
}

beforeAll(async () => {
  const watch = new Hono<AppEnv>();
  watch.post('/api/features', async (context, next) => {
    await next();
    answered.push({ status: context.res.status, text: await context.res.clone().text() });
  });
  api = await serveOwnApi(model, watch, ['openai', 'anthropic', 'google']);
  pictures = Object.fromEntries(
    await Promise.all(pictureNames.map(async (name) => [name, await upload(name)] as const)),
  );
});
afterAll(() => api.close());
beforeEach(() => {
  answered.length = 0;
  model.requests.length = 0;
  model.picturesRead.length = 0;
});

const personal = async (name: string) => personalise(await readExample(name), { ...api, pictures });

/** The one answer that the page's endpoint gave: the page's acknowledgement, in its very fields and words. */
async function onlyAck() {
  expect(answered.map(({ status }) => status)).toEqual([200]);
  const parsed = parseJson(answered[0]?.text ?? '', featureAckSchema.strict());
  if (!parsed.ok) throw new Error(parsed.reason);
  const { data } = parsed.value;
  const page = await readExample('response');
  const shown = page
    .replaceAll('record-123', data.aiRecordId)
    .replace('image-analysis-session-1', String(data.conversationId));
  expect(parsed.value).toEqual(JSON.parse(shown));
  return data;
}

/** The stream that the acknowledgement points to, read to its end. */
async function readStream(streamingUrl: string): Promise<string> {
  const response = await fetch(new URL(streamingUrl, api.url), { headers: { 'API-KEY': api.key } });
  expect(response.headers.get('Content-Type')).toBe('text/event-stream; charset=utf-8');
  const text = await response.text();
  expect(text.endsWith('event: done\ndata: {"message":"Stream completed"}\n\n')).toBe(true);
  return [...text.matchAll(/event: content\ndata: (.*)\n/g)]
    .map(([, data = '']) => String(Object(JSON.parse(data)).content))
    .join('');
}

const question = 'What do you see in this image? Please describe the scene in detail.';
const programs = [
  ['cURL', 'curl', isWithout('cURL', hasCurl()), (text: string) => runToEnd('sh', ['-c', text])],
  ['JavaScript', 'javascript', false, (text: string) => runToEnd(process.execPath, ['-e', text])],
  [
    'Python',
    'python',
    isWithout('Python with requests (python3-requests)', python !== null),
    (text: string) => runToEnd(python ?? '/usr/bin/python3', ['-c', text]),
  ],
  [
    'cURL of the playground',
    'playground-curl',
    isWithout('cURL', hasCurl()),
    (text: string) => runToEnd('sh', ['-c', text]),
  ],
] as const;

describe('the page’s code examples', () => {
  for (const [what, name, isLeftOut, run] of programs) {
    it.skipIf(isLeftOut)(`${what}: asks about the picture and is answered with the address of a stream`, async () => {
      const output = await run(await personal(name));
      const { conversationId, streamingUrl } = await onlyAck();
      expect(conversationId).toBe('image-analysis-session-1');
      // cURL prints what it got; the other two examples keep it.
      expect(output.trim()).toBe(name.endsWith('curl') ? answered[0]?.text : '');
      expect(await readStream(streamingUrl)).toContain(answer);
      expect(model.requests.map(({ prompt, webSearch }) => ({ prompt, webSearch }))).toEqual([
        { prompt: question, webSearch: null },
      ]);
      expect(
        model.picturesRead.map((bytes) => Buffer.from(bytes).equals(bytesOf('uploads/images/photo-123.jpg'))),
      ).toEqual([true]);
    });
  }

  it('go on with one conversation: the later ones bring the earlier ones along', async () => {
    const body = { method: 'POST', headers: { 'API-KEY': api.key, 'Content-Type': 'application/json' } };
    const asked = programs.filter(([, , isLeftOut]) => !isLeftOut).length;
    const [, json = ''] = /--data '([\s\S]*)'/.exec(await personal('curl')) ?? [];
    await fetch(`${api.url}/api/features?isStreaming=false`, { ...body, body: json });
    const [request] = model.requests;
    expect(request?.history.map(({ prompt, answer: said }) => [prompt, said.includes(answer)])).toEqual(
      Array.from({ length: asked }, () => [question, true]),
    );
  });
});

describe('the page’s conversation examples', () => {
  const send = async (name: string) => {
    const headers = { 'API-KEY': api.key, 'Content-Type': 'application/json' };
    await fetch(`${api.url}/api/features`, { method: 'POST', headers, body: await personal(name) });
    return onlyAck();
  };

  it.each([
    ['basic-image-description', 'photo-analysis-1', 'Describe this image in detail', ['landscape-photo.jpg'], null],
    [
      'multiple-images-comparison',
      'comparison-session',
      'Compare these two images and tell me the differences',
      ['image1.jpg', 'image2.jpg'],
      null,
    ],
    [
      'enhanced-with-web-search',
      'research-session',
      "What building is this and what's its historical significance?",
      ['building-photo.jpg'],
      { numOfSite: 5, maxWord: 1_000 },
    ],
  ] as const)(
    '%s: is answered about its pictures, in their order',
    async (name, conversationId, prompt, names, webSearch) => {
      const ack = await send(name);
      expect(ack.conversationId).toBe(conversationId);
      expect(await readStream(ack.streamingUrl)).toContain(answer);
      expect(model.requests.at(-1)).toMatchObject({ prompt, webSearch });
      expect(model.picturesRead.map((bytes) => Buffer.from(bytes).subarray(4).toString())).toEqual(names);
    },
  );

  it('whose pictures were never uploaded are refused with the key that is not known', async () => {
    const headers = { 'API-KEY': api.key, 'Content-Type': 'application/json' };
    const body = await readExample('basic-image-description');
    const response = await fetch(`${api.url}/api/features`, { method: 'POST', headers, body });
    expect([response.status, await response.json()]).toMatchObject([
      400,
      { errorCode: 'INVALID_IMAGE', message: expect.stringContaining('landscape-photo.jpg') },
    ]);
  });
});
