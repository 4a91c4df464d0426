/** A conversation, created by its owner or by its first question. */
export type StoredConversation = {
  readonly ownerId: string;
  /** Unique for the owner: a UUID of ours, or whatever text the caller chose. */
  readonly id: string;
  readonly title: string;
  readonly type: string;
  readonly model: string;
  readonly createdAtMs: number;
  /** To the day: when it was last asked in. */
  readonly usedAtMs: number;
};

/** PORT: conversations. Every write is durable when it resolves. */
export type ConversationStore = {
  /** Nothing happens when the owner already has a conversation of this id. */
  insert(conversation: StoredConversation): Promise<void>;
  find(ownerId: string, id: string): Promise<StoredConversation | null>;
  /** The owner's last `limit` conversations, newest first. */
  list(ownerId: string, limit: number): Promise<readonly StoredConversation[]>;
  touch(ownerId: string, id: string, usedAtMs: number): Promise<void>;
  /** True when there was one. */
  remove(ownerId: string, id: string): Promise<boolean>;
  /** Forgets every conversation last used before this time; gives how many. */
  removeUnusedSince(usedBeforeMs: number): Promise<number>;
};
