import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { readReply } from '../../../adapters/slack/api/api-reply.ts';
import { toPlatformError, toRefusal } from '../../../adapters/slack/to-platform-error.ts';
import { Failure } from '../../../src/lib/errors.ts';

const refuse = async (body: unknown, init: ResponseInit = {}) =>
  toRefusal('chat.update', await readReply(Response.json(body, init)));

describe('a refusal', () => {
  it.each([
    ['message_not_found', 'platform-message-gone', false],
    ['channel_not_found', 'platform-place-gone', false],
    ['is_archived', 'platform-place-gone', false],
    ['thread_not_found', 'platform-place-gone', false],
    ['expired_trigger_id', 'platform-place-gone', false],
    ['not_in_channel', 'platform-forbidden', false],
    ['missing_scope', 'platform-forbidden', false],
    ['token_revoked', 'platform-forbidden', false],
    ['edit_window_closed', 'platform-forbidden', false],
    ['ratelimited', 'platform-rate-limited', true],
    ['msg_too_long', 'platform-text-too-long', false],
    ['msg_blocks_too_long', 'platform-text-too-long', false],
    ['internal_error', 'platform-unreachable', true],
    ['invalid_blocks', 'platform-rejected', false],
    ['message_not_in_streaming_state', 'platform-rejected', false],
    ['a_word_of_next_year', 'platform-rejected', false],
  ])('with the word %s is %s', async (slackError, code, retryable) => {
    expect(await refuse({ ok: false, error: slackError })).toMatchObject({
      code,
      retryable,
      facts: { status: 200, slackError },
    });
  });

  it('names the places that Slack does not like, and not what stands there', async () => {
    const messages = ['[ERROR] unknown value: very private [json-pointer:/blocks/0/text]', '[WARN] very private'];

    const failure = await refuse({ ok: false, error: 'invalid_blocks', response_metadata: { messages } });

    expect(failure.message).toBe('Slack refused chat.update: invalid_blocks; /blocks/0/text');
  });

  it.each([
    [500, 'platform-unreachable'],
    [408, 'platform-unreachable'],
    [403, 'platform-forbidden'],
    [429, 'platform-rate-limited'],
    [400, 'platform-rejected'],
  ])('with nothing but the status %i is %s', async (status, code) => {
    const failure = await refuse(null, { status });

    expect(failure).toMatchObject({ code, facts: { status } });
    expect(failure.message).toBe(`Slack refused chat.update: status ${status}, no reason given`);
  });

  it('tells the wait that the header names, an hour at most', async () => {
    const waitOf = async (header: string) =>
      (await refuse({ ok: false, error: 'ratelimited' }, { status: 429, headers: { 'retry-after': header } }))
        .retryAfterMs;

    expect(await waitOf('30')).toBe(30_000);
    expect(await waitOf('0')).toBe(0);
    expect(await waitOf('999999')).toBe(3_600_000);
    expect(await waitOf('-5')).toBeUndefined();
    expect(await waitOf('soon')).toBeUndefined();
  });
});

describe('what sending throws', () => {
  const live = new AbortController().signal;

  it('stays as it is when it is a failure or the reason of the signal', () => {
    const failure = new Failure('store-failed', 'disk full');
    const reason = new Error('shutting down');

    expect(toPlatformError(failure, live)).toBe(failure);
    expect(toPlatformError(new Error('wrapped', { cause: failure }), live)).toBe(failure);
    expect(toPlatformError(reason, AbortSignal.abort(reason))).toBe(reason);
    expect(toPlatformError(reason, live)).not.toBe(reason);
  });

  it.each([
    Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }),
    new Error('wrapped', { cause: new TypeError('fetch failed') }),
    'a text',
  ])('is unreachable when the way to Slack is to blame: %s', (error) => {
    expect(toPlatformError(error, live)).toMatchObject({ code: 'platform-unreachable', retryable: true });
  });

  it('is named by the cause’s code, not by the SDK’s own', () => {
    const cause = Object.assign(new Error('very private'), { code: 'ECONNRESET' });
    const error = Object.assign(new Error('very private', { cause }), { code: 'slack_webapi_request_error' });

    const failure = toPlatformError(error, live);

    expect(failure).toMatchObject({ message: 'Slack could not be reached: ECONNRESET' });
    expect(inspect(failure, { depth: 10 })).not.toContain('private');
  });

  it.each([
    new TypeError('Do not know how to serialize a BigInt'),
    new Error('wrapped', { cause: Object.assign(new TypeError('Invalid URL'), { code: 'ERR_INVALID_URL' }) }),
  ])('is not tried again when the call itself is to blame: %s', (error) => {
    expect(toPlatformError(error, live)).toMatchObject({ code: 'platform-rejected', retryable: false });
  });
});
