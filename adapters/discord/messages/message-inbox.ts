import type { Clock } from '../../../src/lib/clock.ts';
import type { Logger } from '../../../src/lib/logger.ts';
import { parseValue } from '../../../src/lib/parse-json.ts';
import { createPayloadReader } from '../../../src/lib/read-payload.ts';
import type { Store } from '../../../src/memory/store.ts';
import type { InboxEvent, Receipt } from '../../../src/turn/inbox.ts';
import { mayBeForBot, subjectOf } from '../decode.ts';
import type { DiscordRest } from '../rest/discord-call.ts';
import {
  bulkDeleteSchema,
  goneSchema,
  messageHeadSchema,
  messageSchema,
  readySchema,
  type WireMessage,
} from '../wire.ts';
import { createAskedMessages } from './asked-messages.ts';
import { createCatchUp } from './catch-up.ts';
import { createEventLanes } from './event-lanes.ts';
import { createFetchMessage } from './fetch-message.ts';
import { createHandOver, type HandOver } from './hand-over.ts';
import { createLinkPreviews } from './link-previews.ts';
import { createMessageReader, type MessageReaderParts } from './read-message.ts';
import { createSeenMessages, type SeenPlace } from './seen-messages.ts';

/** An event of the gateway, as it came. */
export type MessageDispatch = { readonly name: string; readonly data: unknown; readonly shardId: number };

/** Turns what Discord says of messages into what the bot takes. */
export type MessageInbox = {
  /** Takes any event at once; what follows from it is done later, in the order of its channel. Also tells the directories. */
  onDispatch(dispatch: MessageDispatch): void;
  /** Hands over until the signal aborts. */
  connect(onEvent: (event: InboxEvent) => Promise<Receipt>, signal: AbortSignal): void;
  /** Resolves when nothing waits and nothing runs; after the signal aborted, when everything is stored, too. */
  idle(): Promise<void>;
};

/** What the inbox of messages needs. */
export type MessageInboxParts = Omit<MessageReaderParts, 'fetchMessage' | 'previews'> & {
  readonly rest: DiscordRest;
  readonly store: Store;
  readonly clock: Clock;
  readonly logger: Logger;
};

/** The bot's own messages known at the most, so that nobody looks for a question where one of them was deleted. */
const maxOwnMessages = 2_000;

const toPlace = (message: WireMessage): SeenPlace => ({
  channel: message.channel_id,
  message: message.id,
  direct: !message.guild_id,
});

