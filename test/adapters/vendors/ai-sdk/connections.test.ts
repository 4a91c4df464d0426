import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Agent } from 'undici';
import { afterEach, describe, expect, it } from 'vitest';
import { createVendorModels } from '../../../../adapters/vendors/ai-sdk/create-vendor-models.ts';
import { vendorLimits } from '../../../../adapters/vendors/ai-sdk/limits.ts';
import { toNetworkFailure } from '../../../../adapters/vendors/ai-sdk/to-network-failure.ts';
import { createVendorFetch } from '../../../../adapters/vendors/ai-sdk/vendor-fetch.ts';
import type { AskedVendorId } from '../../../../adapters/vendors/ai-sdk/vendor-profile.ts';
import { vendorProfiles } from '../../../../adapters/vendors/ai-sdk/vendor-profiles.ts';
import type { Clock } from '../../../../src/lib/clock.ts';
import { createSystemClock } from '../../../../src/lib/clock.ts';
import { createFakeClock } from '../../../fakes/fake-clock.ts';
import { startVendorServer } from '../../../fakes/vendor-servers/vendor-server.ts';
import {
  recordedAnswer,
  rightKey,
  startVendorRig,
  toPicture,
  toRequest,
  type VendorRig,
  vendorIds,
  vendorsUnderTest,
} from './vendor-rig.ts';

const question = {
  vendor: vendorProfiles.openai,
  model: 'gpt-4o',
  pictures: 0,
  onlyPicture: null,
  pictureAt: () => null,
};

const rigs: VendorRig[] = [];
const start = async (vendor: AskedVendorId, options: { readonly clock?: Clock } = {}) => {
  const rig = await startVendorRig(vendor, options);
  rigs.push(rig);
  return rig;
};
afterEach(async () => {
  for (const rig of rigs.splice(0)) await rig.close();
});

describe('the vendors’ models', () => {
  it('load no package before the first question', () => {
    const folder = join(import.meta.dirname, '../../../../adapters/vendors/ai-sdk');
    const imports = readdirSync(folder).flatMap((name) =>
      readFileSync(join(folder, name), 'utf8')
        .split('\n')
        .filter((line) => /^import .*'@ai-sdk\//.test(line)),
    );
    expect(imports.length).toBeGreaterThan(2);
    expect(imports.filter((line) => !line.startsWith('import type '))).toEqual([]);
  });

  it('are there for every vendor that is configured, without a connection', async () => {
    const { server } = await start('openai');
    const settings = { apiKey: 'k', baseUrl: server.baseUrl };
    const vendors = createVendorModels({
      vendors: vendorIds.map((vendor) => ({ vendor, ...settings })),
      version: '1.2.3',
      clock: createSystemClock(),
    });
    expect([...vendors.models.keys()]).toEqual([...vendorIds]);
    expect(server.sockets()).toBe(0);
    await vendors.close();
  });

  it('need no key for a server that wants none', async () => {
    const { wire, model } = vendorsUnderTest['openai-compatible'];
    const server = await startVendorServer(wire, null);
    const vendors = createVendorModels({
      vendors: [{ vendor: 'openai-compatible', apiKey: null, baseUrl: server.baseUrl }],
      version: '1.2.3',
      clock: createSystemClock(),
    });
    const asked = vendors.models.get('openai-compatible')?.answer(toRequest(model, [toPicture()]), live());
    const texts: string[] = [];
    for await (const event of asked ?? []) texts.push(event.text);
    expect(texts.at(-1)).toBe(recordedAnswer);
    expect(server.requests[0]?.headers).not.toHaveProperty('authorization');
    await vendors.close();
    await server.close();
  });

  it('use a connection again, and end it when they are closed', async () => {
    const rig = await start('openai');
    for (let times = 0; times < 5; times += 1) await rig.ask();
    // The next question may come before undici knows that the connection is free.
    expect(rig.server.sockets()).toBeLessThan(3);
    await rig.closeModels();
    // Sooner than undici ends them by itself.
    await expect.poll(() => rig.server.sockets(), { interval: 2, timeout: 2_000 }).toBe(0);
  });

  it('answer many questions side by side', async () => {
    const { ask, server } = await start('mistral');
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask()));
    expect(answers.map(({ text }) => text)).toEqual(answers.map(() => recordedAnswer));
    expect(server.open()).toBe(0);
  });

  it('send the key nowhere but to the configured address', async () => {
    const { server, ask } = await start('openai');
    await ask();
    expect(server.requests[0]?.headers['authorization']).toBe(`Bearer ${rightKey}`);
    expect(server.requests[0]?.headers['host']).toBe(new URL(server.baseUrl).host);
  });
});

