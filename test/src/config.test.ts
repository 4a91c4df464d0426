import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { environmentSchema, toCheckedConfig } from '../../src/config.ts';

const exampleFile = join(import.meta.dirname, '../../.env.example');

function exampleVariables(): Record<string, string> {
  const lines = readFileSync(exampleFile, 'utf8').split('\n');
  return Object.fromEntries(
    lines.flatMap((line) => {
      const match = /^([A-Z_]+)=(.*)$/.exec(line);
      return match === null ? [] : [[match[1], match[2]]];
    }),
  );
}

describe('the configuration', () => {
  it('needs nothing', () => {
    const result = toCheckedConfig({});
    expect(result).toMatchObject({
      ok: true,
      value: {
        host: '127.0.0.1',
        port: 3000,
        databasePath: 'data/sightline.db',
        chatApi: null,
        apiKeys: [],
        unused: [],
      },
    });
  });

  it('lists in .env.example exactly the variables it reads', () => {
    expect(Object.keys(exampleVariables()).sort()).toEqual(Object.keys(environmentSchema.shape).sort());
  });

  it('reads .env.example as if nothing were configured', () => {
    expect(toCheckedConfig(exampleVariables())).toEqual(toCheckedConfig({}));
  });

  it('is frozen', () => {
    const result = toCheckedConfig({});
    expect(result.ok && Object.isFrozen(result.value)).toBe(true);
  });

  it('splits lists and ignores the blanks in them', () => {
    const result = toCheckedConfig({ API_KEYS: ' first-key-of-sixteen , second-key-of-sixteen ,' });
    expect(result).toMatchObject({ ok: true, value: { apiKeys: ['first-key-of-sixteen', 'second-key-of-sixteen'] } });
  });

  it('names every wrong variable in one message and quotes no value', () => {
    const result = toCheckedConfig({
      PORT: '99999',
      HOST: 'a b',
      LOG_LEVEL: 'loud',
      CHAT_API_URL: 'ftp://sneaky',
      API_KEYS: 'short-secret',
    });
    expect(result.ok).toBe(false);
    const message = result.ok ? '' : result.reason;
    for (const name of ['PORT', 'HOST', 'LOG_LEVEL', 'CHAT_API_URL', 'API_KEYS']) expect(message).toContain(name);
    for (const value of ['99999', 'a b', 'loud', 'sneaky', 'short-secret']) expect(message).not.toContain(value);
  });

  it.each([
    ['DATABASE_URL', { DATABASE_URL: 'postgres://localhost/test' }],
    ['DATABASE_URL', { DATABASE_URL: 'mysql://localhost' }],
    ['CHAT_API_DIALECT', { CHAT_API_KEY: 'a-key-of-the-hosted-api' }],
    ['CHAT_API_DIALECT', { CHAT_API_DIALECT: 'other' }],
    ['DISCORD_MESSAGE_CONTENT', { DISCORD_MESSAGE_CONTENT: 'yes' }],
    ['DISCORD_SHARDS', { DISCORD_SHARDS: '0' }],
    ['DISCORD_SHARDS', { DISCORD_SHARDS: '4-3/8' }],
    ['DISCORD_SHARDS', { DISCORD_SHARDS: '0-8/8' }],
    ['DISCORD_ALLOWED_ROLES', { DISCORD_ALLOWED_ROLES: '123456789012345678, moderators' }],
    ['DISCORD_CDN_URL', { DISCORD_CDN_URL: 'http://cdn.example' }],
    ['DISCORD_CDN_URL', { DISCORD_CDN_URL: 'http://127.0.0.1.example' }],
    ['SLACK_FILES_URL', { SLACK_FILES_URL: 'http://files.example' }],
    ['SLACK_ALLOWED_WORKSPACES', { SLACK_ALLOWED_WORKSPACES: 'T0123456789, painters' }],
    ['SLACK_DENIED_PEOPLE', { SLACK_DENIED_PEOPLE: 'ada' }],
    ['SLACK_BOT_TOKEN', { SLACK_APP_TOKEN: 'xapp-1-A0-1-secret' }],
    ['SLACK_APP_TOKEN', { SLACK_BOT_TOKEN: 'xoxb-1-secret' }],
    [
      'SLACK_BOT_TOKEN',
      { SLACK_BOT_TOKEN: 'xoxb-1-secret', SLACK_CLIENT_ID: '1.2', SLACK_CLIENT_SECRET: 'client-secret' },
    ],
    ['SLACK_CLIENT_SECRET', { SLACK_CLIENT_ID: '1.2', SLACK_APP_TOKEN: 'xapp-1-A0-1-secret' }],
    ['SLACK_CLIENT_ID', { SLACK_CLIENT_SECRET: 'client-secret', SLACK_SIGNING_SECRET: 'signing-secret' }],
    ['PORT', { PORT: '-1' }],
    ['PORT', { PORT: '3000x' }],
  ])('refuses what it cannot do with %s', (name, variables) => {
    const result = toCheckedConfig(variables);
    expect(result.ok ? '' : result.reason).toContain(`- ${name}`);
  });

  it('reads what Discord needs, and only with its token', () => {
    const variables = {
      DISCORD_SHARDS: '0-3/16',
      DISCORD_MESSAGE_CONTENT: 'true',
      DISCORD_CDN_URL: 'http://127.0.0.1:9,https://cdn.example',
      DISCORD_DENIED_PEOPLE: '123456789012345678',
    };
    expect(toCheckedConfig(variables)).toMatchObject({ ok: true, value: { discord: null } });
    const none = { servers: [], channels: [], roles: [], people: [] };
    expect(toCheckedConfig({ ...variables, DISCORD_TOKEN: 'discord-token' })).toMatchObject({
      ok: true,
      value: {
        discord: {
          token: 'discord-token',
          apiUrl: null,
          cdnOrigins: ['http://127.0.0.1:9', 'https://cdn.example'],
          messageContent: true,
          shards: { type: 'fixed', shardIds: [0, 1, 2, 3], shardCount: 16 },
          allowed: none,
          denied: { ...none, people: ['123456789012345678'] },
        },
        secrets: ['discord-token'],
      },
    });
  });

  it('reads what Slack needs, for one workspace', () => {
    const none = { servers: [], channels: [], roles: [], people: [] };
    const variables = {
      SLACK_BOT_TOKEN: 'xoxb-1-secret',
      SLACK_APP_TOKEN: 'xapp-1-secret',
      SLACK_ALLOWED_WORKSPACES: 'T0123456789',
      SLACK_FILES_URL: 'http://127.0.0.1:9',
    };
    expect(toCheckedConfig(variables)).toMatchObject({
      ok: true,
      value: {
        slack: {
          installed: { type: 'token', botToken: 'xoxb-1-secret' },
          appToken: 'xapp-1-secret',
          signingSecret: null,
          apiUrl: null,
          filesOrigins: ['http://127.0.0.1:9'],
          allowed: { ...none, servers: ['T0123456789'] },
          denied: none,
        },
        secrets: ['xoxb-1-secret', 'xapp-1-secret'],
      },
    });
  });

  it('reads what Slack needs, for many workspaces', () => {
    const variables = {
      SLACK_CLIENT_ID: '1.2',
      SLACK_CLIENT_SECRET: 'client-secret',
      SLACK_SIGNING_SECRET: 'signing-secret',
    };
    expect(toCheckedConfig(variables)).toMatchObject({
      ok: true,
      value: {
        slack: {
          installed: { type: 'oauth', clientId: '1.2', clientSecret: 'client-secret' },
          signingSecret: 'signing-secret',
        },
        secrets: ['signing-secret', 'client-secret'],
      },
    });
  });

  it('says which settings this version does not use yet', () => {
    const result = toCheckedConfig({ OPENAI_API_KEY: 'sk-something', SEARCH_PROVIDER: 'brave' });
    expect(result).toMatchObject({ ok: true, value: { unused: ['OPENAI_API_KEY', 'SEARCH_PROVIDER'] } });
  });

  it('asks another Chat with Image API when its key is there', () => {
    const result = toCheckedConfig({
      CHAT_API_KEY: 'a-key-of-another',
      CHAT_API_URL: 'http://127.0.0.1:9',
      CHAT_API_DIALECT: 'features',
    });
    expect(result).toMatchObject({
      ok: true,
      value: { chatApi: { key: 'a-key-of-another', url: 'http://127.0.0.1:9' } },
    });
  });

  it('knows every secret, for the log to leave out', () => {
    const result = toCheckedConfig({ OPENAI_API_KEY: 'sk-something', API_KEYS: 'a-key-of-sixteen-chars' });
    expect(result.ok ? result.value.secrets : []).toEqual(['sk-something', 'a-key-of-sixteen-chars']);
  });
});
