import type { AnswerEvent } from '../../src/answer/answer-event.ts';
import type { ChatFailureCode } from '../../src/answer/chat-failure.ts';
import type { ImageChat, ImageQuestion } from '../../src/answer/image-chat.ts';
import { StopRequest } from '../../src/answer/stop-request.ts';
import { chatWithImage } from '../../src/api/feature-type.ts';
import type { Clock } from '../../src/lib/clock.ts';
import { createDeadline } from '../../src/lib/deadline.ts';
import { errorMessage, Failure } from '../../src/lib/errors.ts';
import type { Logger } from '../../src/lib/logger.ts';
import type { ApiCalls } from './api-calls.ts';
import { assembleAnswer } from './assemble-answer.ts';
import { chatApiLimits } from './limits.ts';
import { type Reply, readReply, toRecordGone } from './read-reply.ts';
import { askRetries, readRetries } from './retry-rules.ts';
import type { FeatureRequestBody } from './wire.ts';

type AskingParts = {
  readonly calls: ApiCalls;
  readonly clock: Clock;
  readonly logger: Logger;
  ownPath(address: string): string | null;
};

/** One question under way. */
type Exchange = {
  /** Null for an answer that is resumed: nobody watches it. */
  readonly conversationKey: string | null;
  readonly model: string | undefined;
  readonly signal: AbortSignal;
};

const acceptAnswers = 'text/event-stream, application/json, text/plain';

/** `ask` and `resume`: the page's question, and the stream it is answered in; and `forget`. */
export function createAsking({
  calls,
  clock,
  logger,
  ownPath,
}: AskingParts): Pick<ImageChat, 'ask' | 'resume' | 'forget'> {
  const post = (question: ImageQuestion, signal: AbortSignal) =>
    calls.call(
      {
        method: 'POST',
        path: '/api/features',
        accept: acceptAnswers,
        body: { type: 'json', value: toRequestBody(question) },
        model: question.model,
      },
      {
        conversationKey: question.conversationKey,
        retriesFor: askRetries,
        read: (reply) => readReply(reply, question.model),
      },
      signal,
    );

  const get = (path: string, { conversationKey, model, signal }: Exchange) =>
    calls.call(
      { method: 'GET', path, accept: acceptAnswers, ...(model === undefined ? {} : { model }) },
      { conversationKey, retriesFor: readRetries, read: (reply) => readReply(reply, model) },
      signal,
    );

  const openStream = (address: string, exchange: Exchange) => {
    const path = ownPath(address);
    if (path !== null) return get(path, exchange);
    throw broken('The API named a stream on another server; the key does not go there.');
  };

  /** Asks for the record until it is finished. */
  const poll = async (recordId: string, exchange: Exchange): Promise<Reply> => {
    const untilMs = clock.now() + chatApiLimits.pollMs;
    const shown = { ...exchange, conversationKey: null };
    while (clock.now() < untilMs) {
      await clock.sleep(chatApiLimits.pollEveryMs, exchange.signal);
      const reply = await get(`/api/results/${encodeURIComponent(recordId)}`, shown);
      if (reply.type !== 'processing') return reply;
    }
    throw new Failure<ChatFailureCode>('chat-timeout', `No result within ${chatApiLimits.pollMs} ms.`, {
      retryable: true,
      facts: { limitMs: chatApiLimits.pollMs },
    });
  };

  /** Follows a reply to where the answer is. */
  async function* follow(reply: Reply, exchange: Exchange): AsyncGenerator<AnswerEvent> {
    let current = reply;
    if (current.type === 'acknowledged') current = await openStream(current.address, exchange);
    if (current.type === 'processing') current = await poll(current.recordId, exchange);
    if (current.type !== 'answer') throw broken('The API sent from one place to the next, and no answer.');
    const context = { status: 200, ...(exchange.model === undefined ? {} : { model: exchange.model }) };
    yield* assembleAnswer(current.pieces, context, logger);
  }

  /** Tells the API to stop a model or to forget; best effort, and over soon. Not every API can: then there is nothing to be done. */
  const deleteQuietly = async (path: string, signal: AbortSignal) => {
    const deadline = createDeadline(clock, chatApiLimits.stopMs, signal, () => new Error('too slow'));
    try {
      const request = { method: 'DELETE', path, accept: 'application/json' } as const;
      (await calls.callQuietly(request, deadline.signal)).discard();
    } catch (error) {
      const status = error instanceof Failure ? error.facts['status'] : undefined;
      if (status === 404 || status === 405 || status === 501) return;
      logger.warn({ reason: errorMessage(error) }, 'The API did not take the request to stop or to forget.');
    } finally {
      deadline.cancel();
    }
  };

  /** Runs an exchange under the total limit. A person's stop is passed on, any other abort only closes the connection. */
  async function* exchange(
    signal: AbortSignal,
    run: (limited: AbortSignal, record: { id: string | null }) => AsyncIterable<AnswerEvent>,
  ): AsyncGenerator<AnswerEvent> {
    const record: { id: string | null } = { id: null };
    const deadline = createDeadline(clock, chatApiLimits.totalMs, signal, toTooLong);
    try {
      yield* run(deadline.signal, record);
    } finally {
      deadline.cancel();
      if (record.id !== null && signal.aborted && signal.reason instanceof StopRequest) {
        await deleteQuietly(streamPath(record.id), new AbortController().signal);
      }
    }
  }

  return {
    forget: (conversationId, signal) =>
      deleteQuietly(`/api/conversations/${encodeURIComponent(conversationId)}`, signal),
    ask: (question, onRecord, signal) =>
      exchange(signal, async function* askOnce(limited, record) {
        const reply = await post(question, limited);
        record.id = reply.recordId;
        if (reply.recordId !== null) await onRecord(reply.recordId).catch((error: unknown) => discard(reply, error));
        const { conversationKey, model } = question;
        yield* follow(reply, { conversationKey, model, signal: limited });
      }),
    resume: (recordId, signal) =>
      exchange(signal, async function* resumeOnce(limited, record) {
        record.id = recordId;
        const watched = { conversationKey: null, model: undefined, signal: limited };
        yield* follow(await get(streamPath(recordId), watched).catch(notFoundIsGone), watched);
      }),
  };
}

function streamPath(recordId: string): string {
  return `/api/features/stream/${encodeURIComponent(recordId)}`;
}

function toRequestBody(question: ImageQuestion): FeatureRequestBody {
  const { model, conversationId, prompt, imageKeys, isMixed, webSearch } = question;
  return {
    type: chatWithImage,
    model,
    conversationId,
    promptObject: {
      prompt,
      imageList: [...imageKeys],
      isMixed,
      webSearch: webSearch !== null,
      ...(webSearch === null ? {} : { numOfSite: webSearch.numOfSite, maxWord: webSearch.maxWord }),
    },
  };
}

function notFoundIsGone(error: unknown): never {
  throw error instanceof Failure && error.facts['status'] === 404 ? toRecordGone() : error;
}

/** What is not going to be read must be let go of, or its connection stays open. */
function discard(reply: Reply, error: unknown): never {
  if (reply.type === 'answer') reply.discard();
  throw error;
}

function broken(sentence: string): Failure<ChatFailureCode> {
  return new Failure('chat-broken-stream', sentence);
}

function toTooLong(): Failure<ChatFailureCode> {
  const limitMs = chatApiLimits.totalMs;
  return new Failure('chat-timeout', `The answer was not complete within ${limitMs} ms.`, {
    retryable: true,
    facts: { limitMs },
  });
}
