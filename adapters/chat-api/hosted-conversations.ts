import { z } from 'zod';
import type { ChatFailureCode } from '../../src/answer/chat-failure.ts';
import type { ImageQuestion } from '../../src/answer/image-chat.ts';
import type { Clock } from '../../src/lib/clock.ts';
import { Failure } from '../../src/lib/errors.ts';
import { createInOrder } from '../../src/lib/in-order.ts';
import type { Logger } from '../../src/lib/logger.ts';
import { parseJson } from '../../src/lib/parse-json.ts';
import { tupleKey } from '../../src/lib/tuple-key.ts';
import { createCollection } from '../../src/memory/collection.ts';
import type { Store } from '../../src/memory/store.ts';
import type { ApiCalls } from './api-calls.ts';
import { readBody } from './body-chunks.ts';
import type { Conversations } from './conversations.ts';
import { type Dialect, dialectForms, dialectSchema } from './dialect.ts';
import type { HttpReply } from './http-client.ts';
import { chatApiLimits } from './limits.ts';
import { isMissingEndpoint } from './refusals.ts';
import { askRetries } from './retry-rules.ts';
import { conversationReplySchema } from './wire.ts';

/** The docs say 91 characters; one less is what is known to be taken, however they are counted. */
const maxTitleCharacters = 90;
/** A server without conversations is not asked for one again for so long. */
const noneForMs = 600_000;
const waiting = { all: 1_000, perKey: 100 } as const;

const knownSchema = z.strictObject({ dialect: dialectSchema, id: z.string() });

type HostedParts = {
  readonly calls: ApiCalls;
  readonly store: Store;
  readonly baseUrl: string;
  readonly clock: Clock;
  readonly logger: Logger;
};

/**
 * Conversations that the API creates: once for each of ours and each server, kept in the store with their dialect. Where it cannot
 * create any, `unified` asks without an id and `features` under one of our own.
 */
export function createHostedConversations({ calls, store, baseUrl, clock, logger }: HostedParts): Conversations {
  const known = createCollection(store, 'chat-api-conversations', knownSchema, logger);
  const inOrder = createInOrder(waiting);
  const keyOf = (conversationId: string) => tupleKey(baseUrl, conversationId);
  const noneUntilMs = new Map<Dialect, number>();

  const create = (question: ImageQuestion, dialect: Dialect, signal: AbortSignal): Promise<string> => {
    const { model, conversationKey } = question;
    const value = { type: dialectForms[dialect].feature, title: toTitle(question.prompt), model };
    const body = { type: 'json', value } as const;
    const request = { method: 'POST', path: '/api/conversations', accept: 'application/json', body, model } as const;
    return calls.call(request, { conversationKey, retriesFor: askRetries, read: readConversationId }, signal);
  };

  /** Null where the API cannot. */
  const tryToCreate = async (question: ImageQuestion, dialect: Dialect, signal: AbortSignal) => {
    if ((noneUntilMs.get(dialect) ?? 0) > clock.now()) return null;
    try {
      return await create(question, dialect, signal);
    } catch (error) {
      if (!(error instanceof Failure) || !cannotCreate(error, dialect)) throw error;
      noneUntilMs.set(dialect, clock.now() + noneForMs);
      return null;
    }
  };

  const findOrCreate = async (
    question: ImageQuestion,
    dialect: Dialect,
    goneId: string | null,
    signal: AbortSignal,
  ) => {
    const key = keyOf(question.conversationId);
    const found = await known.get(key);
    if (found !== undefined && found.dialect === dialect && found.id !== goneId) return found.id;
    const id = await tryToCreate(question, dialect, signal);
    if (id !== null) await known.set(key, { dialect, id });
    else if (found !== undefined) await known.delete(key);
    return id ?? (dialect === 'features' ? question.conversationId : null);
  };

  return {
    dialectOf: async (conversationId) => (await known.get(keyOf(conversationId)))?.dialect ?? null,
    idFor: (question, dialect, goneId, signal) =>
      inOrder
        .run(keyOf(question.conversationId), () => findOrCreate(question, dialect, goneId, signal), signal)
        .catch(tooMuchIsBusy),
    async takeId(conversationId) {
      const key = keyOf(conversationId);
      const found = await known.get(key);
      if (found === undefined) return null;
      await known.delete(key);
      return found.id;
    },
  };
}

/** What people see of it in the service's own list: the beginning of the question, in one line. */
function toTitle(prompt: string): string {
  const line = prompt.toWellFormed().slice(0, 1_000).replaceAll(/\s+/g, ' ').trim();
  return [...line].slice(0, maxTitleCharacters).join('').trim() || 'Pictures';
}

/** The page's ids need not be created, so that a server that refuses to is no trouble; in `unified`, only one that has no such thing. */
function cannotCreate(failure: Failure, dialect: Dialect): boolean {
  if (isMissingEndpoint(failure)) return true;
  const isRefused = failure.code === 'chat-invalid-request' || failure.code === 'chat-failed';
  const { status } = failure.facts;
  return dialect === 'features' && isRefused && (status === 400 || status === 422);
}

async function readConversationId(reply: HttpReply): Promise<string> {
  const body = await readBody(reply.chunks, chatApiLimits.errorBodyBytes, 'fail');
  const id = parseJson(body, conversationReplySchema);
  if (id.ok && id.value !== null) return id.value;
  throw new Failure<ChatFailureCode>('chat-failed', 'The API created a conversation and named no id for it.', {
    facts: { status: reply.status },
  });
}

function tooMuchIsBusy(error: unknown): never {
  if (!(error instanceof Failure) || error.code !== 'too-much-waits') throw error;
  throw new Failure<ChatFailureCode>('chat-rate-limited', 'Too many questions wait for their conversations.', {
    retryable: true,
    cause: error,
  });
}
