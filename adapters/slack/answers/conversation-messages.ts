import type { EditReport, Part } from '../../../src/delivery/outbox.ts';
import type { PlatformFailureCode } from '../../../src/delivery/platform-failure.ts';
import { createPostedMessages } from '../../../src/delivery/posted-messages.ts';
import type { Clock } from '../../../src/lib/clock.ts';
import { Failure } from '../../../src/lib/errors.ts';
import type { Ids } from '../../../src/lib/ids.ts';
import type { Logger } from '../../../src/lib/logger.ts';
import type { Store } from '../../../src/memory/store.ts';
import type { ThreadStatus } from '../agent/thread-status.ts';
import type { MethodWindows } from '../api/method-windows.ts';
import type { SlackApi } from '../api/slack-call.ts';
import { createChannelMessages } from './channel-messages.ts';
import { createFindOwnMessage } from './find-own-message.ts';
import type { LiveStreams } from './live-streams.ts';
import { createMarker } from './markers.ts';
import type { MessageDraft, MessageLooks } from './message-looks.ts';
import type { NativeRefusals } from './native-refusals.ts';
import { type MessagesSpot, messageKey } from './place.ts';
import { createStreamMethods } from './stream-methods.ts';
import type { StreamRoom } from './stream-room.ts';
import { createStreamedMessages } from './streamed-messages.ts';

/** What messages in conversations take. */
export type ConversationMessagesParts = {
  readonly api: SlackApi;
  readonly windows: MethodWindows;
  readonly store: Store;
  readonly status: Pick<ThreadStatus, 'ended'>;
  readonly looks: MessageLooks;
  readonly refusals: NativeRefusals;
  readonly streams: LiveStreams;
  readonly streamRoom: StreamRoom;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly logger: Logger;
};

/** The messages of answers that everybody in a conversation sees; members as in the outbox. */
export type ConversationMessages = {
  post(spot: MessagesSpot, part: Part, text: string, key: string, signal: AbortSignal): Promise<string>;
  edit(spot: MessagesSpot, ts: string, part: Part, text: string, signal: AbortSignal): Promise<EditReport | null>;
  remove(spot: MessagesSpot, ts: string, signal: AbortSignal): Promise<void>;
};

/** Slack itself posts no key once: what may stand is looked for, however long ago it was posted. */
const knownForMs = 0;
/** Changes of messages in a minute that are kept for last words, where frames are no longer streamed. */
const keptForLastWords = 10;

/** Streamed where Slack does that, posted and changed everywhere else. */
export function createConversationMessages(parts: ConversationMessagesParts): ConversationMessages {
  const { api, windows, refusals, streams, clock } = parts;
  const streamed = createStreamedMessages(createStreamMethods(parts), streams, refusals, clock);
  const channels = createChannelMessages({ api, looks: parts.looks, endStream: streamed.end });
  const findOwnMessage = createFindOwnMessage(api);
  const mark = createMarker(parts);
  const posted = createPostedMessages(clock);

  const roomOf = (via: string, method: string): EditReport => windows.room({ team: via, method, arguments: {} });
  /** Of the method that the place's limit is about. */
  const report = ({ type, via }: MessagesSpot): EditReport =>
    roomOf(via, type === 'native' ? 'chat.appendStream' : 'chat.update');

  /** What is final already need not be streamed, and only the button that stops a stream lets it be found again. */
  const isStreamable = ({ type, via, channel, subject }: MessagesSpot, { state, controls }: Part): boolean => {
    if (type !== 'native' || state !== 'streaming' || controls?.type !== 'stop') return false;
    return !refusals.isRefused(via, channel) && parts.streamRoom.use(via, subject);
  };

  async function postNew(spot: MessagesSpot, part: Part, draft: MessageDraft, marker: string, signal: AbortSignal) {
    const { via, channel, thread, subject } = spot;
    const started = isStreamable(spot, part) ? await streamed.start(spot, draft.text, subject, marker, signal) : null;
    const ts = started ?? (await channels.post(spot, draft, marker, signal));
    if (thread !== null) parts.status.ended({ via, channel, threadTs: thread });
    return ts;
  }

  /** A frame of a message that is not streamed (any more): the place's limit knows nothing of what that takes. */
  async function showFrame(spot: MessagesSpot, ts: string, draft: MessageDraft, signal: AbortSignal) {
    if (roomOf(spot.via, 'chat.update').remaining <= keptForLastWords) return null;
    const marker = streams.find(spot.via, spot.channel, ts)?.marker ?? null;
    try {
      await channels.update(spot, ts, draft, marker, signal);
      return report(spot);
    } catch (error) {
      if (isLimit(error)) return null;
      throw error;
    }
  }

  async function grow(spot: MessagesSpot, ts: string, draft: MessageDraft, signal: AbortSignal) {
    const outcome = await streamed.grow(spot, ts, draft.text, signal);
    if (outcome === 'changeable') return showFrame(spot, ts, draft, signal);
    return outcome === 'shown' ? report(spot) : null;
  }

  async function finish(spot: MessagesSpot, ts: string, draft: MessageDraft, signal: AbortSignal) {
    const { via, channel } = spot;
    const marker = streams.find(via, channel, ts)?.marker ?? null;
    try {
      const outcome = await streamed.finish(spot, ts, draft, signal);
      if (outcome !== 'shown') await channels.update(spot, ts, draft, marker, signal);
    } catch (error) {
      throw isLimit(error) ? toOtherLimit(error) : error;
    }
    streams.forget(via, channel, ts);
    return report(spot);
  }

  return {
    async post(spot, part, text, key, signal) {
      const whole = messageKey(spot, key);
      const known = posted.find(whole);
      if (known !== null) return known;
      const marker = await mark(whole);
      if (posted.mayStandUnknown(whole, spot.askedAtMs, knownForMs)) {
        const found = await findOwnMessage(spot, marker, signal);
        if (found !== null) {
          posted.note(whole, 0, found);
          return found;
        }
      }
      const draft = { text, controls: part.controls };
      return posted.post(whole, 0, () => postNew(spot, part, draft, marker, signal));
    },
    async edit(spot, ts, { state, controls }, text, signal) {
      const draft = { text, controls };
      if (spot.type === 'native') {
        return state === 'streaming' ? grow(spot, ts, draft, signal) : finish(spot, ts, draft, signal);
      }
      await channels.update(spot, ts, draft, null, signal);
      return report(spot);
    },
    async remove(spot, ts, signal) {
      posted.forget(ts);
      if (streams.find(spot.via, spot.channel, ts)?.state === 'open') await streamed.end(spot, ts, signal);
      await channels.remove(spot, ts, signal);
      streams.forget(spot.via, spot.channel, ts);
    },
  };
}

function isLimit(error: unknown): error is Failure {
  return error instanceof Failure && error.code === 'platform-rate-limited';
}

/** The limit of another method than the place's: whoever shares the place's limit need not stand still for it. */
function toOtherLimit({ message, retryAfterMs, facts, cause }: Failure): Failure<PlatformFailureCode> {
  return new Failure('platform-unreachable', message, {
    retryable: true,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    facts,
    cause,
  });
}
