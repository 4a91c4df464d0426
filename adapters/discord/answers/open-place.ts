import { RESTJSONErrorCodes as Codes, Routes, ThreadAutoArchiveDuration } from 'discord-api-types/v10';
import { z } from 'zod';
import { retry } from '../../../src/answer/retry.ts';
import type { Place } from '../../../src/delivery/outbox.ts';
import type { PlatformFailureCode } from '../../../src/delivery/platform-failure.ts';
import type { Clock } from '../../../src/lib/clock.ts';
import { Failure } from '../../../src/lib/errors.ts';
import type { Logger } from '../../../src/lib/logger.ts';
import { createCollection } from '../../../src/memory/collection.ts';
import type { Store } from '../../../src/memory/store.ts';
import { isQuestion } from '../../../src/turn/commands.ts';
import type { Turn } from '../../../src/turn/turn.ts';
import type { ThreadMemory } from '../directory/thread-memory.ts';
import type { DiscordRest } from '../rest/discord-call.ts';
import { discordCodeOf } from '../rest/discord-code.ts';
import { type InteractionRoute, readRoute } from './answer-route.ts';
import { despiteStore } from './despite-store.ts';
import type { InteractionMessages } from './interaction-messages.ts';
import { channelScope, interactionScope, renderPlaceId } from './place.ts';
import { toThreadName } from './thread-name.ts';

/** What opening takes. */
export type OpenPlaceParts = {
  readonly rest: DiscordRest;
  readonly clock: Clock;
  readonly store: Store;
  readonly memory: ThreadMemory;
  readonly logger: Logger;
  /** Whether the bot reads what does not name it. */
  readonly messageContent: boolean;
  readonly interactions: Pick<InteractionMessages, 'isOver'>;
  /** False where threads can be opened but not written in. */
  mayWriteInThreads(server: string, channel: string): boolean;
};

const hints = {
  thread: 'To ask more, mention me or reply to me here.',
  reply: 'To ask more, reply to this message.',
  interaction: 'To ask more, reply to this message and mention me.',
} as const;

/** Where a person brought the bot along, Discord takes so many further messages of an interaction. */
export const mostFollowUps = 5;
/** That a question is answered by a reply is remembered as long as its answer can be changed. */
const keptForMs = 30 * 24 * 3_600_000;
/** Discord is given two minutes in all to open a thread, as long as the last words of an answer get. */
const waits = { baseMs: 500, maxMs: 15_000 } as const;
const furtherAttempts = 12;
/** The token itself, not what it is used for. */
const unauthorised = 401;

/** What tells of a refusal that trying again would not change: Discord's own word, but for a token that is wrong. */
function isRefusal(error: unknown): error is Failure {
  return (
    error instanceof Failure &&
    !error.retryable &&
    discordCodeOf(error) !== null &&
    error.facts['status'] !== unauthorised
  );
}

/**
 * Gives the place for a turn's answer: the interaction it came by, a reply, the thread it was written in, or a thread that is opened
 * on it. Where Discord refuses a thread, or lets nobody open one for a while, the answer is a reply, and stays one for good.
 */
