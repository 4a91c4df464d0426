import { z } from 'zod';
import { attachmentSchema, fileSchema, pictureBlockSchema } from './pictures/picture-wire.ts';

// What Slack says of messages (https://docs.slack.dev/reference/events/message). Only what is used is named; a member of a wrong
// type reads as missing.

const text = z.string().nullish().catch(null);
const flag = z.boolean().nullish().catch(null);

/** A message, as an event or a reply of the Web API carries it. */
export const messageSchema = z.object({
  subtype: text,
  /** Not shown in the channel. */
  hidden: flag,
  ts: z.string(),
  /** The root of its thread; a root that has replies names itself. */
  thread_ts: text,
  /** Who wrote that root. */
  parent_user_id: text,
  user: text,
  /** The author's workspace, by whichever name the event has for it. */
  user_team: text,
  source_team: text,
  team: text,
  bot_id: text,
  bot_profile: z.unknown().optional(),
  text,
  files: z.array(fileSchema).nullish().catch(null),
  /** There are files, or there will be. */
  upload: flag,
  attachments: z.array(attachmentSchema).nullish().catch(null),
  blocks: z.array(pictureBlockSchema).nullish().catch(null),
  edited: z.object({ ts: text }).nullish().catch(null),
});

/** A message as Slack tells of it. */
export type WireMessage = z.infer<typeof messageSchema>;

/** The event `message` or `app_mention`. For some subtypes the message that it is about stands inside. */
export const messageEventSchema = messageSchema.extend({
  channel: z.string(),
  channel_type: text,
  message: messageSchema.nullish().catch(null),
  previous_message: messageSchema.nullish().catch(null),
  deleted_ts: text,
});

/** Such an event. */
export type WireMessageEvent = z.infer<typeof messageEventSchema>;

/** A reply of `conversations.replies`. */
export const repliesSchema = z.object({ messages: z.array(messageSchema) });
