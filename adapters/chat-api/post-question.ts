import type { ImageQuestion } from '../../src/answer/image-chat.ts';
import { Failure } from '../../src/lib/errors.ts';
import type { ApiCalls } from './api-calls.ts';
import type { ChooseDialect } from './choose-dialect.ts';
import type { Conversations } from './conversations.ts';
import { type Dialect, dialectForms } from './dialect.ts';
import { type Reply, readReply } from './read-reply.ts';
import { isConversationGone, isForeignDialect, mayBeTheSearch } from './refusals.ts';
import { askRetries } from './retry-rules.ts';

/** What a question was answered with, and what the person has to know of how it was asked; empty: nothing. */
export type Posted = { readonly reply: Reply; readonly notice: string };

const withoutSearch = '*The web search did not work, so this answer is without it.*';

/**
 * Posts a question: in the dialect that the server understands, under its conversation's id, without the search where that is what
 * was refused. Each of these is tried again once, and only after a refusal: whatever may have been accepted is not asked twice.
 */
export function createPostQuestion(parts: {
  readonly calls: ApiCalls;
  readonly dialects: ChooseDialect;
  readonly conversations: Conversations;
  modelRefused(modelId: string): void;
}): (question: ImageQuestion, signal: AbortSignal) => Promise<Posted> {
  const { calls, dialects, conversations } = parts;

  const post = (question: ImageQuestion, dialect: Dialect, id: string | null, signal: AbortSignal): Promise<Reply> => {
    const { path, toBody } = dialectForms[dialect];
    const { model, conversationKey } = question;
    const body = { type: 'json', value: toBody(question, id) } as const;
    const accept = 'text/event-stream, application/json, text/plain';
    return calls.call(
      { method: 'POST', path, accept, body, model },
      { conversationKey, retriesFor: askRetries, read: (reply) => readReply(reply, model) },
      signal,
    );
  };

  const postOrLeaveSearch = async (...[question, ...rest]: Parameters<typeof post>): Promise<Posted> => {
    try {
      return { reply: await post(question, ...rest), notice: '' };
    } catch (error) {
      if (question.webSearch === null || !isFailure(error, mayBeTheSearch)) throw error;
      return { reply: await post({ ...question, webSearch: null }, ...rest), notice: withoutSearch };
    }
  };

  const postInDialect = async (question: ImageQuestion, dialect: Dialect, signal: AbortSignal): Promise<Posted> => {
    const id = await conversations.idFor(question, dialect, null, signal);
    try {
      return await postOrLeaveSearch(question, dialect, id, signal);
    } catch (error) {
      if (id === null || !isFailure(error, isConversationGone)) throw error;
      const newId = await conversations.idFor(question, dialect, id, signal);
      if (newId === id) throw error;
      return postOrLeaveSearch(question, dialect, newId, signal);
    }
  };

  const postInEither = async (question: ImageQuestion, signal: AbortSignal): Promise<Posted> => {
    const [first, second] = await dialects.order(await conversations.dialectOf(question.conversationId));
    try {
      return await postInDialect(question, first, signal);
    } catch (error) {
      if (second === undefined || !isFailure(error, isForeignDialect)) throw error;
    }
    const posted = await postInDialect(question, second, signal);
    await dialects.found(second);
    return posted;
  };

  return async function postQuestion(question, signal) {
    try {
      return await postInEither(question, signal);
    } catch (error) {
      if (isFailure(error, ({ code }) => code === 'chat-model-unknown')) parts.modelRefused(question.model);
      throw error;
    }
  };
}

function isFailure(error: unknown, is: (failure: Failure) => boolean): boolean {
  return error instanceof Failure && is(error);
}
