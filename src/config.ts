import { existsSync } from 'node:fs';
import { z } from 'zod';
import { type DiscordConfig, discordVariables, toDiscordConfig } from './config-discord.ts';
import { httpUrl, list, optional, secret, withDefault } from './config-fields.ts';
import { type SlackConfig, slackProblems, slackVariables, toSlackConfig } from './config-slack.ts';
import {
  type SearchConfig,
  toSearchConfig,
  toVendorConfigs,
  type VendorConfig,
  vendorProblems,
  vendorSecretNames,
  vendorVariables,
} from './config-vendors.ts';
import type { ParseResult } from './lib/parse-json.ts';

const port = z.string().regex(/^\d{1,5}$/, 'must be a number from 0 to 65535');
const chatApiDialects = ['unified', 'features', 'auto'] as const;
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
  CHAT_API_DIALECT: withDefault(z.enum(chatApiDialects, { error: 'must be unified, features or auto' }), 'auto'),
  API_KEYS: optional(list.pipe(z.array(z.string().min(16, 'holds a key of fewer than 16 characters')))),
  ...vendorVariables,
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
  readonly chatApi: {
    readonly key: string;
    readonly url: string;
    readonly dialect: (typeof chatApiDialects)[number];
  } | null;
  /** The vendors that there is a key or an address for. */
  readonly vendors: readonly VendorConfig[];
  /** Models of the OpenAI-compatible server, as it names them. */
  readonly compatibleModels: readonly string[];
  /** Asked once where another model does not answer; null: nobody is. */
  readonly fallbackModel: string | null;
  /** Whether a model that its vendor has retired is answered by its successor, or refused by name. */
  readonly retiredModels: 'successor' | 'refuse';
  /** Null: the vendors' own search, where they have one. */
  readonly search: SearchConfig | null;
  /** Null when there is no token. */
  readonly discord: DiscordConfig | null;
  /** Null when no workspace is named. */
  readonly slack: SlackConfig | null;
  /** Keys our own API accepts; empty: one is made. */
  readonly apiKeys: readonly string[];
  readonly logLevel: (typeof logLevels)[number];
  /** Every value that must never reach a log. */
  readonly secrets: readonly string[];
};

const secretNames = [
  'CHAT_API_KEY',
  ...vendorSecretNames,
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
  const hasModelsFile = environment.MODELS_FILE !== undefined;
  return [...problems, ...vendorProblems(environment, hasModelsFile), ...slackProblems(environment)];
}

function toChatApi({
  CHAT_API_KEY: key,
  CHAT_API_URL: url,
  CHAT_API_DIALECT: dialect,
}: Environment): Config['chatApi'] {
  return key === undefined ? null : { key, url, dialect };
}

function toConfig(environment: Environment): Config {
  const secrets = secretNames.flatMap((name) => environment[name] ?? []);
  return Object.freeze({
    host: environment.HOST,
    port: Number(environment.PORT),
    databasePath: environment.DATABASE_URL.slice('sqlite:'.length),
    defaultModel: environment.DEFAULT_MODEL ?? null,
    modelsFile: environment.MODELS_FILE ?? null,
    chatApi: toChatApi(environment),
    vendors: toVendorConfigs(environment),
    compatibleModels: environment.OPENAI_COMPATIBLE_MODELS ?? [],
    fallbackModel: environment.FALLBACK_MODEL ?? null,
    retiredModels: environment.RETIRED_MODELS,
    search: toSearchConfig(environment),
    discord: toDiscordConfig(environment),
    slack: toSlackConfig(environment),
    apiKeys: environment.API_KEYS ?? [],
    logLevel: environment.LOG_LEVEL,
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
