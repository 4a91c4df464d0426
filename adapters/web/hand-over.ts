import { errorMessage } from '../../src/lib/errors.ts';
import type { Logger } from '../../src/lib/logger.ts';
import type { InboxEvent, Receipt } from '../../src/turn/inbox.ts';
import { conversationKey, type Turn } from '../../src/turn/turn.ts';
import { decodeTurn } from './decode.ts';
import type { MessageLog } from './message-log.ts';
import type { People } from './people.ts';
import type { PictureFiles } from './picture-files.ts';
import type { MessageRow } from './wire.ts';

/** Brings stored messages to the bot, each until it was accepted, in the order of their conversation. */
export type HandOver = {
  /** From now on messages go there; those that an earlier run did not get rid of go first. Resolves when these are through. */
  connect(onEvent: (event: InboxEvent) => Promise<Receipt>): Promise<void>;
  disconnect(): void;
  /** `waiting`: nobody took it; it stays and is handed over at the next `connect`. */
  take(message: MessageRow): Promise<Receipt | 'waiting'>;
  stop(subject: string, person: Turn['person']): Promise<Receipt | 'waiting'>;
};

type HandOverParts = {
  readonly log: MessageLog;
  readonly people: People;
  readonly files: PictureFiles;
  readonly logger: Logger;
  readonly botName: string;
};

/** Starts without a bot to hand over to. */
export function createHandOver({ log, people, files, logger, botName }: HandOverParts): HandOver {
  let onEvent: ((event: InboxEvent) => Promise<Receipt>) | null = null;
  const lanes = new Map<string, Promise<unknown>>();

  /** Whoever calls the bot into a thread means the picture that the thread is about. */
  const quotedBy = (message: MessageRow): string | null =>
    message.quotes ?? (message.thread !== null && log.isFirstForBot(message) ? message.thread : null);

  const toTurn = (message: MessageRow): Turn => {
    const author = message.author ?? '';
    const person = { id: author, name: people.nameOf(author) ?? 'Somebody' };
    const quoted = quotedBy(message);
    const quotedFiles = quoted === null ? [] : files.of(quoted);
    return decodeTurn(message, person, { own: files.of(message.id), quoted: quotedFiles }, botName);
  };

  /** Runs after everything of the same conversation that came before. */
  async function inOrder<Value>(key: string, act: () => Promise<Value>): Promise<Value> {
    const before = lanes.get(key) ?? Promise.resolve();
    const mine = before.then(act, act);
    lanes.set(key, mine);
    try {
      return await mine;
    } finally {
      if (lanes.get(key) === mine) lanes.delete(key);
    }
  }

  async function tell(event: InboxEvent): Promise<Receipt | 'waiting'> {
    if (onEvent === null) return 'waiting';
    try {
      return await onEvent(event);
    } catch (error) {
      logger.warn({ event: event.type, reason: errorMessage(error) }, 'A message of the playground was not taken.');
      return 'waiting';
    }
  }

  function take(message: MessageRow): Promise<Receipt | 'waiting'> {
    const turn = toTurn(message);
    return inOrder(conversationKey(turn), async () => {
      if (log.find(message.id)?.handed) return 'duplicate';
      const receipt = await tell({ type: 'turn', turn });
      if (receipt !== 'waiting') log.markHanded(message.id);
      return receipt;
    });
  }

  /** One message that cannot be read must not keep the others, and the start, waiting. */
  async function takeLeftOver(message: MessageRow): Promise<void> {
    try {
      await take(message);
    } catch (error) {
      logger.error({ message: message.id, reason: errorMessage(error) }, 'A stored message could not be handed over.');
    }
  }

  return {
    async connect(listener) {
      onEvent = listener;
      await Promise.all(log.waiting().map(takeLeftOver));
    },
    disconnect() {
      onEvent = null;
    },
    take,
    stop: (subject, person) => tell({ type: 'stop', subject, person }),
  };
}
