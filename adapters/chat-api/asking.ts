import type { AnswerEvent } from '../../src/answer/answer-event.ts';
import type { ChatFailureCode } from '../../src/answer/chat-failure.ts';
import type { ImageChat } from '../../src/answer/image-chat.ts';
import { sayBefore } from '../../src/answer/say.ts';
import { StopRequest } from '../../src/answer/stop-request.ts';
import type { Clock } from '../../src/lib/clock.ts';
import { createDeadline } from '../../src/lib/deadline.ts';
import { errorMessage, Failure } from '../../src/lib/errors.ts';
import type { Logger } from '../../src/lib/logger.ts';
import type { ApiCalls } from './api-calls.ts';
import { assembleAnswer } from './assemble-answer.ts';
import type { Conversations } from './conversations.ts';
import { chatApiLimits } from './limits.ts';
import type { PictureCheck } from './picture-check.ts';
import type { createPostQuestion } from './post-question.ts';
import { type Reply, readReply, toRecordGone } from './read-reply.ts';
import { pathOfRecord, type RecordPlace, readRecordKey, toRecordKey } from './record-key.ts';
import { readRetries } from './retry-rules.ts';
import type { WireRecord } from './wire.ts';

type AskingParts = {
  readonly calls: ApiCalls;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly postQuestion: ReturnType<typeof createPostQuestion>;
  readonly conversations: Conversations;
  readonly pictureCheck: PictureCheck;
  ownPath(address: string): string | null;
};

/** One question under way. */
type Exchange = {
  /** Null for an answer that is resumed: nobody watches it. */
  readonly conversationKey: string | null;
  readonly model: string | undefined;
  /** Null when they are not known any more. */
  readonly imageKeys: readonly string[] | null;
  readonly signal: AbortSignal;
};

const acceptAnswers = 'text/event-stream, application/json, text/plain';

/** `ask` and `resume`: a question, and where it is answered; and `forget`. */
export function createAsking(parts: AskingParts): Pick<ImageChat, 'ask' | 'resume' | 'forget'> {
  const { calls, clock, logger, postQuestion, conversations, pictureCheck, ownPath } = parts;

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
  const poll = async (place: RecordPlace, exchange: Exchange): Promise<Reply> => {
    const untilMs = clock.now() + chatApiLimits.pollMs;
    const shown = { ...exchange, conversationKey: null };
    while (clock.now() < untilMs) {
      await clock.sleep(chatApiLimits.pollEveryMs, exchange.signal);
      const reply = await get(pathOfRecord(place), shown);
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
    if (current.type === 'processing') current = await poll(current.record, exchange);
    if (current.type !== 'answer') throw broken('The API sent from one place to the next, and no answer.');
    const { model, imageKeys } = exchange;
    const context = { status: 200, ...(model === undefined ? {} : { model }) };
    const checkRecord = (record: WireRecord) => pictureCheck.check(record, imageKeys, model);
    yield* assembleAnswer(current.pieces, context, logger, checkRecord);
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
    run: (limited: AbortSignal, answering: { place: RecordPlace | null }) => AsyncIterable<AnswerEvent>,
  ): AsyncGenerator<AnswerEvent> {
    const answering: { place: RecordPlace | null } = { place: null };
    const deadline = createDeadline(clock, chatApiLimits.totalMs, signal, toTooLong);
    try {
      yield* run(deadline.signal, answering);
    } finally {
      deadline.cancel();
      const { place } = answering;
      // What is had as its result has no stream that could be stopped.
      if (place?.type === 'stream' && signal.aborted && signal.reason instanceof StopRequest) {
        await deleteQuietly(pathOfRecord(place), new AbortController().signal);
      }
    }
  }

  return {
    async forget(conversationId, signal) {
      const id = await conversations.takeId(conversationId);
      if (id !== null) await deleteQuietly(`/api/conversations/${encodeURIComponent(id)}`, signal);
    },
    ask: (question, onRecord, signal) =>
      exchange(signal, async function* askOnce(limited, answering) {
        const { reply, notice } = await postQuestion(question, limited);
        answering.place = reply.record;
        if (reply.record !== null) {
          await onRecord(toRecordKey(reply.record)).catch((error: unknown) => discard(reply, error));
        }
        const { conversationKey, model, imageKeys } = question;
        yield* sayBefore(notice, follow(reply, { conversationKey, model, imageKeys, signal: limited }));
      }),
    resume: (recordKey, signal) =>
      exchange(signal, async function* resumeOnce(limited, answering) {
        const place = readRecordKey(recordKey);
        answering.place = place;
        const unwatched = { conversationKey: null, model: undefined, imageKeys: null, signal: limited };
        yield* follow(await get(pathOfRecord(place), unwatched).catch(notFoundIsGone), unwatched);
      }),
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