export function createPlaceOpener(parts: OpenPlaceParts): (turn: Turn, signal: AbortSignal) => Promise<Place> {
  const { rest, memory, logger } = parts;
  const replies = createCollection(
    parts.store,
    'discord-reply-places',
    z.strictObject({ code: z.string() }),
    logger,
    keptForMs,
  );

  function toChannelPlace(turn: Turn, channel: string, isReply: boolean, hint: string | null): Place {
    const { subject, message: question } = turn;
    const conversation = isReply && turn.thread !== channel ? turn.thread : null;
    const id = renderPlaceId({ type: 'channel', channel, subject, question, isReply, conversation });
    return { id, scope: channelScope(channel), hint, mostMessages: null, limits: null, commandSign: '/' };
  }

  function toReplyPlace(turn: Turn): Place {
    return toChannelPlace(turn, turn.channel, true, turn.direct ? null : hints.reply);
  }

  function toInteractionPlace(turn: Turn, route: InteractionRoute): Place {
    // An answer outside of threads begins a conversation, which has the id of its first interaction.
    const begins = turn.id.split('~')[0] === `discord:${turn.thread}`;
    const channel = begins ? turn.channel : turn.thread;
    const conversation = begins ? turn.thread : null;
    const isPublic = route.visibility === 'public';
    const id = renderPlaceId({ type: 'interaction', channel, subject: turn.subject, conversation, route });
    const isHandedOver = isPublic && route.botIsMember && parts.interactions.isOver(route);
    return {
      id,
      scope: isHandedOver ? channelScope(channel) : interactionScope(route.interactionId),
      // In a thread, or in a direct message, people know how to go on.
      hint: isPublic && route.botIsMember && !turn.direct && begins ? hints.interaction : null,
      mostMessages: route.botIsMember ? null : 1 + mostFollowUps,
      limits: null,
      commandSign: '/',
    };
  }

  async function openThread(turn: Turn, signal: AbortSignal): Promise<void> {
    const body = {
      name: toThreadName(turn.text, turn.person.name),
      auto_archive_duration: ThreadAutoArchiveDuration.OneDay,
    };
    try {
      await rest({ method: 'POST', route: Routes.threads(turn.channel, turn.message), body }, signal);
    } catch (error) {
      // A message has one thread, with its own id: an earlier attempt opened it, or somebody else did.
      if (discordCodeOf(error) === Codes.ThreadAlreadyCreatedForMessage) return;
      if (discordCodeOf(error) !== Codes.UnknownMessage) throw error;
      await findThread(turn, signal);
    }
  }

  /** A thread outlives the message that it was opened on. */
  async function findThread(turn: Turn, signal: AbortSignal): Promise<void> {
    try {
      await rest({ method: 'GET', route: Routes.channel(turn.message) }, signal);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      throw new Failure<PlatformFailureCode>(
        'platform-place-gone',
        'The question is gone, and there is no thread to answer it in.',
        { facts: error.facts },
      );
    }
  }

  async function openThreadOrReply(turn: Turn, signal: AbortSignal): Promise<Place> {
    if ((await despiteStore(replies.get(turn.message), undefined, logger)) !== undefined) return toReplyPlace(turn);
    const place = toChannelPlace(turn, turn.message, false, parts.messageContent ? null : hints.thread);
    if (await despiteStore(memory.isBotThread(turn.message), false, logger)) return place;
    if (!parts.mayWriteInThreads(turn.tenant, turn.channel)) {
      await despiteStore(replies.set(turn.message, { code: 'platform-forbidden' }), undefined, logger);
      return toReplyPlace(turn);
    }
    const rules = {
      retriesFor: (failure: Failure) => (failure.retryable ? furtherAttempts : 0),
      waits,
      clock: parts.clock,
      random: () => 1,
    };
    try {
      await retry(() => openThread(turn, signal), rules, signal);
    } catch (error) {
      if (!isWithoutThread(error)) throw error;
      logger.info({ reason: error.message }, 'No thread can be opened on a question; it is answered by a reply.');
      await despiteStore(replies.set(turn.message, { code: error.code }), undefined, logger);
      return toReplyPlace(turn);
    }
    await despiteStore(memory.markBotThread(turn.message, turn.channel, turn.message), true, logger);
    return place;
  }

  return async function openPlace(turn, signal) {
    signal.throwIfAborted();
    const route = readRoute(turn.route);
    if (route?.type === 'interaction') return toInteractionPlace(turn, route);
    if (turn.direct || route?.type === 'reply') return toReplyPlace(turn);
    if (turn.opensThread) return isWorthAThread(turn) ? openThreadOrReply(turn, signal) : toReplyPlace(turn);
    const { thread, channel, message } = turn;
    const isFirst = await despiteStore(memory.markBotThread(thread, channel, message), false, logger);
    return toChannelPlace(turn, thread, false, isFirst && !parts.messageContent ? hints.thread : null);
  };
}

/** A command, or a question without any picture, gets one sentence: no thread is opened for that. */
function isWorthAThread({ text, images, quotedImages }: Turn): boolean {
  return isQuestion(text) && images.length + quotedImages.length > 0;
}

/** Whether the question can be answered all the same, only not in a thread. */
function isWithoutThread(error: unknown): error is Failure {
  if (!(error instanceof Failure)) return false;
  if (error.code === 'platform-rate-limited') return true;
  return isRefusal(error) && error.code !== 'platform-place-gone' && error.code !== 'platform-message-gone';
}
