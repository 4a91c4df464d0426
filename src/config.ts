import { existsSync } from 'node:fs';
import { z } from 'zod';
import type { ParseResult } from './lib/parse-json.ts';

const absent = (value: unknown) => (typeof value === 'string' && value.trim() === '' ? undefined : value);
const optional = <Schema extends z.ZodType>(schema: Schema) => z.preprocess(absent, schema.optional());
const withDefault = <Schema extends z.ZodType<string>>(schema: Schema, value: string) =>
  z.preprocess((given) => absent(given) ?? value, schema);

const secret = z.string().trim().min(8, 'is too short to be a key');
const httpUrl = z.url({ protocol: /^https?$/, error: 'must be an address that starts with http:// or https://' });
const list = z.string().transform((text) =>
  text
    .split(',')
    .map((member) => member.trim())
    .filter((member) => member !== ''),
);
/** Discord's and others' ids are long numbers; a name in such a list would match nobody and seem to work. */
const idList = list.pipe(
  z.array(z.string().regex(/^\d{5,20}$/, 'must be numeric ids with commas between them, not names')),
);
const flag = z.enum(['true', 'false'], { error: 'must be true or false' });
const shards = z
  .string()
  .trim()
  .refine(isShardPlan, 'must be auto, a number of shards, or a range of them such as 0-3/16');
/** Pictures come from these alone; in clear only from the machine itself. */
const origins = list.pipe(
  z.array(httpUrl.refine(isSafeOrigin, 'holds an http:// address of another machine; use https://')),
);
const port = z.string().regex(/^\d{1,5}$/, 'must be a number from 0 to 65535');
const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

function isShardPlan(text: string): boolean {
  if (text === 'auto' || /^[1-9]\d{0,3}$/.test(text)) return true;
  const range = /^(\d{1,4})(?:-(\d{1,4}))?\/([1-9]\d{0,3})$/.exec(text);
  if (range === null) return false;
  const [first, last, count] = [range[1], range[2] ?? range[1], range[3]].map(Number);
  return first !== undefined && last !== undefined && count !== undefined && first <= last && last < count;
}

function isSafeOrigin(address: string): boolean {
  const { protocol, hostname } = new URL(address);
  return protocol === 'https:' || /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(hostname);
}

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
  DISCORD_TOKEN: optional(secret),
  DISCORD_API_URL: optional(httpUrl),
  DISCORD_CDN_URL: optional(origins),
  DISCORD_MESSAGE_CONTENT: withDefault(flag, 'false'),
  DISCORD_SHARDS: withDefault(shards, '1'),
  DISCORD_ALLOWED_SERVERS: optional(idList),
  DISCORD_ALLOWED_CHANNELS: optional(idList),
  DISCORD_ALLOWED_ROLES: optional(idList),
  DISCORD_ALLOWED_PEOPLE: optional(idList),
  DISCORD_DENIED_SERVERS: optional(idList),
  DISCORD_DENIED_CHANNELS: optional(idList),
  DISCORD_DENIED_ROLES: optional(idList),
  DISCORD_DENIED_PEOPLE: optional(idList),
  SLACK_BOT_TOKEN: optional(secret),
  SLACK_APP_TOKEN: optional(secret),
  SLACK_SIGNING_SECRET: optional(secret),
  SLACK_API_URL: optional(httpUrl),
  SLACK_FILES_URL: optional(origins),
  LOG_LEVEL: withDefault(z.enum(logLevels, { error: `must be one of ${logLevels.join(', ')}` }), 'info'),
});

type Environment = z.infer<typeof environmentSchema>;

/** Whom a platform serves, by id. */
export type AccessLists = {
  readonly servers: readonly string[];
  readonly channels: readonly string[];
  readonly roles: readonly string[];
  readonly people: readonly string[];
};

/** What the Discord adapter needs. */
export type DiscordConfig = {
  readonly token: string;
  /** Base of the REST API, without the version; null for Discord's own. */
  readonly apiUrl: string | null;
  /** Origins that pictures may be fetched from; null for Discord's own. */
  readonly cdnOrigins: readonly string[] | null;
  readonly messageContent: boolean;
  /** `auto`, a number of shards, or a range of them: `0-3/16`. */
  readonly shards: string;
  readonly allowed: AccessLists;
  readonly denied: AccessLists;
};

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
  'SLACK_BOT_TOKEN',
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
  return problems;
}

function toDiscord(environment: Environment): DiscordConfig | null {
  if (environment.DISCORD_TOKEN === undefined) return null;
  return {
    token: environment.DISCORD_TOKEN,
    apiUrl: environment.DISCORD_API_URL ?? null,
    cdnOrigins: environment.DISCORD_CDN_URL ?? null,
    messageContent: environment.DISCORD_MESSAGE_CONTENT === 'true',
    shards: environment.DISCORD_SHARDS,
    allowed: {
      servers: environment.DISCORD_ALLOWED_SERVERS ?? [],
      channels: environment.DISCORD_ALLOWED_CHANNELS ?? [],
      roles: environment.DISCORD_ALLOWED_ROLES ?? [],
      people: environment.DISCORD_ALLOWED_PEOPLE ?? [],
    },
    denied: {
      servers: environment.DISCORD_DENIED_SERVERS ?? [],
      channels: environment.DISCORD_DENIED_CHANNELS ?? [],
      roles: environment.DISCORD_DENIED_ROLES ?? [],
      people: environment.DISCORD_DENIED_PEOPLE ?? [],
    },
  };
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
    discord: toDiscord(environment),
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
