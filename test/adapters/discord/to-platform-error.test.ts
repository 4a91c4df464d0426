import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { readReply } from '../../../adapters/discord/rest/rest-reply.ts';
import { toPlatformError, toRefusal } from '../../../adapters/discord/to-platform-error.ts';
import { Failure } from '../../../src/lib/errors.ts';
import { jsonReply } from './rest/scripted-rest.ts';

const call = { method: 'PATCH', route: '/channels/1/messages/2' } as const;
const refuse = async (status: number, body: unknown, headers: Record<string, string> = {}) =>
  toRefusal(call, await readReply(jsonReply(status, body, headers)));

describe('a refusal', () => {
  it.each([
    [404, 10_008, 'platform-message-gone', false],
    [404, 10_003, 'platform-place-gone', false],
    [404, 10_004, 'platform-place-gone', false],
    [404, 10_015, 'platform-place-gone', false],
    [404, 10_062, 'platform-place-gone', false],
    [401, 50_027, 'platform-place-gone', false],
    [400, 50_083, 'platform-place-gone', false],
    [400, 160_005, 'platform-place-gone', false],
    [403, 50_001, 'platform-forbidden', false],
    [403, 50_013, 'platform-forbidden', false],
    [403, 50_007, 'platform-forbidden', false],
    [400, 160_002, 'platform-forbidden', false],
    [403, 0, 'platform-forbidden', false],
    [401, 0, 'platform-forbidden', false],
    [400, 50_006, 'platform-rejected', false],
    [400, 50_035, 'platform-rejected', false],
    [400, 40_060, 'platform-rejected', false],
    [403, 200_000, 'platform-rejected', false],
    [404, 0, 'platform-rejected', false],
    [400, 30_046, 'platform-rate-limited', true],
    [400, 20_028, 'platform-rate-limited', true],
    [400, 20_029, 'platform-rate-limited', true],
    [400, 20_016, 'platform-rate-limited', true],
    [429, 0, 'platform-rate-limited', true],
    [500, 0, 'platform-unreachable', true],
    [503, 0, 'platform-unreachable', true],
    [400, 130_000, 'platform-unreachable', true],
  ] as const)('with status %i and code %i is %s', async (status, code, expected, retryable) => {
    const failure = await refuse(status, { code, message: 'No' });

    expect(failure).toMatchObject({ code: expected, retryable, facts: { status, discordCode: code } });
  });

  it('for a text that is too long is told from other refusals of the form', async () => {
    const tooLong = (code: string, field: string) =>
      refuse(400, {
        code: 50_035,
        message: 'Invalid Form Body',
        errors: { [field]: { _errors: [{ code, message: '…' }] } },
      });

    expect(await tooLong('BASE_TYPE_MAX_LENGTH', 'content')).toMatchObject({ code: 'platform-text-too-long' });
    expect(await tooLong('BASE_TYPE_BAD_LENGTH', 'content')).toMatchObject({ code: 'platform-text-too-long' });
    expect(await tooLong('BASE_TYPE_MAX_LENGTH', 'name')).toMatchObject({ code: 'platform-rejected' });
    expect(await tooLong('BASE_TYPE_REQUIRED', 'content')).toMatchObject({ code: 'platform-rejected' });
    const nested = { components: { 0: { content: { _errors: [{ code: 'BASE_TYPE_MAX_LENGTH' }] } } } };
    expect(await refuse(400, { code: 50_035, errors: nested })).toMatchObject({ code: 'platform-text-too-long' });
  });

  it('names the call, the status, Discord’s reason and the field', async () => {
    const errors = { nonce: { _errors: [{ code: 'NONCE_TYPE_INVALID', message: 'Not a nonce: secret words' }] } };
    const failure = await refuse(400, { code: 50_035, message: 'Invalid Form Body', errors });

    expect(failure.message).toBe(
      'Discord refused PATCH /channels/:id/messages/:id with status 400, code 50035: Invalid Form Body; nonce: NONCE_TYPE_INVALID',
    );
  });

  it('takes the time of the body before that of the header', async () => {
    expect((await refuse(429, { retry_after: 0.302 }, { 'retry-after': '1' })).retryAfterMs).toBe(302);
    expect((await refuse(429, {}, { 'retry-after': '3' })).retryAfterMs).toBe(3_000);
    expect((await refuse(429, {}, { 'retry-after': 'soon' })).retryAfterMs).toBeUndefined();
  });

  it.each([
    ['a page', '<html><body>502</body></html>'],
    ['half of a body', '{"code": 500'],
    ['a bare text', '"no"'],
    ['a list', '[1, 2]'],
    ['null', 'null'],
    ['nothing', ''],
    [
      'members of wrong types',
      '{"code": "x", "message": 7, "errors": {"a": [1], "_errors": "b"}, "retry_after": "soon"}',
    ],
  ])('is understood by its status when its body is %s', async (_what, text) => {
    const reply = await readReply(new Response(text, { status: 502, headers: { 'content-type': 'application/json' } }));

    expect(toRefusal(call, reply)).toMatchObject({ code: 'platform-unreachable', facts: { status: 502 } });
  });
});

describe('what sending throws', () => {
  const live = new AbortController().signal;

  it('stays as it is when it is a failure or the reason of the signal', () => {
    const failure = new Failure('store-failed', 'disk full');
    const reason = new Error('shutting down');

    expect(toPlatformError(failure, live)).toBe(failure);
    expect(toPlatformError(reason, AbortSignal.abort(reason))).toBe(reason);
    expect(toPlatformError(reason, live)).not.toBe(reason);
  });

  it.each([
    Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }),
    new TypeError('fetch failed', { cause: Object.assign(new Error('x'), { code: 'UND_ERR_SOCKET' }) }),
    new DOMException('This operation was aborted', 'AbortError'),
    'a text',
  ])('is unreachable when the way to Discord is to blame: %s', (error) => {
    expect(toPlatformError(error, live)).toMatchObject({ code: 'platform-unreachable', retryable: true });
  });

  it.each([
    new TypeError('Do not know how to serialize a BigInt'),
    Object.assign(new TypeError('Invalid URL'), { code: 'ERR_INVALID_URL' }),
  ])('is not tried again when the call itself is to blame: %s', (error) => {
    expect(toPlatformError(error, live)).toMatchObject({ code: 'platform-rejected', retryable: false });
  });

  it('goes no further than its code, whatever its members hold', () => {
    const error = Object.assign(new Error('https://x/webhooks/1/secret'), {
      code: 'ECONNRESET',
      url: '/webhooks/1/secret',
    });

    expect(inspect(toPlatformError(error, live), { depth: 10 })).not.toContain('secret');
  });
});
