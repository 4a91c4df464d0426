import { existsSync } from 'node:fs';
import { z } from 'zod';
import { type DiscordConfig, discordVariables, toDiscordConfig } from './config-discord.ts';
import { httpUrl, list, optional, secret, withDefault } from './config-fields.ts';
import { type SlackConfig, slackProblems, slackVariables, toSlackConfig } from './config-slack.ts';
import type { ParseResult } from './lib/parse-json.ts';

const port = z.string().regex(/^\d{1,5}$/, 'must be a number from 0 to 65535');
const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

/** Every variable the program reads, with what it must look like. `.env.example` lists exactly these. */
export const environmentSchema = z.object({
  HOST: withDefault(z.string().regex(/^[\w.:-]+$/, 'must be an IP address or a host name'), '127.0.0.1'),
  PORT: withDefault(
    port.refine((text) => Number(text) <= 65_535, 'must be a number from 0 to 65535'),
    '3000',
  ),
  DATABASE_URL: withDefault(
    z.string().regex(/^(sqlite:.+|postgres(ql)?:\/\/.+)$/, 'must be sqlite:PATH or postgres://…'),
    'sqlite:data/sightline.db',
  ),
  DEFAULT_MODEL: optional(z.string().trim()),
  MODELS_FILE: optional(z.string().trim()),
  CHAT_API_KEY: optional(secret),
  CHAT_API_URL: withDefault(httpUrl, 'https://api.1min.ai'),
  CHAT_API_DIALECT: withDefault(
    z.enum(['unified', 'features', 'auto'], { error: 'must be unified, features or auto' }),
    'auto',
  ),
  API_KEYS: optional(list.pipe(z.array(z.string().min(16, 'holds a key of fewer than 16 characters')))),
  OPENAI_API_KEY: optional(secret),
  OPENAI_BASE_URL: optional(httpUrl),
  GOOGLE_API_KEY: optional(secret),
  GOOGLE_BASE_URL: optional(httpUrl),
  ANTHROPIC_API_KEY: optional(secret),
  ANTHROPIC_BASE_URL: optional(httpUrl),
  MISTRAL_API_KEY: optional(secret),
  MISTRAL_BASE_URL: optional(httpUrl),
  LLAMA_API_KEY: optional(secret),
  LLAMA_BASE_URL: optional(httpUrl),
  OPENAI_COMPATIBLE_URL: optional(httpUrl),
  OPENAI_COMPATIBLE_API_KEY: optional(secret),
  OPENAI_COMPATIBLE_MODELS: optional(list),
  SEARCH_PROVIDER: optional(z.enum(['brave', 'tavily', 'searxng'], { error: 'must be brave, tavily or searxng' })),
  SEARCH_API_KEY: optional(secret),
  SEARCH_URL: optional(httpUrl),
  ...discordVariables,
  ...slackVariables,
  LOG_LEVEL: withDefault(z.enum(logLevels, { error: `must be one of ${logLevels.join(', ')}` }), 'info'),
});

type Environment = z.infer<typeof environmentSchema>;

/** The configuration, read once and frozen. */
export type Config = {
  readonly host: string;
  readonly port: number;
  /** Path of the database file; its folder also holds the pictures. */
  readonly databasePath: string;
  readonly defaultModel: string | null;
  readonly modelsFile: string | null;
  /** Another Chat with Image API to ask instead of our own engine. */
  readonly chatApi: { readonly key: string; readonly url: string } | null;
  /** Null when there is no token. */
  readonly discord: DiscordConfig | null;
  /** Null when no workspace is named. */
  readonly slack: SlackConfig | null;
  /** Keys our own API accepts; empty: one is made. */
  readonly apiKeys: readonly string[];
  readonly logLevel: (typeof logLevels)[number];
  /** Variables that are set although this version does nothing with them yet. */
  readonly unused: readonly string[];
  /** Every value that must never reach a log. */
  readonly secrets: readonly string[];
};

/** Variables whose features are not built yet: their form is checked, and the start says that they are not used. */
const notYetUsed = [
  'OPENAI_API_KEY',
  'GOOGLE_API_KEY',
  'ANTHROPIC_API_KEY',
  'MISTRAL_API_KEY',
  'LLAMA_API_KEY',
  'OPENAI_COMPATIBLE_URL',
  'SEARCH_PROVIDER',
] as const satisfies readonly (keyof Environment)[];

const secretNames = [
  'CHAT_API_KEY',
  'OPENAI_API_KEY',
  'GOOGLE_API_KEY',
  'ANTHROPIC_API_KEY',
  'MISTRAL_API_KEY',
  'LLAMA_API_KEY',
  'OPENAI_COMPATIBLE_API_KEY',
  'SEARCH_API_KEY',
  'DISCORD_TOKEN',
  'SLACK_BOT_TOKEN',
  'SLACK_APP_TOKEN',
  'SLACK_SIGNING_SECRET',
  'SLACK_CLIENT_SECRET',
] as const satisfies readonly (keyof Environment)[];

/** What this version cannot do although the value is well formed: a sentence for each variable. */
function unsupported(environment: Environment): string[] {
  const problems: string[] = [];
  if (!environment.DATABASE_URL.startsWith('sqlite:')) {
    problems.push('DATABASE_URL: this version stores in SQLite only; use sqlite:PATH.');
  }
  if (environment.CHAT_API_KEY !== undefined && environment.CHAT_API_DIALECT !== 'features') {
    problems.push('CHAT_API_DIALECT: this version speaks the dialect features only; set CHAT_API_DIALECT=features.');
  }
  return [...problems, ...slackProblems(environment)];
}

function toConfig(environment: Environment): Config {
  const secrets = secretNames.flatMap((name) => environment[name] ?? []);
  return Object.freeze({
    host: environment.HOST,
    port: Number(environment.PORT),
    databasePath: environment.DATABASE_URL.slice('sqlite:'.length),
    defaultModel: environment.DEFAULT_MODEL ?? null,
    modelsFile: environment.MODELS_FILE ?? null,
    chatApi:
      environment.CHAT_API_KEY === undefined ? null : { key: environment.CHAT_API_KEY, url: environment.CHAT_API_URL },
    discord: toDiscordConfig(environment),
    slack: toSlackConfig(environment),
    apiKeys: environment.API_KEYS ?? [],
    logLevel: environment.LOG_LEVEL,
    unused: notYetUsed.filter((name) => environment[name] !== undefined),
    secrets: [...secrets, ...(environment.API_KEYS ?? [])],
  });
}

/**
 * Turns the environment (with `.env` of the working directory beneath it) into the configuration, or into one message that
 * lists every problem by the variable's name and quotes no value.
 */
export function readConfig(): ParseResult<Config> {
  if (existsSync('.env')) process.loadEnvFile('.env');
  return toCheckedConfig(process.env);
}

/** The same for variables handed in. */
export function toCheckedConfig(variables: Readonly<Record<string, string | undefined>>): ParseResult<Config> {
  const result = environmentSchema.safeParse(variables);
  const problems = result.success
    ? unsupported(result.data)
    : result.error.issues.map((issue) => `${String(issue.path[0])} ${issue.message}.`);
  if (!result.success || problems.length > 0) {
    return {
      ok: false,
      reason: `Sightline cannot start. Please correct:\n${problems.map((line) => `  - ${line}`).join('\n')}`,
    };
  }
  return { ok: true, value: toConfig(result.data) };
}
