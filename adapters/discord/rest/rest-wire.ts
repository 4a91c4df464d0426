import { z } from 'zod';

// What replies of the HTTP API may say of themselves. Only what is used is named; a member of a wrong type reads as missing.

/** Anything at all: whoever made the call reads the reply through a schema of their own. */
export const anyJsonSchema = z.unknown();

/** The body of a refusal. `errors` is a tree of what is wrong with which field. */
export const refusalSchema = z
  .object({
    code: z.number().int().optional().catch(undefined),
    message: z.string().optional().catch(undefined),
    errors: z.unknown().optional(),
    retry_after: z.number().min(0).optional().catch(undefined),
    global: z.boolean().optional().catch(undefined),
  })
  .catch({});

/** A node of the tree of `errors`: more nodes by the names of fields, and what is wrong here. */
export const errorNodeSchema = z.record(z.string(), z.unknown()).catch({});

/** What is wrong with one field. */
export const fieldErrorsSchema = z
  .array(z.object({ code: z.string() }))
  .max(100)
  .catch([]);

// What a command is, with what Discord fills in for members that are missing, so that two can be compared member by member.
const flag = z
  .boolean()
  .nullish()
  .transform((value) => value ?? false);
const localizations = z
  .record(z.string(), z.string())
  .nullish()
  .transform((texts) => Object.entries(texts ?? {}).toSorted(([left], [right]) => (left < right ? -1 : 1)));
const numberSet = z
  .array(z.number())
  .nullish()
  .transform((numbers) => numbers?.toSorted() ?? null);
const description = z
  .string()
  .nullish()
  .transform((text) => text ?? '');
const length = z
  .number()
  .nullish()
  .transform((value) => value ?? null);

const choiceSchema = z.object({
  name: z.string(),
  name_localizations: localizations,
  value: z.union([z.string(), z.number()]),
});

const optionSchema = z.object({
  type: z.number(),
  name: z.string(),
  name_localizations: localizations,
  description,
  description_localizations: localizations,
  required: flag,
  autocomplete: flag,
  min_length: length,
  max_length: length,
  choices: z
    .array(choiceSchema)
    .nullish()
    .transform((choices) => choices ?? []),
});

const commandSchema = z.object({
  type: z.number(),
  name: z.string(),
  name_localizations: localizations,
  description,
  description_localizations: localizations,
  options: z
    .array(optionSchema)
    .nullish()
    .transform((options) => options ?? []),
  default_member_permissions: z
    .string()
    .nullish()
    .transform((bits) => bits ?? null),
  nsfw: flag,
  integration_types: numberSet,
  contexts: numberSet,
});

/** Commands as they are defined here and as Discord has them registered, in the same form. */
export const commandsSchema = z.array(commandSchema).max(200);

/** No more of commands than which there are. 1: a slash command. */
export const commandNamesSchema = z.array(z.object({ type: z.number().default(1), name: z.string() }));
