import { describe, expect, it } from 'vitest';
import { toApplicationId, tokenRefused, toLoginFailure } from '../../../../adapters/discord/gateway/login-failure.ts';

const applicationId = '1300000000000000001';
const token = `${Buffer.from(applicationId).toString('base64').replaceAll('=', '')}.MADE00.not-a-real-secret`;
const page = `https://discord.com/developers/applications/${applicationId}/bot`;

describe('a refused login', () => {
  it('reads the application from the first part of the token', () => {
    expect(toApplicationId(token)).toBe(applicationId);
    expect(toApplicationId('made-bot-token')).toBeNull();
    expect(toApplicationId('')).toBeNull();
  });

  it('names the token’s page for a wrong token', () => {
    for (const failure of [tokenRefused(token), toLoginFailure(4004, token)]) {
      expect(failure).toMatchObject({ code: 'login-token', retryable: false });
      expect(failure?.message).toContain(`“Reset Token” at ${page} `);
    }
  });

  it('leads to the list of applications when the token names none', () => {
    expect(tokenRefused('made-bot-token').message).toContain('https://discord.com/developers/applications and');
  });

  it('names the switch and the way without it for a disallowed intent', () => {
    const failure = toLoginFailure(4014, token);
    expect(failure?.code).toBe('login-intents');
    expect(failure?.message).toContain(`“Message Content Intent” at ${page},`);
    expect(failure?.message).toContain('DISCORD_MESSAGE_CONTENT=false');
  });

  it.each([
    [4010, 'login-shards', 'DISCORD_SHARDS'],
    [4011, 'login-shards', 'DISCORD_SHARDS=auto'],
    [4012, 'login-version', 'update the program'],
    [4013, 'login-intents', 'DISCORD_API_URL'],
  ])('says what to do for close code %i', (closeCode, code, words) => {
    const failure = toLoginFailure(closeCode, token);
    expect(failure).toMatchObject({ code, facts: { closeCode } });
    expect(failure?.message).toContain(words);
  });

  it.each([1000, 1001, 1006, 4000, 4007, 4008, 4009, 4200])('is none for close code %i', (closeCode) => {
    expect(toLoginFailure(closeCode, token)).toBeNull();
  });

  it('never shows the token', () => {
    for (const closeCode of [4004, 4010, 4011, 4012, 4013, 4014]) {
      const shown = JSON.stringify([toLoginFailure(closeCode, token), toLoginFailure(closeCode, token)?.message]);
      expect(shown).not.toContain('MADE00');
      expect(shown).not.toContain('not-a-real-secret');
    }
  });
});
