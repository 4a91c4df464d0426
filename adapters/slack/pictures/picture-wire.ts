import { z } from 'zod';

// What Slack says of files, and of what stands below a message (https://docs.slack.dev/reference/objects/file-object,
// https://docs.slack.dev/legacy/legacy-messaging/legacy-secondary-message-attachments). Only what is used is named; a member of a
// wrong type reads as missing.

const text = z.string().nullish().catch(null);
const number = z.number().nullish().catch(null);
const flag = z.boolean().nullish().catch(null);

/** A file in a message, a modal or `files.info`. Nothing of it is certain: of some, people and apps see no more than the id. */
export const fileSchema = z.object({
  id: text,
  name: text,
  title: text,
  mimetype: text,
  filetype: text,
  /** Bytes. */
  size: number,
  /** `hosted`, `external`, `snippet`, `tombstone`, `hidden_by_limit`, `file_access`, … */
  mode: text,
  is_external: flag,
  external_type: text,
  /** `visible`, `check_file_info` where the rest has to be asked for, `access_denied`, … */
  file_access: text,
  /** On Slack's file host, with the bot's token; anybody's address where the file is external. */
  url_private: text,
  url_private_download: text,
  permalink: text,
  original_w: number,
  original_h: number,
  thumb_360: text,
  thumb_360_w: number,
  thumb_360_h: number,
  thumb_480: text,
  thumb_480_w: number,
  thumb_480_h: number,
  thumb_720: text,
  thumb_720_w: number,
  thumb_720_h: number,
  thumb_960: text,
  thumb_960_w: number,
  thumb_960_h: number,
  thumb_1024: text,
  thumb_1024_w: number,
  thumb_1024_h: number,
});

/** A file as Slack names it. */
export type WireFile = z.infer<typeof fileSchema>;

/** A block of a message, as far as it may hold a picture. */
export const pictureBlockSchema = z.object({ type: text, image_url: text }).catch({ type: null, image_url: null });

/** A block that may hold a picture. */
export type WirePictureBlock = z.infer<typeof pictureBlockSchema>;

const blocks = z.array(pictureBlockSchema).nullish().catch(null);

/** What stands below a message: the preview of a link, a message that was passed on, or what an app put there. */
export const attachmentSchema = z.object({
  text,
  fallback: text,
  title: text,
  from_url: text,
  /** Anybody's address. */
  image_url: text,
  image_width: number,
  image_height: number,
  image_bytes: number,
  /** A smaller picture beside the words: anybody's address too. */
  thumb_url: text,
  thumb_width: number,
  thumb_height: number,
  /** Set for a film that plays in the message. */
  video_html: text,
  video_url: text,
  /** A message that somebody passed on, or to which somebody put a link. */
  is_share: flag,
  is_msg_unfurl: flag,
  channel_id: text,
  ts: text,
  author_id: text,
  author_name: text,
  files: z.array(fileSchema).nullish().catch(null),
  blocks,
  message_blocks: z
    .array(z.object({ message: z.object({ blocks }).nullish().catch(null) }))
    .nullish()
    .catch(null),
});

/** What stands below a message, as Slack names it. */
export type WireAttachment = z.infer<typeof attachmentSchema>;

/** The reply of `files.info`. */
export const fileInfoSchema = z.object({ file: fileSchema });
