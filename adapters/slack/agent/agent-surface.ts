import type { Clock } from '../../../src/lib/clock.ts';
import { createDeadline } from '../../../src/lib/deadline.ts';
import { errorMessage } from '../../../src/lib/errors.ts';
import type { Logger } from '../../../src/lib/logger.ts';
import { createPayloadReader } from '../../../src/lib/read-payload.ts';
import type { SlackApi } from '../api/slack-call.ts';
import type { Asker, FindAsker } from '../directory/asker.ts';
import type { SlackMayUse } from '../directory/slack-access.ts';
import { type EventCallback, readEventCallback } from '../events/event-callback.ts';
import type { DeliveryTaker, OnEvent } from '../inbox.ts';
import { homeOpenedSchema, sessionStoppedSchema, threadStartedSchema } from './agent-wire.ts';
import { createSuggestedPrompts, type PromptsPlace } from './suggested-prompts.ts';

/** What the agent's surface takes. */
export type AgentSurfaceParts = {
  readonly api: SlackApi;
  readonly findAsker: FindAsker;
  readonly mayUse: SlackMayUse;
  /** The question that a streamed message answers; null where it is not known (any more). */
  subjectOfStream(via: string, channel: string, ts: string): string | null;
  /** The question of the thread's newest answer, which may be over; null where it is not known (any more). */
  subjectInThread(via: string, channel: string, threadTs: string): string | null;
  readonly clock: Clock;
  readonly logger: Logger;
};

/** Somebody, somewhere in a workspace through which the app hears. */
type Somebody = { readonly user: string; readonly channel: string };

/** A suggestion that takes longer is not worth it. */
const suggestLimitMs = 8_000;
/** People who open the app at the same moment; the others get their suggestions the next time. */
const mostAtOnce = 50;

/** What people see of the app as an agent beside its messages: suggested questions when they open it, and Slack's own stop button. */
export function createAgentSurface(parts: AgentSurfaceParts): DeliveryTaker {
  const { clock, logger } = parts;
  const prompts = createSuggestedPrompts(parts);
  const read = createPayloadReader('Slack', logger);
  const background = new Set<Promise<void>>();

  /** Whoever it is, if they may use the bot there. */
  const findAllowed = async (
    { via, isShared }: EventCallback,
    { user, channel }: Somebody,
    signal: AbortSignal,
  ): Promise<Asker | null> => {
    const isDirect = channel.startsWith('D');
    const asker = await parts.findAsker({ via, channel, isDirect, isShared, user, userTeam: null }, signal);
    const { tenant, userTeam } = asker;
    return parts.mayUse({ via, tenant, userTeam, channel, direct: isDirect, person: user }) ? asker : null;
  };

  const suggest = async (callback: EventCallback, user: string, where: PromptsPlace): Promise<void> => {
    const deadline = createDeadline(clock, suggestLimitMs, new AbortController().signal, () => new Error('too slow'));
    try {
      const asker = await findAllowed(callback, { user, channel: where.channel }, deadline.signal);
      if (asker !== null) await prompts.show(where, deadline.signal);
    } catch (error) {
      logger.debug({ reason: errorMessage(error) }, 'No questions were suggested.');
    } finally {
      deadline.cancel();
    }
  };

  const suggestLater = (callback: EventCallback, user: string, where: PromptsPlace): void => {
    if (!prompts.isWanted(where) || background.size >= mostAtOnce) return;
    const suggesting = suggest(callback, user, where).finally(() => background.delete(suggesting));
    background.add(suggesting);
  };

  const takeHomeOpened = async (callback: EventCallback): Promise<void> => {
    const opened = read('app_home_opened', homeOpenedSchema, callback.event);
    if (opened?.tab !== 'messages') return;
    suggestLater(callback, opened.user, { via: callback.via, channel: opened.channel, threadTs: null });
  };

  const takeThreadStarted = async (callback: EventCallback): Promise<void> => {
    const started = read('assistant_thread_started', threadStartedSchema, callback.event)?.assistant_thread;
    if (started === undefined) return;
    const { user_id: user, channel_id: channel, thread_ts: threadTs } = started;
    suggestLater(callback, user, { via: callback.via, channel, threadTs });
  };

  const takeStopped = async (callback: EventCallback, onEvent: OnEvent, signal: AbortSignal): Promise<void> => {
    const stopped = read('agent_session_stopped', sessionStoppedSchema, callback.event);
    if (stopped === null) return;
    const { channel, thread_ts: threadTs, streaming_message_ts: streamed } = stopped;
    const found = (streamed ?? []).map((ts) => parts.subjectOfStream(callback.via, channel, ts));
    if (threadTs != null) found.push(parts.subjectInThread(callback.via, channel, threadTs));
    const subjects = new Set(found.filter((subject) => subject !== null));
    if (subjects.size === 0) return;
    const asker = await findAllowed(callback, stopped, signal);
    if (asker === null) return;
    for (const subject of subjects) await onEvent({ type: 'stop', subject, person: asker.person });
  };

  const take = (callback: EventCallback, onEvent: OnEvent, signal: AbortSignal): Promise<void> | null => {
    switch (callback.type) {
      case 'app_home_opened':
        return takeHomeOpened(callback);
      case 'assistant_thread_started':
        return takeThreadStarted(callback);
      case 'agent_session_stopped':
        return takeStopped(callback, onEvent, signal);
      // Where somebody looks meanwhile says nothing about their pictures.
      case 'assistant_thread_context_changed':
      case 'app_context_changed':
        return Promise.resolve();
      default:
        return null;
    }
  };

  return {
    take(delivery, onEvent, signal) {
      const callback = readEventCallback(delivery);
      return callback === null ? null : take(callback, onEvent, signal);
    },
    async idle() {
      while (background.size > 0) await Promise.all(background);
    },
  };
}
