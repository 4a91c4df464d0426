import type { ImageQuestion } from '../../src/answer/image-chat.ts';
import type { Dialect } from './dialect.ts';

/** Under which id the API has a conversation of ours. */
export type Conversations = {
  /** The dialect that it was created in; null when it was not. */
  dialectOf(conversationId: string): Promise<Dialect | null>;
  /**
   * The id to ask under; null for a question without a history, where the API keeps none. `goneId`: one that the API has turned out
   * not to have. Rejects like the call that creates it.
   */
  idFor(question: ImageQuestion, dialect: Dialect, goneId: string | null, signal: AbortSignal): Promise<string | null>;
  /** Forgets it, and gives the API's id for the API to forget it too; null where there is nothing. */
  takeId(conversationId: string): Promise<string | null>;
};

/** For an API that takes ids of the caller's own choosing, as the page says and our own engine does. */
export function createOwnConversations(): Conversations {
  return {
    dialectOf: async () => null,
    idFor: async ({ conversationId }) => conversationId,
    takeId: async (conversationId) => conversationId,
  };
}
