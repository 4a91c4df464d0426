import { z } from 'zod';

// What Discord sends of messages, channels and servers, by the gateway and by the HTTP API. Only what is used is named, and what
// is missing or of a wrong type reads as empty wherever the rest still makes sense.

/** An id. What does not look like one never gets into a route. */
const snowflakeSchema = z.string().regex(/^\d{1,20}$/);
const optionalId = snowflakeSchema.nullish().catch(null);
const optionalText = z.string().nullish().catch(null);
const optionalNumber = z.number().nullish().catch(null);
const text = z
  .string()
  .nullish()
  .catch(null)
  .transform((value) => value ?? '');
const flags = z
  .number()
  .int()
  .nullish()
  .catch(null)
  .transform((value) => value ?? 0);

/** A list without those members that do not fit. */
function listOf<Schema extends z.ZodType>(schema: Schema) {
  return z
    .array(z.unknown())
    .nullish()
    .catch(null)
    .transform((items) =>
      (items ?? []).flatMap((item): z.output<Schema>[] => {
        const parsed = schema.safeParse(item);
        return parsed.success ? [parsed.data] : [];
      }),
    );
}

/** Permissions come as decimal text: more bits than a number holds. */
const permissionsSchema = z
  .string()
  .regex(/^\d{1,40}$/)
  .nullish()
  .catch(null)
  .transform((bits) => BigInt(bits ?? 0));

const userSchema = z.object({
  id: snowflakeSchema,
  username: text,
  global_name: optionalText,
  bot: z.boolean().nullish().catch(null),
});

/** Somebody's membership in a server. */
export const memberSchema = z.object({ nick: optionalText, roles: listOf(snowflakeSchema) });
export type WireMember = z.infer<typeof memberSchema>;

const attachmentSchema = z.object({
  id: snowflakeSchema,
  filename: text,
  size: optionalNumber,
  url: z.string(),
  proxy_url: optionalText,
  content_type: optionalText,
  width: optionalNumber,
  height: optionalNumber,
});
export type WireAttachment = z.infer<typeof attachmentSchema>;

const embedPictureSchema = z
  .object({ url: z.string(), proxy_url: optionalText, width: optionalNumber, height: optionalNumber })
  .nullish()
  .catch(null);

const embedSchema = z.object({ type: text, image: embedPictureSchema, thumbnail: embedPictureSchema });

const snapshotSchema = z.object({
  message: z.object({ content: text, attachments: listOf(attachmentSchema), embeds: listOf(embedSchema) }),
});

const referenceSchema = z
  .object({
    /** 0: a reply; 1: a forward. */
    type: flags,
    message_id: optionalId,
    channel_id: optionalId,
  })
  .nullish()
  .catch(null);

const plainMessageSchema = z.object({
  id: snowflakeSchema,
  channel_id: snowflakeSchema,
  guild_id: optionalId,
  channel_type: optionalNumber,
  /** 0: an ordinary message. */
  type: flags,
  author: userSchema,
  member: memberSchema.nullish().catch(null),
  webhook_id: optionalId,
  content: text,
  edited_timestamp: optionalText,
  flags,
  mentions: listOf(userSchema),
  attachments: listOf(attachmentSchema),
  embeds: listOf(embedSchema),
  message_reference: referenceSchema,
  message_snapshots: listOf(snapshotSchema),
});

/** A message. `referenced_message`: what it replies to; null when that was deleted, undefined when Discord did not look. */
export const messageSchema = plainMessageSchema.extend({
  referenced_message: plainMessageSchema.nullish().catch(undefined),
});
export type WireMessage = z.infer<typeof messageSchema>;
/** A message without what it replies to. */
export type WirePlainMessage = z.infer<typeof plainMessageSchema>;

/** A page of messages. */
export const messagesSchema = listOf(messageSchema);

/** What every event about a message carries, even where the message itself is missing. */
export const messageHeadSchema = z.object({
  id: snowflakeSchema,
  channel_id: snowflakeSchema,
  guild_id: optionalId,
  channel_type: optionalNumber,
  edited_timestamp: optionalText,
});

/** Many messages of a channel deleted at once. */
export const bulkDeleteSchema = z.object({ ids: listOf(snowflakeSchema), channel_id: snowflakeSchema });

const overwriteSchema = z.object({
  id: snowflakeSchema,
  /** 0: of a role; 1: of a member. */
  type: z.number(),
  allow: permissionsSchema,
  deny: permissionsSchema,
});

/** A channel or a thread. Inside a server's payload it does not name the server. */
export const channelSchema = z.object({
  id: snowflakeSchema,
  type: z.number().int(),
  guild_id: optionalId,
  parent_id: optionalId,
  name: text,
  last_message_id: optionalId,
  permission_overwrites: listOf(overwriteSchema),
});
export type WireChannel = z.infer<typeof channelSchema>;

/** The threads that a bot sees anew in some channels. */
export const threadListSchema = z.object({ guild_id: snowflakeSchema, threads: listOf(channelSchema) });

const roleSchema = z.object({ id: snowflakeSchema, name: text, permissions: permissionsSchema });
export type WireRole = z.infer<typeof roleSchema>;

/** A server: with channels and threads when it is announced, without them in replies and updates. */
export const guildSchema = z.object({
  id: snowflakeSchema,
  owner_id: optionalId,
  roles: listOf(roleSchema),
  channels: listOf(channelSchema),
  threads: listOf(channelSchema),
});
export type WireGuild = z.infer<typeof guildSchema>;

/** A server that was left, or that is out of order. */
export const guildDeleteSchema = z.object({
  id: snowflakeSchema,
  unavailable: z.boolean().nullish().catch(null),
});

/** A role that is new or changed. */
export const guildRoleSchema = z.object({ guild_id: snowflakeSchema, role: roleSchema });
/** A role that is gone. */
export const guildRoleDeleteSchema = z.object({ guild_id: snowflakeSchema, role_id: snowflakeSchema });

/** Anything that has an id and is gone. */
export const goneSchema = z.object({ id: snowflakeSchema });

/** The first event of a new session: the servers that are about to be announced. */
export const readySchema = z.object({ guilds: listOf(z.object({ id: snowflakeSchema })) });
