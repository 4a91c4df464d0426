import { describe, expect, it } from 'vitest';
import { pictureHeads } from '../sample-picture.ts';
import { anthropicWire } from './anthropic-wire.ts';
import { googleWire } from './google-wire.ts';
import { mistralWire } from './mistral-wire.ts';
import { createOpenAiCompatibleWire } from './openai-compatible-wire.ts';
import { openAiWire } from './openai-wire.ts';
import type { ReceivedRequest, VendorWire } from './vendor-server.ts';

const png = pictureHeads['image/png'].toString('base64');
const data = `data:image/png;base64,${png}`;
const chat = (model: string, image: unknown, extra: object = {}) => ({
  model,
  messages: [
    { role: 'system', content: 'Be brief.' },
    {
      role: 'user',
      content: [
        { type: 'text', text: 'What?' },
        { type: 'image_url', image_url: image },
      ],
    },
  ],
  stream: true,
  ...extra,
});
const usage = { stream_options: { include_usage: true } };
const claude = (source: object, extra: object = {}) => ({
  model: 'claude-opus-4-20250514',
  max_tokens: 100,
  messages: [{ role: 'user', content: [{ type: 'image', source: { type: 'base64', ...source } }] }],
  stream: true,
  ...extra,
});
const gemini = (inlineData: object, extra: object = {}) => ({
  contents: [{ role: 'user', parts: [{ inlineData }] }],
  ...extra,
});

const bearer = { authorization: 'Bearer k', 'content-type': 'application/json' };
const claudeKey = { 'x-api-key': 'k', 'anthropic-version': '2023-06-01' };
const streamPath = '/v1beta/models/gemini-2.5-pro:streamGenerateContent?alt=sse';
const compatible = createOpenAiCompatibleWire(['llava'], 1);

type Case = readonly [string, VendorWire, string, Record<string, string>, unknown, number | null];

/** What is sent rightly is taken, and what the vendor refuses is refused. */
const cases: readonly Case[] = [
  ['OpenAI takes a picture', openAiWire, '/v1/chat/completions', bearer, chat('gpt-4o', { url: data }, usage), null],
  [
    'OpenAI wants the key',
    openAiWire,
    '/v1/chat/completions',
    { authorization: 'k' },
    chat('gpt-4o', { url: data }, usage),
    401,
  ],
  ['OpenAI wants an object', openAiWire, '/v1/chat/completions', bearer, chat('gpt-4o', data, usage), 400],
  [
    'OpenAI knows its fields',
    openAiWire,
    '/v1/chat/completions',
    bearer,
    chat('gpt-4o', { url: data }, { ...usage, foo: 1 }),
    400,
  ],
  [
    'OpenAI’s thinkers take no temperature',
    openAiWire,
    '/v1/chat/completions',
    bearer,
    chat('gpt-5', { url: data }, { ...usage, temperature: 0 }),
    400,
  ],
  [
    'OpenAI looks at the picture',
    openAiWire,
    '/v1/chat/completions',
    bearer,
    chat('gpt-4o', { url: data.replace('png', 'webp') }, usage),
    400,
  ],
  ['OpenAI has another path', openAiWire, '/chat/completions', bearer, chat('gpt-4o', { url: data }, usage), 404],
  [
    'Claude takes a picture',
    anthropicWire,
    '/v1/messages',
    claudeKey,
    claude({ media_type: 'image/png', data: png }),
    null,
  ],
  [
    'Claude wants its version',
    anthropicWire,
    '/v1/messages',
    { 'x-api-key': 'k' },
    claude({ media_type: 'image/png', data: png }),
    400,
  ],
  [
    'Claude wants another key',
    anthropicWire,
    '/v1/messages',
    bearer,
    claude({ media_type: 'image/png', data: png }),
    401,
  ],
  [
    'Claude wants a limit',
    anthropicWire,
    '/v1/messages',
    claudeKey,
    claude({ media_type: 'image/png', data: png }, { max_tokens: 0 }),
    400,
  ],
  [
    'Claude looks at the picture',
    anthropicWire,
    '/v1/messages',
    claudeKey,
    claude({ media_type: 'image/jpeg', data: png }),
    400,
  ],
  [
    'Claude wants base64',
    anthropicWire,
    '/v1/messages',
    claudeKey,
    claude({ media_type: 'image/png', data: '???' }),
    400,
  ],
  [
    'Claude wants words in texts',
    anthropicWire,
    '/v1/messages',
    claudeKey,
    { ...claude({}), messages: [{ role: 'user', content: [{ type: 'text', text: ' ' }] }] },
    400,
  ],
  [
    'Gemini takes a picture',
    googleWire,
    streamPath,
    { 'x-goog-api-key': 'k' },
    gemini({ mimeType: 'image/png', data: png }),
    null,
  ],
  ['Gemini wants the key', googleWire, streamPath, bearer, gemini({ mimeType: 'image/png', data: png }), 400],
  [
    'Gemini knows its fields',
    googleWire,
    streamPath,
    { 'x-goog-api-key': 'k' },
    gemini({ mimeType: 'image/png', data: png }, { foo: 1 }),
    400,
  ],
  [
    'Gemini wants turns',
    googleWire,
    streamPath,
    { 'x-goog-api-key': 'k' },
    { contents: [{ role: 'model', parts: [{ text: 'x' }] }] },
    400,
  ],
  ['Mistral takes a picture', mistralWire, '/v1/chat/completions', bearer, chat('pixtral-12b-2409', data), null],
  ['Mistral wants the key', mistralWire, '/v1/chat/completions', {}, chat('pixtral-12b-2409', data), 401],
  ['Mistral knows its fields', mistralWire, '/v1/chat/completions', bearer, chat('pixtral-12b-2409', data, usage), 422],
  ['vLLM takes a picture', compatible, '/v1/chat/completions', bearer, chat('llava', { url: data }, usage), null],
  [
    'vLLM wants turns',
    compatible,
    '/v1/chat/completions',
    bearer,
    {
      ...chat('llava', {}),
      messages: [
        { role: 'user', content: 'a' },
        { role: 'user', content: 'b' },
      ],
    },
    400,
  ],
];

describe('the fake vendors', () => {
  it.each(cases)('%s', (_name, wire, path, headers, body, status) => {
    const request: ReceivedRequest = { method: 'POST', path, headers, body };
    expect(wire.check(request, 'k')?.status ?? null).toBe(status);
  });
});
