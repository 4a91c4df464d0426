import { afterEach, describe, expect, it } from 'vitest';
import type { AskedVendorId } from '../../../../adapters/vendors/ai-sdk/vendor-profile.ts';
import type { Delivery } from '../../../fakes/vendor-servers/deliver.ts';
import { recordedAnswer, startVendorRig, type VendorRig, vendorIds } from './vendor-rig.ts';

const rigs: VendorRig[] = [];
const start = async (vendor: AskedVendorId) => {
  const rig = await startVendorRig(vendor);
  rigs.push(rig);
  return rig;
};
afterEach(async () => {
  for (const rig of rigs.splice(0)) await rig.close();
});

/** Ways a stream gets to us that must not matter. */
const deliveries: Record<string, Partial<Delivery>> = {
  'byte by byte': { pieceBytes: 1 },
  'in uneven pieces': { pieceBytes: 'uneven' },
  'in one piece': { pieceBytes: null },
  'with carriage returns': { lineEnd: '\r\n', pieceBytes: 'uneven' },
  'with keep-alives': { keepAlives: true },
};

describe.each(vendorIds)('the stream of %s', (vendor) => {
  it.each(Object.entries(deliveries))('is read %s', async (_name, delivery) => {
    const { server, ask } = await start(vendor);
    server.next({ type: 'play', fixture: 'answer', ...delivery });
    const { text, events, failure } = await ask();
    expect(failure).toBeNull();
    expect(text).toBe(recordedAnswer);
    expect(events.at(-1)).toMatchObject({ type: 'answer-end', finish: 'stop', text: recordedAnswer });
  });

  it('comes with what it cost', async () => {
    const { ask } = await start(vendor);
    const { events } = await ask();
    const cost = {
      openai: [1_117, 19],
      // With the tokens it thought for: they are paid for as well.
      google: [1_298, 60],
      anthropic: [1_472, 31],
      mistral: [1_290, 19],
      llama: [611, 19],
      'openai-compatible': [611, 19],
    }[vendor];
    expect(events.at(-1)).toMatchObject({
      usage: { inputTokens: cost[0], outputTokens: cost[1], credits: null },
    });
  });

  it('ends by its length where the vendor says so', async () => {
    const { server, ask } = await start(vendor);
    server.next({ type: 'play', fixture: 'length' });
    const { text, events } = await ask();
    expect(text).toMatch(/^The sign says “Geschlossen/);
    expect(events.at(-1)).toMatchObject({ type: 'answer-end', finish: 'length' });
  });

  it('is a broken one when it ends without its end', async () => {
    const { server, ask } = await start(vendor);
    server.next({ type: 'play', fixture: 'answer', events: 5 });
    const { text, failure } = await ask();
    expect(text).toMatch(/^The/);
    expect(failure).toMatchObject({ code: 'chat-broken-stream', retryable: true });
  });

  it('is a broken one when it ends before its first word', async () => {
    const { server, ask } = await start(vendor);
    server.next({ type: 'play', fixture: 'answer', events: 0 });
    expect(await ask()).toMatchObject({ text: '', failure: { code: 'chat-broken-stream', retryable: true } });
  });

  it('is a broken one when the connection is reset in its middle', async () => {
    const { server, ask } = await start(vendor);
    server.next({ type: 'play', fixture: 'answer', events: 5, ending: 'reset' });
    const { text, failure } = await ask();
    expect(text).toMatch(/^The/);
    expect(failure).toMatchObject({ code: 'chat-broken-stream', retryable: true, facts: { network: 'ECONNRESET' } });
  });

  it('is a broken one when an event cannot be read', async () => {
    const { server, ask } = await start(vendor);
    server.next({ type: 'play', fixture: 'malformed' });
    const { text, failure } = await ask();
    expect(text).toMatch(/^The sign says/);
    expect(failure).toMatchObject({ code: 'chat-broken-stream', retryable: true });
  });

  it('fails as the vendor says in the middle of it', async () => {
    const { server, ask } = await start(vendor);
    server.next({ type: 'play', fixture: 'error-middle' });
    const { text, failure } = await ask();
    expect(text).toMatch(/^The sign says/);
    expect(failure).toMatchObject({ code: 'chat-failed', retryable: true });
  });

  it('closes the connection at once when nobody wants it any more, before its first word as well', async () => {
    const { server, model, request } = await start(vendor);
    server.next({ type: 'silence' }, { type: 'play', fixture: 'answer', events: 2, ending: 'silence' });
    for (const _silence of ['no headers', 'no word']) {
      const stop = new AbortController();
      const gone = new Error('stopped');
      const asked = (async () => {
        for await (const _event of model.answer(request, stop.signal));
      })();
      const ended = expect(asked).rejects.toBe(gone);
      await expect.poll(() => server.open(), { interval: 2 }).toBe(1);
      stop.abort(gone);
      await ended;
      await expect.poll(() => server.sockets(), { interval: 2 }).toBe(0);
    }
  });
});

describe('what models think', () => {
  it.each([
    ['google', 'answer', recordedAnswer],
    ['anthropic', 'thinking', 'A sign on a door.'],
    ['mistral', 'thinking', 'A sign on a door.'],
    ['openai-compatible', 'reasoning', 'A sign on a door.'],
  ] as const)('is not shown: %s', async (vendor, fixture, answer) => {
    const { server, ask } = await start(vendor);
    server.next({ type: 'play', fixture });
    expect(await ask()).toMatchObject({ text: answer, failure: null });
  });
});

describe('what a vendor’s rules cut', () => {
  it.each([
    ['openai', 'content-filter', 'The sign says “Geschlossen'],
    ['openai', 'refusal', "I'm sorry, I can't help identify people."],
    ['google', 'safety', 'The sign says “Geschlossen”'],
    ['google', 'blocked', ''],
    ['anthropic', 'refusal', 'The sign says'],
  ] as const)('ends so: %s, %s', async (vendor, fixture, text) => {
    const { server, ask } = await start(vendor);
    server.next({ type: 'play', fixture });
    const { events, failure } = await ask();
    expect(failure).toBeNull();
    expect(events.at(-1)).toMatchObject({ type: 'answer-end', finish: 'content-filter', text });
  });
});

describe('an error in place of an answer', () => {
  it.each([
    ['openai', 500],
    ['anthropic', 529],
  ] as const)('is what it says: %s', async (vendor, status) => {
    const { server, ask } = await start(vendor);
    server.next({ type: 'play', fixture: 'error-first' });
    expect(await ask()).toMatchObject({
      text: '',
      failure: { code: 'chat-failed', retryable: true, facts: { status } },
    });
  });
});

it('knows no cost where the server says none', async () => {
  const { server, ask } = await start('openai-compatible');
  server.next({ type: 'play', fixture: 'without-usage' });
  const { events } = await ask();
  expect(events.at(-1)).toMatchObject({ usage: { inputTokens: null, outputTokens: null, credits: null } });
});
