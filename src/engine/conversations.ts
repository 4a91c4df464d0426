import type { ConversationEntry, ConversationMessage } from '../api/conversation-entry.ts';
import { conversationRequestSchema, maxTitleCharacters } from '../api/conversation-request.ts';
import type { Clock } from '../lib/clock.ts';
import type { Ids } from '../lib/ids.ts';
import { type AnswerRecord, recordStatus } from './answer-record.ts';
import { ApiFailure } from './api-failure.ts';
import type { Catalogue } from './catalogue.ts';
import type { ConversationStore, StoredConversation } from './conversation-store.ts';
import type { LiveAnswers } from './live-answers.ts';
import { parseBody } from './parse-body.ts';
import type { RecordStore } from './record-store.ts';

/** Conversations listed, and exchanges shown of one: the newest. */
const maxListed = 200;
const dayMs = 86_400_000;

/** The conversations of the API. Every method knows only its owner's; an `ApiFailure` `NOT_FOUND` for all others. */
export type Conversations = {
  create(ownerId: string, body: unknown): Promise<ConversationEntry>;
  list(ownerId: string): Promise<ConversationEntry[]>;
  get(ownerId: string, id: string): Promise<ConversationEntry & { messages: ConversationMessage[] }>;
  /** Forgets it with all that was asked and answered in it; answers being written are stopped first. */
  remove(ownerId: string, id: string): Promise<void>;
  /** Notes that it is asked in; the first question under an id of the caller's own creates it. */
  use(record: AnswerRecord): Promise<void>;
};

type ConversationParts = {
  conversations: ConversationStore;
  records: RecordStore;
  live: LiveAnswers;
  catalogue: Catalogue;
  clock: Clock;
  ids: Ids;
};

/** Conversations over their store. */
export function createConversations(parts: ConversationParts): Conversations {
  const { conversations, records, live, catalogue, clock, ids } = parts;

  return {
    async create(ownerId, body) {
      const { type, title, model } = parseBody(conversationRequestSchema, body, 'REQUEST_BODY_VALIDATION_FAILED');
      catalogue.require(model);
      const nowMs = clock.now();
      const created = { ownerId, id: ids.uuid(), title, type, model, createdAtMs: nowMs, usedAtMs: nowMs };
      await conversations.insert(created);
      return toEntry(created);
    },
    async list(ownerId) {
      return (await conversations.list(ownerId, maxListed)).map(toEntry);
    },
    async get(ownerId, id) {
      const found = await conversations.find(ownerId, id);
      if (found === null) throw notFound();
      const asked = await records.inConversation(ownerId, id, 'all', maxListed);
      return { ...toEntry(found), messages: asked.flatMap(toMessages) };
    },
    async remove(ownerId, id) {
      await live.stopConversation(ownerId, id);
      await records.removeConversation(ownerId, id);
      if (!(await conversations.remove(ownerId, id))) throw notFound();
    },
    async use({ ownerId, conversationId, prompt, type, model, createdAtMs }) {
      if (conversationId === null) return;
      const found = await conversations.find(ownerId, conversationId);
      const title = [...prompt.slice(0, 2 * maxTitleCharacters)].slice(0, maxTitleCharacters).join('');
      if (found === null)
        await conversations.insert({
          ownerId,
          id: conversationId,
          title,
          type,
          model,
          createdAtMs,
          usedAtMs: createdAtMs,
        });
      else if (createdAtMs - found.usedAtMs >= dayMs) await conversations.touch(ownerId, conversationId, createdAtMs);
    },
  };
}

function notFound(): ApiFailure {
  return new ApiFailure('NOT_FOUND', 'There is no such conversation of yours.');
}

function toEntry(conversation: StoredConversation): ConversationEntry {
  const { id, title, type, model, createdAtMs } = conversation;
  return { uuid: id, title, type, model, status: 'ACTIVE', createdAt: new Date(createdAtMs).toISOString() };
}

function toMessages(record: AnswerRecord): ConversationMessage[] {
  const { model, uuid: aiRecordId, prompt, imageKeys, createdAtMs, outcome } = record;
  const shared = { model, aiRecordId, status: recordStatus(record) };
  const question: ConversationMessage = {
    ...shared,
    role: 'user',
    content: prompt,
    imageList: [...imageKeys],
    createdAt: new Date(createdAtMs).toISOString(),
  };
  if (outcome === null) return [question];
  const createdAt = new Date(outcome.finishedAtMs).toISOString();
  return [question, { ...shared, role: 'assistant', content: outcome.text, imageList: [], createdAt }];
}
