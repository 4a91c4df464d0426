import { z } from 'zod';
import type { Place } from '../../../src/delivery/outbox.ts';
import type { PlatformFailureCode } from '../../../src/delivery/platform-failure.ts';
import { Failure } from '../../../src/lib/errors.ts';
import { keepNewest } from '../../../src/lib/keep-newest.ts';
import type { Logger } from '../../../src/lib/logger.ts';
import { tupleKey } from '../../../src/lib/tuple-key.ts';
import { createCollection } from '../../../src/memory/collection.ts';
import type { Store } from '../../../src/memory/store.ts';
import { isQuestion } from '../../../src/turn/commands.ts';
import type { Turn } from '../../../src/turn/turn.ts';
import type { ThreadMemory } from '../directory/thread-memory.ts';
import { type AnswerRoute, readRoute } from './answer-route.ts';
import { despiteStore } from './despite-store.ts';
import type { NativeRefusals } from './native-refusals.ts';
import { type MessagesSpot, renderPlace } from './place.ts';
import type { StreamRoom } from './stream-room.ts';

/** Opens a turn's place: the same for the same turn, however often and by whichever start it is asked. */
export type OpenPlace = (turn: Turn, signal: AbortSignal) => Promise<Place>;

/** What opening takes. */
export type OpenPlaceParts = {
  readonly refusals: NativeRefusals;
  readonly streamRoom: StreamRoom;
  readonly memory: Pick<ThreadMemory, 'markBotThread'>;
  readonly store: Store;
  readonly logger: Logger;
};

type MessagesRoute = Extract<AnswerRoute, { type: 'messages' }>;

/** Where it is remembered how answers were begun, by workspace and turn. */
export const placesCollection = 'slack-places';
/** As long as a turn may wait to be answered, and longer. */
const choiceKeptMs = 24 * 3_600_000;
const mostKept = 5_000;
/** What stands in the conversation since so long before a question without a message of its own is not its answer. */
const clockMarginMs = 60_000;

function isTimestamp(text: string): boolean {
  return /^\d{1,16}\.\d{1,8}$/.test(text);
}

/** The thread that the answer goes into; null for direct messages outside of threads. */
function threadOf({ thread, channel }: Turn): string | null {
  return thread === channel || !isTimestamp(thread) ? null : thread;
}

/** What was posted for the question is newer than that. */
function afterOf({ message, receivedAtMs }: Turn): string {
  return isTimestamp(message) ? message : ((receivedAtMs - clockMarginMs) / 1_000).toFixed(6);
}

/** Whoever sees it being streamed. Slack has to be told in channels; in direct messages it knows. */
function recipientOf({ person }: Turn, { askerTeam }: MessagesRoute): MessagesSpot['recipient'] {
  return askerTeam === null || person.id === '' ? null : { team: askerTeam, user: person.id };
}

/** Chooses for each question whether it is streamed, and remembers that. */
export function createPlaceOpener(parts: OpenPlaceParts): OpenPlace {
  const { refusals, logger } = parts;
  const schema = z.strictObject({ type: z.enum(['native', 'update']) });
  const choices = createCollection(parts.store, placesCollection, schema, logger, choiceKeptMs);
  const known = new Map<string, MessagesSpot['type']>();

  const choose = async (turn: Turn, via: string): Promise<MessagesSpot['type']> => {
    const key = tupleKey(via, turn.id);
    const before = known.get(key) ?? (await despiteStore(choices.get(key), undefined, logger))?.type;
    if (before !== undefined) return before;
    const type =
      !refusals.isRefused(via, turn.channel) && parts.streamRoom.promise(via, turn.subject) ? 'native' : 'update';
    keepNewest(known, key, type, mostKept);
    await despiteStore(choices.set(key, { type }), undefined, logger);
    return type;
  };

  const openMessages = async (turn: Turn, route: MessagesRoute): Promise<Place> => {
    const thread = threadOf(turn);
    const recipient = recipientOf(turn, route);
    const mayStream = isQuestion(turn.text) && thread !== null && (turn.direct || recipient !== null);
    if (thread !== null) {
      await despiteStore(parts.memory.markBotThread(turn.tenant, turn.channel, thread), undefined, logger);
    }
    return renderPlace({
      type: mayStream ? await choose(turn, route.via) : 'update',
      via: route.via,
      tenant: turn.tenant,
      channel: turn.channel,
      thread,
      subject: turn.subject,
      after: afterOf(turn),
      askedAtMs: turn.receivedAtMs,
      recipient,
    });
  };

  return async function openPlace(turn, signal) {
    signal.throwIfAborted();
    const route = readRoute(turn.route);
    if (route === null) {
      throw new Failure<PlatformFailureCode>('platform-place-gone', 'Nothing says where in Slack this is answered.');
    }
    if (route.type === 'messages') return openMessages(turn, route);
    return renderPlace({ type: 'private', via: route.via, subject: turn.subject, responseUrl: route.responseUrl });
  };
}
