import { z } from 'zod';

// What INTERACTION_CREATE carries. Only what is used is named; what is nice to have reads as missing when it is of a wrong type.

const idSchema = z.string().regex(/^\d{1,20}$/);

/** Permissions come as the decimal text of a number with more bits than a number holds. */
const permissionsSchema = z
  .string()
  .regex(/^\d{1,30}$/)
  .transform((text) => BigInt(text));

/** What is needed to answer at all. */
export const interactionKeySchema = z.object({
  id: idSchema,
  application_id: idSchema,
  // It becomes a part of addresses.
  token: z.string().regex(/^[\w.~+=-]{1,1000}$/),
  type: z.number(),
});

const userSchema = z.object({
  id: idSchema,
  username: z.string().catch(''),
  global_name: z.string().nullish().catch(null),
});

/** Who did it and where. */
export const interactionPlaceSchema = z.object({
  guild_id: idSchema.nullish(),
  channel_id: idSchema.nullish().catch(null),
  channel: z
    .object({ id: idSchema, type: z.number().catch(0), parent_id: idSchema.nullish().catch(null) })
    .nullish()
    .catch(null),
  member: z
    .object({
      user: userSchema,
      nick: z.string().nullish().catch(null),
      roles: z.array(z.string()).catch([]),
      permissions: permissionsSchema.catch(0n),
    })
    .nullish(),
  user: userSchema.nullish(),
  app_permissions: permissionsSchema.nullish().catch(null),
  context: z.number().nullish().catch(null),
  authorizing_integration_owners: z.record(z.string(), z.unknown()).nullish().catch(null),
  /** The message whose button was pressed, as it is now. */
  message: z
    .object({
      flags: z.number().nullish().catch(null),
      components: z.array(z.unknown()).nullish().catch(null),
    })
    .nullish()
    .catch(null),
  data: z.unknown(),
});

/** An attachment that was given as an option. */
const attachmentSchema = z.object({
  id: idSchema,
  filename: z.string().catch(''),
  size: z.number().nullish().catch(null),
  url: z.string(),
  proxy_url: z.string().nullish().catch(null),
  content_type: z.string().nullish().catch(null),
  width: z.number().nullish().catch(null),
  height: z.number().nullish().catch(null),
});

/** A command, given or still being written. */
export const commandDataSchema = z.object({
  name: z.string(),
  /** 1: written into the box, 3: from the menu of a message. */
  type: z.number().catch(1),
  options: z
    .array(z.object({ name: z.string(), value: z.unknown(), focused: z.boolean().nullish().catch(null) }))
    .nullish()
    .catch(null),
  resolved: z
    .object({
      attachments: z.record(z.string(), attachmentSchema.nullable().catch(null)).nullish().catch(null),
      messages: z.record(z.string(), z.unknown()).nullish().catch(null),
    })
    .nullish()
    .catch(null),
  target_id: idSchema.nullish().catch(null),
});

/** A button that was pressed, or a menu in which something was chosen. */
export const pressDataSchema = z.object({
  custom_id: z.string(),
  values: z.array(z.string()).nullish().catch(null),
});

const inputSchema = z.object({ custom_id: z.string(), value: z.string().nullish() }).nullish().catch(null);

/** A form that was sent: each input stands in a label, or in a row of its own. */
export const formDataSchema = z.object({
  custom_id: z.string(),
  components: z
    .array(
      z
        .object({ component: inputSchema, components: z.array(inputSchema).nullish().catch(null) })
        .nullable()
        .catch(null),
    )
    .catch([]),
});

/** The rows under a message, with everything that Discord has of them: they go back as they are. */
export const messageRowsSchema = z.array(
  z.looseObject({ components: z.array(z.looseObject({ custom_id: z.string().optional() })) }),
);
