import { afterEach, describe, expect, it } from 'vitest';
import type { AskedVendorId } from '../../../../adapters/vendors/ai-sdk/vendor-profile.ts';
import { recordedAnswer, startVendorRig, type VendorRig } from './vendor-rig.ts';

const rigs: VendorRig[] = [];
const start = async (vendor: AskedVendorId) => {
  const rig = await startVendorRig(vendor);
  rigs.push(rig);
  return rig;
};
afterEach(async () => {
  for (const rig of rigs.splice(0)) await rig.close();
});

const webSearch = { numOfSite: 5, maxWord: 500 };
const toTools = (body: unknown) => Object(body).tools;

describe('a question that still wants the web when it comes to a vendor', () => {
  it('is searched by Claude itself, its marks and links in the answer', async () => {
    const { server, ask } = await start('anthropic');
    server.next({ type: 'play', fixture: 'search' });
    const { text, events, failure } = await ask({ webSearch });
    expect(failure).toBeNull();
    expect(toTools(server.requests[0]?.body)).toEqual([
      { type: 'web_search_20250305', name: 'web_search', max_uses: 3 },
    ]);
    expect(text).toBe(
      'This is the museum. It is open from 9 to 5 [1].\n\nSources:\n[1] Opening hours: https://museum.example/hours',
    );
    expect(events.at(-1)).toMatchObject({ type: 'answer-end', finish: 'stop', text });
  });

  it('is searched by Gemini itself, with the links of as many sites as were asked for', async () => {
    const { server, ask } = await start('google');
    server.next({ type: 'play', fixture: 'search' }, { type: 'play', fixture: 'search' });
    const url = 'https://vertexaisearch.cloud.google.com/grounding-api-redirect';
    const answer = 'This is the museum. It is open from 9 to 5.\n\nSources:';
    expect((await ask({ webSearch })).text).toBe(
      `${answer}\n[1] museum.example: ${url}/AUZIYQ1\n[2] guide.example: ${url}/AUZIYQ2`,
    );
    expect(toTools(server.requests[0]?.body)).toEqual([{ googleSearch: {} }]);
    expect((await ask({ webSearch: { ...webSearch, numOfSite: 1 } })).text).toBe(
      `${answer}\n[1] museum.example: ${url}/AUZIYQ1`,
    );
  });

  it.each(['openai', 'mistral', 'openai-compatible'] as const)(
    'says so where the vendor cannot: %s',
    async (vendor) => {
      const { server, ask } = await start(vendor);
      const { text, events } = await ask({ webSearch });
      expect(text).toBe(`_There is no web search for this model; this is answered without it._\n\n${recordedAnswer}`);
      expect(events.at(-1)).toMatchObject({ type: 'answer-end', text });
      expect(toTools(server.requests[0]?.body)).toBeUndefined();
    },
  );

  it('says so where the model is too old', async () => {
    const { server, ask } = await start('google');
    expect((await ask({ webSearch, model: 'gemini-1.5-pro' })).text).toMatch(/^_There is no web search/);
    expect(toTools(server.requests[0]?.body)).toBeUndefined();
  });

  it('that is answered without a word stays without one', async () => {
    const { server, ask } = await start('google');
    server.next({ type: 'play', fixture: 'blocked' });
    const { events } = await ask({ webSearch, model: 'gemini-1.5-pro' });
    expect(events).toMatchObject([{ type: 'answer-end', finish: 'content-filter', text: '' }]);
  });

  it('has no links where there are no words', async () => {
    const { server, ask } = await start('google');
    const groundingMetadata = { groundingChunks: [{ web: { uri: 'https://museum.example/', title: 'Museum' } }] };
    const candidate = {
      content: { role: 'model', parts: [{ text: '' }] },
      finishReason: 'STOP',
      index: 0,
      groundingMetadata,
    };
    server.next({ type: 'send', recorded: `data: ${JSON.stringify({ candidates: [candidate] })}` });
    expect(await ask({ webSearch })).toMatchObject({ text: '', events: [{ type: 'answer-end', text: '' }] });
  });

  it('that fails says nothing before it', async () => {
    const { server, ask } = await start('openai');
    server.next({ type: 'refuse', refusal: { status: 500, body: {} } });
    expect(await ask({ webSearch })).toMatchObject({ text: '', events: [], failure: { code: 'chat-failed' } });
  });
});

it('does not search where nobody asked for it', async () => {
  const { server, ask } = await start('anthropic');
  expect((await ask()).text).toBe(recordedAnswer);
  expect(toTools(server.requests[0]?.body)).toBeUndefined();
});