describe('a request', () => {
  it('to any other address than the configured one is never made', async () => {
    const { server } = await start('openai');
    const dispatcher = new Agent();
    const connection = { origin: 'http://127.0.0.1:9', dispatcher, userAgent: 'x', clock: createSystemClock() };
    const vendorFetch = createVendorFetch(connection, question, live());
    await expect(
      vendorFetch(`${server.baseUrl}/chat/completions`, { method: 'POST', body: '{}' }),
    ).rejects.toMatchObject({ code: 'chat-failed', retryable: false });
    expect(server.requests).toEqual([]);
    await dispatcher.destroy();
  });

  it('that is over leaves nothing open, though the vendor goes on after its error', async () => {
    const { server, ask } = await start('openai');
    server.next({ type: 'play', fixture: 'error-first', ending: 'silence' });
    expect((await ask()).failure?.code).toBe('chat-failed');
    await expect.poll(() => server.open(), { interval: 2 }).toBe(0);
  });
});

describe('a stream', () => {
  it.each(['openai', 'google', 'anthropic'] as const)(
    'waits for a slow reader instead of filling the memory: %s',
    async (vendor) => {
      const { server, model, request } = await start(vendor);
      const piece = toPiece(vendor, 'x'.repeat(64_000));
      server.next({ type: 'send', recorded: piece.repeat(600), pieceBytes: 64_000 });
      const reader = model.answer(request, live())[Symbol.asyncIterator]();
      await reader.next();
      let before = -1;
      // Until nothing moves any more.
      await expect
        .poll(
          () => {
            const isStill = server.sentBytes() === before;
            before = server.sentBytes();
            return isStill;
          },
          { interval: 60 },
        )
        .toBe(true);
      // The buffers of the system alone hold more than ten megabytes.
      expect(server.sentBytes()).toBeLessThan(24_000_000);
      await reader.return?.(undefined);
      await expect.poll(() => server.open(), { interval: 2 }).toBe(0);
    },
  );

  it('with an event without end is broken off', async () => {
    const { server, ask } = await start('openai');
    server.next({ type: 'send', recorded: `data: ${'x'.repeat(vendorLimits.lineBytes * 2)}`, pieceBytes: 65_536 });
    expect((await ask()).failure).toMatchObject({ code: 'chat-broken-stream', retryable: false });
    await expect.poll(() => server.open(), { interval: 2 }).toBe(0);
  });

  it('that stands still is a stalled one', () => {
    for (const code of ['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT'])
      expect(toNetworkFailure(Object.assign(new Error('x'), { code }), true, question)).toMatchObject({
        code: 'chat-stalled',
        retryable: true,
      });
  });
});

describe('a refusal', () => {
  it('that never ends counts by its status after a while, and leaves nothing open', async () => {
    const clock = createFakeClock();
    const { server, ask } = await start('openai', { clock });
    server.next({
      type: 'refuse-slowly',
      refusal: { status: 429, body: { error: {} }, headers: { 'retry-after-ms': '1500' } },
    });
    const asked = ask();
    await expect.poll(() => clock.pending(), { interval: 2 }).toBe(1);
    await clock.advance(vendorLimits.errorBodyMs);
    expect((await asked).failure).toMatchObject({ code: 'chat-rate-limited', retryAfterMs: 1_500 });
    expect(clock.pending()).toBe(0);
    await expect.poll(() => server.open(), { interval: 2 }).toBe(0);
  });
});

function live(): AbortSignal {
  return new AbortController().signal;
}

/** One event with words, as the vendor writes it. */
function toPiece(vendor: AskedVendorId, text: string): string {
  const show = (event: object) => `data: ${JSON.stringify(event)}\n\n`;
  if (vendor === 'google') return show({ candidates: [{ content: { role: 'model', parts: [{ text }] }, index: 0 }] });
  if (vendor !== 'anthropic')
    return show({
      id: 'x',
      object: 'chat.completion.chunk',
      created: 1,
      model: 'm',
      choices: [{ index: 0, delta: { content: text }, finish_reason: null }],
    });
  const start = show({ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } });
  return `${start}${show({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } })}`;
}