/** Puts the parts together; nothing is handed over before `connect`. */
export function createMessageInbox(parts: MessageInboxParts): MessageInbox {
  const { rest, clock, logger, directory, guilds, me, messageContent } = parts;
  const read = createPayloadReader('Discord', logger);
  const fetchMessage = createFetchMessage(rest, read);
  const previews = createLinkPreviews(clock, fetchMessage);
  const readMessage = createMessageReader({ ...parts, fetchMessage, previews });
  const lanes = createEventLanes({ clock, logger });
  const asked = createAskedMessages();
  const seen = createSeenMessages(parts);
  const ownMessages = new Set<string>();
  const connected = Promise.withResolvers<HandOver>();
  let ended: Promise<void> = Promise.resolve();
  let stopped: AbortSignal | null = null;

  const isMaybeForBot = (message: WireMessage) => mayBeForBot(message, me().userId, messageContent);

  async function take(message: WireMessage, receivedAtMs: number, signal: AbortSignal): Promise<void> {
    const place = toPlace(message);
    const handOver = await connected.promise;
    const result = await handOver(
      {
        message: message.id,
        async make(within) {
          const turn = await readMessage({ message, edit: null, receivedAtMs }, within);
          return turn === null ? null : { type: 'turn', turn };
        },
      },
      signal,
    );
    if (result !== 'lost' && result !== 'nothing') asked.note(message);
    seen.end(place, result === 'lost' ? 'left' : result === 'nothing' ? 'nothing' : 'taken');
  }

  /** Queues the message in its channel; resolves when it was seen to, or left out. */
  function queue(message: WireMessage): Promise<void> {
    const place = toPlace(message);
    const receivedAtMs = clock.now();
    const { promise, resolve } = Promise.withResolvers<void>();
    seen.begin(place);
    const isQueued = lanes.add(message.channel_id, async (signal) => {
      try {
        await take(message, receivedAtMs, signal);
      } finally {
        resolve();
      }
    });
    if (isQueued) return promise;
    seen.end(place, 'left');
    return Promise.resolve();
  }

  const catchUp = createCatchUp({
    rest,
    read,
    clock,
    logger,
    directory,
    seen,
    async take(message, signal) {
      if (!isMaybeForBot(message)) return;
      const { promise, resolve } = Promise.withResolvers<void>();
      const onAbort = () => resolve();
      signal.addEventListener('abort', onAbort, { once: true });
      try {
        await Promise.race([queue(message), promise]);
      } finally {
        signal.removeEventListener('abort', onAbort);
      }
      signal.throwIfAborted();
    },
  });

  const noteOwn = (id: string) => {
    ownMessages.add(id);
    const oldest = ownMessages.size > maxOwnMessages ? ownMessages.values().next().value : undefined;
    if (oldest !== undefined) ownMessages.delete(oldest);
  };

  function onCreate(data: unknown, shardId: number): void {
    const message = read('MESSAGE_CREATE', messageSchema, data);
    if (message === null) return;
    seen.note(shardId, message.id);
    if (message.author.id === me().userId) noteOwn(message.id);
    // Resolved by the lane, which is waited for as a whole.
    else if (isMaybeForBot(message)) void queue(message);
  }

  type FindMessage = (signal: AbortSignal) => Promise<WireMessage | null>;

  async function takeEdit(id: string, find: FindMessage, receivedAtMs: number, signal: AbortSignal): Promise<void> {
    const handOver = await connected.promise;
    const done: WireMessage[] = [];
    const result = await handOver(
      {
        message: id,
        async make(within) {
          const message = await find(within);
          if (message === null || !asked.isEdited(message, receivedAtMs)) return null;
          const turn = await readMessage({ message, edit: message.edited_timestamp ?? null, receivedAtMs }, within);
          done.push(message);
          return turn === null ? null : { type: 'changed', turn };
        },
      },
      signal,
    );
    if (result !== 'lost' && result !== 'nothing') for (const message of done) asked.note(message);
  }

  function onUpdate(data: unknown): void {
    const head = read('MESSAGE_UPDATE', messageHeadSchema, data);
    if (head === null) return;
    const receivedAtMs = clock.now();
    const whole = parseValue(data, messageSchema);
    if (whole.ok) previews.learn(whole.value);
    // Previews and pins are reported as updates of messages that nobody edited.
    if (!head.edited_timestamp || ownMessages.has(head.id)) return;
    if (whole.ok) {
      const message = whole.value;
      if (isMaybeForBot(message))
        lanes.add(head.channel_id, (signal) => takeEdit(head.id, async () => message, receivedAtMs, signal));
      return;
    }
    const find: FindMessage = async (signal) => {
      const message = await fetchMessage(head.channel_id, head.id, signal);
      return message === null ? null : { ...message, guild_id: head.guild_id };
    };
    lanes.add(head.channel_id, (signal) => takeEdit(head.id, find, receivedAtMs, signal));
  }

  function onDelete(channel: string, messages: readonly string[]): void {
    const questions = messages.filter((message) => !ownMessages.delete(message));
    if (questions.length === 0) return;
    lanes.add(channel, async (signal) => {
      const handOver = await connected.promise;
      for (const message of questions) {
        await handOver({ message, make: async () => ({ type: 'deleted', subject: subjectOf(message) }) }, signal);
      }
    });
  }

  function onBulkDelete(data: unknown): void {
    const deleted = read('MESSAGE_DELETE_BULK', bulkDeleteSchema, data);
    if (deleted !== null) onDelete(deleted.channel_id, deleted.ids);
  }

  return {
    onDispatch({ name, data, shardId }) {
      directory.learn({ name, data });
      guilds.learn({ name, data });
      switch (name) {
        case 'MESSAGE_CREATE':
          return onCreate(data, shardId);
        case 'MESSAGE_UPDATE':
          return onUpdate(data);
        case 'MESSAGE_DELETE': {
          const head = read(name, messageHeadSchema, data);
          return head === null ? undefined : onDelete(head.channel_id, [head.id]);
        }
        case 'MESSAGE_DELETE_BULK':
          return onBulkDelete(data);
        case 'READY': {
          const servers = read(name, readySchema, data)?.guilds.map(({ id }) => id) ?? [];
          lanes.add(`catch-up of ${shardId}`, catchUp.begin(shardId, servers));
          return;
        }
        case 'RESUMED':
          lanes.add(`catch-up of ${shardId}`, catchUp.resume(shardId));
          return;
        case 'GUILD_CREATE':
        case 'GUILD_DELETE': {
          const server = read(name, goneSchema, data);
          return server === null ? undefined : catchUp.arrived(server.id);
        }
        default:
          return;
      }
    },
    connect(onEvent, signal) {
      connected.resolve(createHandOver({ onEvent, clock, logger }));
      const work = Promise.all([lanes.run(signal), seen.keep(signal)]);
      ended = work.then(seen.finish);
      stopped = signal;
    },
    async idle() {
      await lanes.idle();
      if (stopped?.aborted === true) await ended;
    },
  };
}
