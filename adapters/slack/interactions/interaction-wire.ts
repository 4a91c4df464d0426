import { z } from 'zod';
import { attachmentSchema, fileSchema, pictureBlockSchema } from '../pictures/picture-wire.ts';

// What commands and interactions carry (https://docs.slack.dev/reference/interaction-payloads). Only what is used is named; a member of a
// wrong type reads as missing where something can be done without it.

const text = z.string().nullish().catch(null);

/** A slash command: a form, in which everything is text. */
export const commandSchema = z.object({
  command: z.string(),
  text,
  team_id: text,
  enterprise_id: text,
  channel_id: z.string(),
  user_id: z.string(),
  trigger_id: z.string(),
  response_url: text,
});

const teamSchema = z.object({ id: text, enterprise_id: text }).nullish().catch(null);

/** What every interaction says. `team` is null where an app is installed in a whole organisation. */
export const interactionSchema = z.object({
  type: z.string(),
  team: teamSchema,
  enterprise: z.object({ id: text }).nullish().catch(null),
  user: z.object({ id: z.string(), team_id: text }),
  trigger_id: text,
  response_url: text,
  callback_id: text,
  action_id: text,
  /** What is being typed into a menu. */
  value: text,
  channel: z.object({ id: text }).nullish().catch(null),
  container: z.object({ type: text, channel_id: text, thread_ts: text }).nullish().catch(null),
  message: z.unknown().optional(),
  view: z.unknown().optional(),
  actions: z.array(z.unknown()).nullish().catch(null),
});

/** What was pressed or chosen under a message. */
export const pressSchema = z.object({
  action_id: z.string(),
  action_ts: text,
  value: text,
  selected_option: z.object({ value: z.string() }).nullish().catch(null),
});

/** The message that somebody pointed at, or whose button they pressed. */
export const shownMessageSchema = z.object({
  ts: text,
  thread_ts: text,
  team: text,
  bot_profile: z.object({ team_id: text }).nullish().catch(null),
  files: z.array(fileSchema).nullish().catch(null),
  attachments: z.array(attachmentSchema).nullish().catch(null),
  blocks: z.array(pictureBlockSchema).nullish().catch(null),
});

/** A message as far as it is looked at. */
export type ShownMessage = z.infer<typeof shownMessageSchema>;

const inputSchema = z
  .object({
    value: text,
    selected_option: z.object({ value: z.string() }).nullish().catch(null),
    files: z.array(fileSchema).nullish().catch(null),
  })
  .catch({});

/** A form, and what it was filled in with: by block, then by the input in it. */
export const viewSchema = z.object({
  id: z.string(),
  callback_id: text,
  private_metadata: text,
  state: z
    .object({ values: z.record(z.string(), z.record(z.string(), inputSchema)) })
    .nullish()
    .catch(null),
});

/** A form as it came back. */
export type WireView = z.infer<typeof viewSchema>;

/** The reply of `conversations.open`. */
export const openedSchema = z.object({ channel: z.object({ id: z.string() }) });

/** The reply of `conversations.replies`. */
export const repliesSchema = z.object({ messages: z.array(z.object({ ts: text, subtype: text })) });
