import { z } from 'zod';

/** Pictures kept for each conversation at the most; the oldest are forgotten (and uploaded again when they are needed). */
const keptUploads = 64;

const uploadSchema = z.strictObject({
  /** The platform's id of the picture. */
  imageId: z.string(),
  /** Of the bytes as they were received. */
  sha256: z.string(),
  /** The asset key under which the Chat with Image API has it. */
  key: z.string(),
  name: z.string(),
});

/** What the bot remembers of a conversation; the words themselves are remembered by the Chat with Image API. */
export const conversationSchema = z.strictObject({
  /** As the Chat with Image API knows it. */
  conversationId: z.string(),
  /** The model chosen for this thread, or null for whatever person, channel or server chose. */
  model: z.string().nullable(),
  /** The model of the last answer, or null before the first. */
  lastModel: z.string().nullable(),
  /** True from the moment a second model answers. */
  isMixed: z.boolean(),
  webSearch: z.boolean(),
  /** The asset keys that a question without pictures of its own is about, in order. */
  pictures: z.array(z.string()),
  uploads: z.array(uploadSchema),
});

export type Conversation = z.infer<typeof conversationSchema>;
export type Upload = z.infer<typeof uploadSchema>;

/** A conversation before its first question. */
export function createConversation(conversationId: string): Conversation {
  return { conversationId, model: null, lastModel: null, isMixed: false, webSearch: false, pictures: [], uploads: [] };
}

/** The conversation with one more picture that need not be fetched, prepared or uploaded again. */
export function withUpload(conversation: Conversation, upload: Upload): Conversation {
  const others = conversation.uploads.filter((known) => known.imageId !== upload.imageId);
  return { ...conversation, uploads: [...others, upload].slice(-keptUploads) };
}
