import { z } from 'zod';
import type { ApiCall } from '../../src/answer/api-call.ts';

const id = z.string().min(1).max(128);
const flag = z.literal([0, 1]).transform((value) => value === 1);

/** Longest message a person can write, and the bot can post, in UTF-16 units. */
export const maxTextLength = 4_000;
/** Files with one message at the most. */
export const maxFilesPerMessage = 10;

/** What the page sends to post a message. The nonce is the same for every repetition of the same message. */
export const postRequestSchema = z.strictObject({
  channel: id,
  thread: id.nullable(),
  text: z.string().max(maxTextLength, `is longer than ${maxTextLength} characters`),
  files: z.array(id).max(maxFilesPerMessage, `holds more than ${maxFilesPerMessage} files`),
  quotes: id.nullable(),
  nonce: id,
});
export type PostRequest = z.infer<typeof postRequestSchema>;

/** Which answer to stop: the bot's message, or the question that it answers. */
export const stopRequestSchema = z.strictObject({ message: id });

/** What a person wants to be called. */
export const nameRequestSchema = z.strictObject({
  name: z
    .string()
    .transform((name) =>
      name
        .replace(/[\p{Cc}\p{Cf}]/gu, '')
        .replace(/\s+/g, ' ')
        .trim(),
    )
    .pipe(z.string().min(1, 'is empty').max(40, 'is longer than 40 characters')),
});

/** A message as the database holds it. */
export const messageRowSchema = z.object({
  seq: z.number(),
  id: z.string(),
  channel: z.string(),
  /** The message its thread opened on; null outside threads. */
  thread: z.string().nullable(),
  /** Null for the bot. */
  author: z.string().nullable(),
  text: z.string(),
  state: z.enum(['streaming', 'final']),
  at_ms: z.number(),
  revision: z.number(),
  quotes: z.string().nullable(),
  nonce: z.string().nullable(),
  for_bot: flag,
  handed: flag,
  turn_id: z.string().nullable(),
  asker: z.string().nullable(),
});
export type MessageRow = z.infer<typeof messageRowSchema>;

/** A file as the database holds it. */
export const fileRowSchema = z.object({
  id: z.string(),
  owner: z.string(),
  message: z.string().nullable(),
  name: z.string(),
  size_bytes: z.number(),
  /** From the bytes; null for anything a browser is not trusted with. */
  mime_type: z.enum(['image/png', 'image/jpeg', 'image/webp', 'image/gif']).nullable(),
  gone: flag,
});
export type FileRow = z.infer<typeof fileRowSchema>;

/** A person as the database holds them. */
export const personRowSchema = z.object({ id: z.string(), name: z.string(), seen_at_ms: z.number() });

/** A count, or a sum that is null over nothing. */
export const numberRowSchema = z.object({
  value: z
    .number()
    .nullable()
    .transform((value) => value ?? 0),
});

/** A call to the API as it was stored. */
export const apiCallSchema: z.ZodType<ApiCall> = z.strictObject({
  conversationKey: z.string(),
  atMs: z.number(),
  method: z.enum(['GET', 'POST', 'DELETE']),
  path: z.string(),
  body: z.discriminatedUnion('type', [
    z.strictObject({ type: z.literal('none') }),
    z.strictObject({ type: z.literal('json'), value: z.unknown() }),
    z.strictObject({ type: z.literal('file'), field: z.string(), fileName: z.string(), mimeType: z.string() }),
  ]),
});
/** The row that holds one. */
export const callRowSchema = z.object({ seq: z.number(), call: z.string() });
