import type { Outbox, Place } from '../../src/delivery/outbox.ts';
import type { PlatformFailureCode } from '../../src/delivery/platform-failure.ts';
import type { Clock } from '../../src/lib/clock.ts';
import { Failure } from '../../src/lib/errors.ts';
import { tupleKey } from '../../src/lib/tuple-key.ts';
import type { Turn } from '../../src/turn/turn.ts';
import { isDirect } from './channels.ts';
import { messageOfTurn } from './decode.ts';
import { createEditWindows } from './edit-windows.ts';
import type { MessageLog, Spot } from './message-log.ts';
import { renderPart, webLimits } from './render.ts';
import { toPlatformError } from './to-platform-error.ts';
import type { Viewers } from './viewers.ts';
import type { MessageRow } from './wire.ts';

type OutboxParts = {
  readonly log: MessageLog;
  readonly viewers: Viewers;
  readonly clock: Clock;
  /** Everybody may see the message as it is now. */
  announce(message: MessageRow): void;
};

/** A page shows that an answer is on its way for so long; the core repeats it. */
const typingForMs = 6_000;

const failure = (code: PlatformFailureCode, sentence: string) => new Failure<PlatformFailureCode>(code, sentence);

/** Places are `channel/thread`; neither id holds a slash. A channel without thread is a direct one. */
function toPlace({ channel, thread }: Spot): Place {
  return {
    id: `${channel}/${thread ?? ''}`,
    scope: channel,
    hint: null,
    mostMessages: null,
    limits: null,
    commandSign: '/',
  };
}

/** The turn that a key belongs to: keys are the turn's id, a colon and what tells its messages apart. */
function turnOfKey(key: string): string {
  const end = key.lastIndexOf(':');
  return end === -1 ? key : key.slice(0, end);
}

/** The playground's side of the outbox: what is posted is stored, and shown to every open page at once. */
export function createWebOutbox({ log, viewers, clock, announce }: OutboxParts): Outbox {
  const windows = createEditWindows(webLimits.edits, clock);

  function readPlace(place: Place): Spot {
    const [channel = '', thread = ''] = place.id.split('/');
    if (thread === '') return { channel, thread: null };
    if (log.find(thread)?.channel !== channel) throw failure('platform-place-gone', 'That thread is no longer there.');
    return { channel, thread };
  }

  function openPlace(turn: Turn): Place {
    if (isDirect(turn.channel)) return toPlace({ channel: turn.channel, thread: null });
    const root = log.find(turn.thread);
    if (root === null) throw failure('platform-place-gone', 'The message of that thread is no longer there.');
    if (!log.isBotThread(root.id)) {
      log.markBotThread(root.id);
      announce(root);
    }
    return toPlace({ channel: root.channel, thread: root.id });
  }

  function findOwn(ref: string): MessageRow {
    const message = log.find(ref);
    if (message === null) throw failure('platform-message-gone', 'That message is no longer there.');
    if (message.author !== null) throw failure('platform-forbidden', 'That message is somebody else’s.');
    return message;
  }

  function takeEdit(scope: string): void {
    const waitMs = windows.take(scope);
    if (waitMs === null) return;
    throw new Failure<PlatformFailureCode>('platform-rate-limited', 'Too many edits in this channel.', {
      retryable: true,
      retryAfterMs: waitMs,
    });
  }

  /** A thread's first message shows how many answers there are. */
  function announceRoot(thread: string | null): void {
    const root = thread === null ? null : log.find(thread);
    if (root !== null) announce(root);
  }

  /** Every call is refused once the signal has aborted; whatever is thrown becomes a `Failure`. */
  async function attempt<Value>(signal: AbortSignal, act: () => Value): Promise<Value> {
    try {
      signal.throwIfAborted();
      return act();
    } catch (error) {
      throw toPlatformError(error, signal);
    }
  }

  return {
    limits: webLimits,
    open: (turn, signal) => attempt(signal, () => openPlace(turn)),
    post: (place, part, key, signal) =>
      attempt(signal, () => {
        const spot = readPlace(place);
        const turnId = turnOfKey(key);
        const question = messageOfTurn(turnId);
        const asker = question === null ? null : (log.find(question)?.author ?? null);
        const rendered = renderPart(part);
        const { row, isNew } = log.addAnswer({ ...spot, ...rendered, postKey: tupleKey(place.id, key), turnId, asker });
        if (isNew) {
          announce(row);
          announceRoot(spot.thread);
        }
        return row.id;
      }),
    edit: (place, ref, part, signal) =>
      attempt(signal, () => {
        readPlace(place);
        const rendered = renderPart(part);
        takeEdit(place.scope);
        findOwn(ref);
        const edited = log.edit(ref, rendered);
        if (edited !== null) announce(edited);
        return null;
      }),
    remove: (place, ref, signal) =>
      attempt(signal, () => {
        readPlace(place);
        if (log.find(ref) === null) return;
        const { channel, thread } = findOwn(ref);
        log.remove(ref);
        viewers.send({ type: 'removed', channel, thread, id: ref });
        announceRoot(thread);
      }),
    async typing(place, isOver, signal) {
      if (isOver) return;
      if (signal.aborted) return;
      const [channel = '', thread = ''] = place.id.split('/');
      viewers.send({ type: 'typing', channel, thread: thread === '' ? null : thread, forMs: typingForMs });
    },
  };
}
