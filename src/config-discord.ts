import { z } from 'zod';
import { flag, httpUrl, idList, optional, origins, secret, withDefault } from './config-fields.ts';
import { parseShards, type ShardPlan } from './shard-plan.ts';
import type { AccessRules } from './turn/access.ts';

const ids = idList(/^\d{5,20}$/, 'must be numeric ids with commas between them, not names');
const shards = z
  .string()
  .trim()
  .transform((text, context) => {
    const parsed = parseShards(text);
    if (parsed.ok) return parsed.plan;
    context.addIssue({
      code: 'custom',
      message: 'must be auto, a number of shards, or a range of them such as 0-3/16',
    });
    return z.NEVER;
  });

/** Discord's variables. */
export const discordVariables = {
  DISCORD_TOKEN: optional(secret),
  DISCORD_API_URL: optional(httpUrl),
  DISCORD_CDN_URL: optional(origins),
  DISCORD_MESSAGE_CONTENT: withDefault(flag, 'false'),
  DISCORD_SHARDS: withDefault(shards, '1'),
  DISCORD_ALLOWED_SERVERS: optional(ids),
  DISCORD_ALLOWED_CHANNELS: optional(ids),
  DISCORD_ALLOWED_ROLES: optional(ids),
  DISCORD_ALLOWED_PEOPLE: optional(ids),
  DISCORD_DENIED_SERVERS: optional(ids),
  DISCORD_DENIED_CHANNELS: optional(ids),
  DISCORD_DENIED_ROLES: optional(ids),
  DISCORD_DENIED_PEOPLE: optional(ids),
} as const;

const schema = z.object(discordVariables);

/** What the Discord adapter needs. */
export type DiscordConfig = {
  readonly token: string;
  /** Base of the REST API, without the version; null for Discord's own. */
  readonly apiUrl: string | null;
  /** Origins that pictures may be fetched from; null for Discord's own. */
  readonly cdnOrigins: readonly string[] | null;
  readonly messageContent: boolean;
  readonly shards: ShardPlan;
} & AccessRules;

/** Null when there is no token. */
export function toDiscordConfig(variables: z.infer<typeof schema>): DiscordConfig | null {
  if (variables.DISCORD_TOKEN === undefined) return null;
  return {
    token: variables.DISCORD_TOKEN,
    apiUrl: variables.DISCORD_API_URL ?? null,
    cdnOrigins: variables.DISCORD_CDN_URL ?? null,
    messageContent: variables.DISCORD_MESSAGE_CONTENT === 'true',
    shards: variables.DISCORD_SHARDS,
    allowed: {
      servers: variables.DISCORD_ALLOWED_SERVERS ?? [],
      channels: variables.DISCORD_ALLOWED_CHANNELS ?? [],
      roles: variables.DISCORD_ALLOWED_ROLES ?? [],
      people: variables.DISCORD_ALLOWED_PEOPLE ?? [],
    },
    denied: {
      servers: variables.DISCORD_DENIED_SERVERS ?? [],
      channels: variables.DISCORD_DENIED_CHANNELS ?? [],
      roles: variables.DISCORD_DENIED_ROLES ?? [],
      people: variables.DISCORD_DENIED_PEOPLE ?? [],
    },
  };
}
