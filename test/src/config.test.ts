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
    ['OPENAI_COMPATIBLE_URL', { OPENAI_COMPATIBLE_MODELS: 'llava' }],
    ['OPENAI_COMPATIBLE_URL', { OPENAI_COMPATIBLE_API_KEY: 'some-key-of-it' }],
    ['OPENAI_COMPATIBLE_MODELS', { OPENAI_COMPATIBLE_URL: 'http://127.0.0.1:11434/v1' }],
    ['RETIRED_MODELS', { RETIRED_MODELS: 'keep' }],
    ['SEARCH_PROVIDER', { SEARCH_API_KEY: 'brave-key' }],
    ['SEARCH_PROVIDER', { SEARCH_PROVIDER: 'google' }],
    ['SEARCH_API_KEY', { SEARCH_PROVIDER: 'tavily' }],
    ['SEARCH_URL', { SEARCH_PROVIDER: 'searxng' }],
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

  it('reads the vendors that there is a key or an address for', () => {
    const result = toCheckedConfig({
      OPENAI_API_KEY: 'sk-something',
      GOOGLE_API_KEY: 'google-key',
      GOOGLE_BASE_URL: 'http://127.0.0.1:9/v1beta',
      ANTHROPIC_BASE_URL: 'http://127.0.0.1:9/v1',
      LLAMA_API_KEY: 'llama-key',
      LLAMA_BASE_URL: 'https://llama.example/v1',
      OPENAI_COMPATIBLE_URL: 'http://127.0.0.1:11434/v1',
      OPENAI_COMPATIBLE_MODELS: 'llava, qwen3-vl:8b',
      FALLBACK_MODEL: 'gpt-4o-mini',
      RETIRED_MODELS: 'refuse',
    });
    expect(result).toMatchObject({
      ok: true,
      value: {
        vendors: [
          { vendor: 'openai', apiKey: 'sk-something', baseUrl: null },
          { vendor: 'google', apiKey: 'google-key', baseUrl: 'http://127.0.0.1:9/v1beta' },
          { vendor: 'llama', apiKey: 'llama-key', baseUrl: 'https://llama.example/v1' },
          { vendor: 'openai-compatible', apiKey: null, baseUrl: 'http://127.0.0.1:11434/v1' },
        ],
        compatibleModels: ['llava', 'qwen3-vl:8b'],
        fallbackModel: 'gpt-4o-mini',
        retiredModels: 'refuse',
      },
    });
  });

  it('reads no vendor where nothing is said of one, and has successors answer', () => {
    expect(toCheckedConfig({})).toMatchObject({
      ok: true,
      value: { vendors: [], compatibleModels: [], fallbackModel: null, retiredModels: 'successor', search: null },
    });
  });

  it.each([
    [
      { SEARCH_PROVIDER: 'brave', SEARCH_API_KEY: 'brave-key' },
      { provider: 'brave', apiKey: 'brave-key', url: null },
    ],
    [
      { SEARCH_PROVIDER: 'searxng', SEARCH_URL: 'http://127.0.0.1:8080' },
      { provider: 'searxng', apiKey: null, url: 'http://127.0.0.1:8080' },
    ],
  ])('reads where the web is searched from %j', (variables, search) => {
    expect(toCheckedConfig(variables)).toMatchObject({ ok: true, value: { search } });
  });

  it('asks another Chat with Image API when its key is there', () => {
    const result = toCheckedConfig({
      CHAT_API_KEY: 'a-key-of-another',
      CHAT_API_URL: 'http://127.0.0.1:9',
      CHAT_API_DIALECT: 'features',
    });
    expect(result).toMatchObject({
      ok: true,
      value: { chatApi: { key: 'a-key-of-another', url: 'http://127.0.0.1:9', dialect: 'features' } },
    });
  });

  it('needs nothing but its key to ask the hosted one', () => {
    expect(toCheckedConfig({ CHAT_API_KEY: 'a-key-of-the-hosted-api' })).toMatchObject({
      ok: true,
      value: { chatApi: { key: 'a-key-of-the-hosted-api', url: 'https://api.1min.ai', dialect: 'auto' } },
    });
  });

  it('knows every secret, for the log to leave out', () => {
    const result = toCheckedConfig({
      OPENAI_API_KEY: 'sk-something',
      GOOGLE_API_KEY: 'google-key',
      ANTHROPIC_API_KEY: 'anthropic-key',
      MISTRAL_API_KEY: 'mistral-key',
      LLAMA_API_KEY: 'llama-key',
      LLAMA_BASE_URL: 'https://llama.example/v1',
      OPENAI_COMPATIBLE_URL: 'https://vllm.example/v1',
      OPENAI_COMPATIBLE_MODELS: 'llava',
      OPENAI_COMPATIBLE_API_KEY: 'compatible-key',
      SEARCH_PROVIDER: 'brave',
      SEARCH_API_KEY: 'search-key',
      API_KEYS: 'a-key-of-sixteen-chars',
    });
    expect(result.ok ? result.value.secrets : []).toEqual([
      'sk-something',
      'google-key',
      'anthropic-key',
      'mistral-key',
      'llama-key',
      'compatible-key',
      'search-key',
      'a-key-of-sixteen-chars',
    ]);
  });
});
