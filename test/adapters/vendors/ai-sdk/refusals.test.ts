import { afterEach, describe, expect, it } from 'vitest';
import type { AskedVendorId } from '../../../../adapters/vendors/ai-sdk/vendor-profile.ts';
import { createFakeClock } from '../../../fakes/fake-clock.ts';
import type { Fault, Refusal } from '../../../fakes/vendor-servers/vendor-server.ts';
import { startVendorRig, toPicture, toRequest, type VendorRig, vendorIds } from './vendor-rig.ts';

const rigs: VendorRig[] = [];
const start = async (vendor: AskedVendorId, options: Parameters<typeof startVendorRig>[1] = {}) => {
  const rig = await startVendorRig(vendor, options);
  rigs.push(rig);
  return rig;
};
afterEach(async () => {
  for (const rig of rigs.splice(0)) await rig.close();
});

const page = '<!DOCTYPE html><html><head><title>502 Bad Gateway</title></head><body>cloudflare</body></html>';
const fails = async (vendor: AskedVendorId, ...faults: readonly Fault[]) => {
  const { server, ask } = await start(vendor);
  server.next(...faults);
  const { failure, events } = await ask();
  expect(events).toEqual([]);
  return failure;
};
const refuses = (vendor: AskedVendorId, refusal: Refusal) => fails(vendor, { type: 'refuse', refusal });

describe.each(vendorIds)('%s', (vendor) => {
  it('that refuses the key is a matter for whoever runs the server', async () => {
    const { ask, server } = await start(vendor, { apiKey: 'sk-wrong-canary' });
    const variable = `${vendor.toUpperCase().replace('-', '_')}_API_KEY`;
    const { failure } = await ask();
    expect(failure).toMatchObject({ code: 'chat-unauthorized', retryable: false, facts: { variable } });
    expect(failure?.message).toContain(variable);
    expect(server.requests.length).toBe(1);
  });

  it('that does not know the model is told apart from one that is not there', async () => {
    const { ask } = await start(vendor);
    const { failure } = await ask({ model: 'gone-model-1' });
    expect(failure).toMatchObject({ code: 'chat-model-unknown', retryable: false, facts: { model: 'gone-model-1' } });
    const elsewhere = await start(vendor, { baseUrlEnd: '/elsewhere' });
    const lost = (await elsewhere.ask()).failure;
    expect(lost).toMatchObject({ code: 'chat-failed', retryable: false, facts: { status: 404 } });
    expect(lost?.message).toMatch(/_(BASE_)?URL/);
  });

  it('that does not take a picture refuses the picture', async () => {
    const { ask } = await start(vendor);
    const liar = { ...toPicture('liar', 'image/jpeg'), mimeType: 'image/png' };
    const { failure } = await ask({ pictures: [toPicture('first'), liar, toPicture('third')] });
    expect(failure).toMatchObject({ code: 'chat-image-refused', retryable: false });
    // Only some vendors name the picture.
    expect(failure?.facts['picture']).toBe(vendor === 'anthropic' ? 2 : undefined);
  });

  it('need not name a picture that is the only one', async () => {
    const { ask } = await start(vendor);
    const { failure } = await ask({ pictures: [{ ...toPicture('liar', 'image/jpeg'), mimeType: 'image/png' }] });
    expect(failure).toMatchObject({ code: 'chat-image-refused', facts: { picture: 1 } });
  });

  it('may be asked again after the time it says', async () => {
    const body = {
      error: { message: 'Rate limit reached for requests', type: 'rate_limit_error', code: 'rate_limit' },
    };
    const failure = await refuses(vendor, { status: 429, body, headers: { 'retry-after': '17' } });
    expect(failure).toMatchObject({ code: 'chat-rate-limited', retryable: true, retryAfterMs: 17_000 });
  });

  it.each([
    [500, 'chat-failed', true],
    [501, 'chat-failed', false],
    [502, 'chat-unreachable', true],
    [503, 'chat-failed', true],
    [504, 'chat-unreachable', true],
    [520, 'chat-unreachable', true],
    [529, 'chat-failed', true],
  ])('with a page and the status %i has a problem of its own', async (status, code, retryable) => {
    const failure = await refuses(vendor, { status, body: page });
    expect(failure).toMatchObject({ code, retryable, facts: { status } });
    expect(failure?.message).not.toContain('cloudflare');
  });

  it('is not followed to another address', async () => {
    const other = await start(vendor);
    for (const status of [301, 302, 303, 307, 308]) {
      const headers = { location: `${other.server.baseUrl}/chat/completions` };
      const failure = await refuses(vendor, { status, body: page, headers });
      expect(failure).toMatchObject({ code: 'chat-failed', retryable: false, facts: { status } });
    }
    expect(other.server.requests).toEqual([]);
  });

  it('that answers with a page instead of an answer is misconfigured', async () => {
    const failure = await refuses(vendor, { status: 200, body: page });
    expect(failure).toMatchObject({ code: 'chat-failed', retryable: false });
  });

  it('that says an error with a good status has that error', async () => {
    const body = { error: { message: 'Too busy', type: 'rate_limit_error', code: null } };
    expect(await refuses(vendor, { status: 200, body })).toMatchObject({ code: 'chat-rate-limited', retryable: true });
  });

  it('that cannot be reached is not there', async () => {
    expect(await fails(vendor, { type: 'reset' })).toMatchObject({ code: 'chat-unreachable', retryable: true });
    const { server, ask } = await start(vendor);
    await server.close();
    expect((await ask()).failure).toMatchObject({ code: 'chat-unreachable', facts: { network: 'ECONNREFUSED' } });
  });

  it('with an endless refusal is judged by what came of it', async () => {
    // Its clock stands still: what ends it is the size.
    const { server, ask } = await start(vendor, { clock: createFakeClock() });
    const body = { error: { message: `Rate limit reached ${'x'.repeat(100_000)}`, type: 'rate_limit_error' } };
    server.next({ type: 'refuse-slowly', refusal: { status: 429, body } });
    expect((await ask()).failure).toMatchObject({ code: 'chat-rate-limited', retryable: true });
  });
});

