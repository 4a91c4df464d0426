import type { AnswerOutcome, AnswerRecord } from './answer-record.ts';

/** PORT: questions with their answers. Every write is durable when it resolves. */
export type RecordStore = {
  insert(record: AnswerRecord): Promise<void>;
  /** Sets the outcome of an unfinished record. Nothing happens when the record is gone or already finished. */
  finish(uuid: string, outcome: AnswerOutcome): Promise<void>;
  /** Null alike for an unknown record and for somebody else's. */
  find(ownerId: string, uuid: string): Promise<AnswerRecord | null>;
  /** The last `limit` records of a conversation, oldest first; `answered` leaves out failed, unfinished and empty ones. */
  inConversation(
    ownerId: string,
    conversationId: string,
    only: 'answered' | 'all',
    limit: number,
  ): Promise<readonly AnswerRecord[]>;
  /** The last other model that answers or answered in a conversation; null when there is none. Failures do not count. */
  otherModel(ownerId: string, conversationId: string, model: string): Promise<string | null>;
  /** Forgets every record of a conversation. */
  removeConversation(ownerId: string, conversationId: string): Promise<void>;
  /** Forgets every record made before this time; gives how many. */
  removeBefore(createdBeforeMs: number): Promise<number>;
  /** Gives every unfinished record this outcome; gives how many. */
  finishAll(outcome: AnswerOutcome): Promise<number>;
};
