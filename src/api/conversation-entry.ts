import { z } from 'zod';

/** A conversation as the API sends it. */
export const conversationEntrySchema = z.object({
  uuid: z.string(),
  title: z.string(),
  type: z.string(),
  model: z.string(),
  status: z.literal('ACTIVE'),
  createdAt: z.string(),
});

export type ConversationEntry = z.infer<typeof conversationEntrySchema>;

/** One message of a conversation; a question and its answer share their `aiRecordId`. */
export const conversationMessageSchema = z.object({
  role: z.enum(['user', 'assistant']),
  content: z.string(),
  imageList: z.array(z.string()),
  model: z.string(),
  aiRecordId: z.string(),
  status: z.enum(['PROCESSING', 'SUCCESS', 'FAILED']),
  createdAt: z.string(),
});

export type ConversationMessage = z.infer<typeof conversationMessageSchema>;
