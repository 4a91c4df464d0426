import { describe, expect, it } from 'vitest';
import { toProviderReason } from '../../../adapters/chat-api/provider-reason.ts';

const nested = (message: string) => JSON.stringify({ error: { message, code: 'x' }, request: '/v1/internal' });

describe('toProviderReason', () => {
  it('finds the innermost message, through JSON in JSON', () => {
    expect(toProviderReason(nested('The seed must be positive.'))).toBe('The seed must be positive.');
    expect(toProviderReason(JSON.stringify({ details: nested('Too hot.') }))).toBe('Too hot.');
    expect(toProviderReason(JSON.stringify([{ detail: 'Too cold.' }]))).toBe('Too cold.');
    expect(toProviderReason('Plain words.')).toBe('Plain words.');
  });

  it.each([
    ['See https://internal.example/a?b=c for more', 'See for more'],
    ['POST /v1/teams42/chat/completions failed badly', 'POST failed badly'],
    ['at 10.0.0.12:8080 something broke', 'at something broke'],
    ['request 7f9c1a2b3c4d5e6f7a8b was too odd', 'request was too odd'],
    ['two\n\nlines\u0000', 'two lines'],
  ])('leaves addresses, paths and ids out of %j', (message, reason) => {
    expect(toProviderReason(nested(message))).toBe(reason);
  });

  it.each([
    'The Rocket team has no seats',
    'Rate limit reached in organization org-42',
    'Incorrect API key provided: sk-abc',
    'ada@example.com may not',
    '<html>busy</html>',
    '',
    '12345',
  ])('says nothing at all for %j', (message) => {
    expect(toProviderReason(nested(message))).toBeNull();
  });

  it('is short, and whole at its end', () => {
    const reason = toProviderReason(nested(`long ${'🚲'.repeat(500)}`)) ?? '';
    expect(reason.length).toBeLessThanOrEqual(120);
    expect(reason.isWellFormed()).toBe(true);
  });

  it('does not lose itself in what is nested too deeply', () => {
    let details: unknown = { message: 'deep down' };
    for (let depth = 0; depth < 50; depth += 1) details = { error: details };
    expect(toProviderReason(JSON.stringify(details))).toBeNull();
    expect(toProviderReason(null)).toBeNull();
  });
});