it('counts the pictures of earlier questions when it names a picture', async () => {
  const { ask, request } = await start('anthropic');
  const liar = { ...toPicture('liar', 'image/jpeg'), mimeType: 'image/png' };
  const turn = { model: 'm', prompt: 'Before?', answer: 'Yes.' };
  const history = [
    { ...turn, pictures: [toPicture('one')] },
    { ...turn, pictures: [toPicture('two'), liar] },
  ];
  expect((await ask({ ...request, history })).failure).toMatchObject({ facts: { picture: 3 } });
});

it('refuses more pictures than the vendor takes by its number', async () => {
  const { ask, request } = await start('openai-compatible');
  const five = Array.from({ length: 5 }, (_each, index) => toPicture(`p${index}`));
  expect((await ask(toRequest(request.model, five))).failure).toMatchObject({
    code: 'chat-too-many-images',
    facts: { maxPictures: 4 },
  });
  const mistral = await start('mistral');
  const nine = Array.from({ length: 9 }, (_each, index) => toPicture(`p${index}`));
  expect((await mistral.ask(toRequest(mistral.request.model, nine))).failure?.code).toBe('chat-too-many-images');
});

it.each([
  [
    'openai',
    {
      error: { message: 'Invalid image.', type: 'invalid_request_error', param: 'messages.[1].content.[3].image_url' },
    },
  ],
  [
    'mistral',
    { detail: [{ type: 'x', loc: ['body', 'messages', 1, 'user', 'content', 3, 'image_url'], msg: 'bad image' }] },
  ],
  [
    'google',
    {
      error: { code: 400, status: 'INVALID_ARGUMENT', message: "Invalid value at 'contents[0].parts[3].inline_data'" },
    },
  ],
] as const)('knows which picture %s means by its place in the request', async (vendor, body) => {
  const { server, ask } = await start(vendor);
  server.next({ type: 'refuse', refusal: { status: 400, body } });
  const { failure } = await ask({ pictures: [toPicture('one'), toPicture('two')] });
  expect(failure).toMatchObject({ code: 'chat-image-refused', facts: { picture: 2 } });
});
