import type { Outbox } from '../../src/delivery/outbox.ts';
import type { Clock } from '../../src/lib/clock.ts';
import { Failure } from '../../src/lib/errors.ts';
import type { Ids } from '../../src/lib/ids.ts';
import { keepNewest } from '../../src/lib/keep-newest.ts';
import type { Logger } from '../../src/lib/logger.ts';
import type { Store } from '../../src/memory/store.ts';
import { isQuestion } from '../../src/turn/commands.ts';
import type { Turn } from '../../src/turn/turn.ts';
import type { ThreadStatus } from './agent/thread-status.ts';
import { createConversationMessages } from './answers/conversation-messages.ts';
import { despiteStore } from './answers/despite-store.ts';
import { createLiveStreams } from './answers/live-streams.ts';
import { createMessageLooks } from './answers/message-looks.ts';
import { createNativeRefusals } from './answers/native-refusals.ts';
import { createPlaceOpener } from './answers/open-place.ts';
import { limitsOf, readPlace } from './answers/place.ts';
import { createPrivateMessages } from './answers/private-messages.ts';
import type { RespondToUrl } from './answers/response-url.ts';
import { createStreamRoom } from './answers/stream-room.ts';
import { createThreadAnswers } from './answers/thread-answers.ts';
import type { MethodWindows } from './api/method-windows.ts';
import type { SlackApi } from './api/slack-call.ts';
import type { ThreadMemory } from './directory/thread-memory.ts';
import { renderText, updateLimits } from './render.ts';

/** What the outbox stands on. */
export type SlackOutboxParts = {
  readonly api: SlackApi;
  readonly windows: MethodWindows;
  readonly store: Store;
  readonly memory: Pick<ThreadMemory, 'markBotThread' | 'isBotThread'>;
  readonly respond: RespondToUrl;
  /** The line that an answer is on its way. */
  readonly status: ThreadStatus;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly logger: Logger;
};

/** Slack's side of the outbox. */
export type SlackOutbox = Outbox & {
  /** The question that the message answers, as long as it is being streamed; null when that is not known. */
  subjectOfStream(via: string, channel: string, ts: string): string | null;
  /** The question of the thread's newest answer, streamed or not, over or not; null when that is not known. */
  subjectInThread(via: string, channel: string, threadTs: string): string | null;
};

const mostTitles = 1_000;

/**
 * Slack's side of the outbox: messages that Slack streams where it does, messages that are posted and changed everywhere else, and
 * private answers to commands.
 */
export function createSlackOutbox(parts: SlackOutboxParts): SlackOutbox {
  const { status, clock, logger } = parts;
  const looks = createMessageLooks(clock);
  const refusals = createNativeRefusals(clock);
  const streams = createLiveStreams(clock);
  const threadAnswers = createThreadAnswers();
  const streamRoom = createStreamRoom({ ...parts, streams });
  const messages = createConversationMessages({ ...parts, looks, refusals, streams, streamRoom });
  const privately = createPrivateMessages({ ...parts, looks });
  const openPlace = createPlaceOpener({ ...parts, refusals, streamRoom });
  /** What threads with the agent are called, by the place of their first question. */
  const titles = new Map<string, string>();

  async function isNewThread({ tenant, channel, thread, direct, text }: Turn): Promise<boolean> {
    if (!direct || thread === channel || !isQuestion(text)) return false;
    return !(await despiteStore(parts.memory.isBotThread(tenant, channel, thread), true, logger));
  }

  return {
    limits: updateLimits,
    async open(turn, signal) {
      signal.throwIfAborted();
      const isNew = await isNewThread(turn);
      const place = await openPlace(turn, signal);
      if (isNew) keepNewest(titles, place.id, turn.text, mostTitles);
      return place;
    },
    async post(place, part, key, signal) {
      signal.throwIfAborted();
      const spot = readPlace(place);
      const text = renderText(part, limitsOf(spot));
      if (spot.type !== 'private') {
        threadAnswers.note(spot);
        return messages.post(spot, part, text, key, signal);
      }
      await privately.show(spot, key, text, part, signal);
      return key;
    },
    async edit(place, ref, part, signal) {
      signal.throwIfAborted();
      const spot = readPlace(place);
      const text = renderText(part, limitsOf(spot));
      if (spot.type !== 'private') {
        threadAnswers.note(spot);
        return messages.edit(spot, ref, part, text, signal);
      }
      await privately.show(spot, ref, text, part, signal);
      return null;
    },
    async remove(place, ref, signal) {
      signal.throwIfAborted();
      const spot = readPlace(place);
      // What only one person sees goes by itself.
      if (spot.type !== 'private') await messages.remove(spot, ref, signal);
    },
    async typing(place, isOver, signal) {
      try {
        const spot = readPlace(place);
        if (spot.type === 'private' || spot.thread === null) return;
        threadAnswers.note(spot);
        const where = { via: spot.via, channel: spot.channel, threadTs: spot.thread };
        if (isOver) await status.clear(where, signal);
        else await status.show({ ...where, title: titles.get(place.id) ?? null }, signal);
      } catch (error) {
        logger.debug({ isAborted: signal.aborted, isFailure: error instanceof Failure }, 'Typing could not be shown.');
      }
    },
    subjectOfStream: (via, channel, ts) => streams.find(via, channel, ts)?.subject ?? null,
    subjectInThread: threadAnswers.newest,
  };
}
