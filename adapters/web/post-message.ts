import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../../src/lib/clock.ts';
import { canSee, isDirect } from './channels.ts';
import { decodeTrigger } from './decode.ts';
import type { HandOver } from './hand-over.ts';
import type { MessageLog } from './message-log.ts';
import type { WebPerson } from './people.ts';
import type { PictureFiles } from './picture-files.ts';
import { Refusal } from './refusal.ts';
import type { MessageRow, PostRequest } from './wire.ts';

/** So many messages of one person in so long a time. */
const floodLimit = { count: 20, windowMs: 10_000 } as const;

type PostMessageParts = {
  readonly database: DatabaseSync;
  readonly log: MessageLog;
  readonly files: PictureFiles;
  readonly handOver: HandOver;
  readonly clock: Clock;
  readonly botName: string;
  /** The message was kept: everybody may see it. */
  announce(message: MessageRow): void;
};

/**
 * Keeps a person's message and hands it to the bot when it is for the bot. Resolves when the bot has taken it for good; the
 * same nonce is the same message, so a page that did not hear of that may simply send it again.
 */
export type PostMessage = (person: WebPerson, request: PostRequest) => Promise<MessageRow>;

/** Posts by the rules of the playground; every refusal is a `Refusal`. */
export function createPostMessage(parts: PostMessageParts): PostMessage {
  const { database, log, files, handOver, clock, botName } = parts;

  function checkPlace(person: WebPerson, { channel, thread, quotes }: PostRequest): void {
    if (!canSee(person.id, channel)) throw new Refusal('web-not-found', 'There is no such channel.');
    const root = thread === null ? null : log.find(thread);
    if (thread !== null && (isDirect(channel) || root === null || root.channel !== channel || root.thread !== null)) {
      throw new Refusal('web-not-found', 'That thread is no longer there.');
    }
    if (quotes !== null && log.find(quotes)?.channel !== channel) {
      throw new Refusal('web-not-found', 'The message you reply to is no longer there.');
    }
  }

  function checkContent(person: WebPerson, { text, files: fileIds }: PostRequest): void {
    if (text.trim() === '' && fileIds.length === 0) {
      throw new Refusal('web-invalid', 'The message is empty: write something or add a picture.');
    }
    if (log.countSince(person.id, clock.now() - floodLimit.windowMs) >= floodLimit.count) {
      throw new Refusal('web-too-fast', 'You are writing very fast. Wait a few seconds and send it again.');
    }
  }

  /** The message with its files, and the thread it makes the bot's: all of it or nothing. */
  function store(person: WebPerson, request: PostRequest): MessageRow {
    const { channel, thread, text, quotes, nonce } = request;
    const inBotThread = thread !== null && log.isBotThread(thread);
    const forBot = decodeTrigger({ channel, text, inBotThread }, botName);
    database.exec('BEGIN IMMEDIATE');
    try {
      const message = log.add({ channel, thread, author: person.id, text: text.trim(), quotes, nonce, forBot });
      if (!files.attach(person.id, request.files, message.id)) {
        throw new Refusal('web-invalid', 'A file of this message is no longer there: add it again.');
      }
      if (forBot && !isDirect(channel)) log.markBotThread(thread ?? message.id);
      database.exec('COMMIT');
      return message;
    } catch (error) {
      database.exec('ROLLBACK');
      throw error;
    }
  }

  function keep(person: WebPerson, request: PostRequest): MessageRow {
    const known = log.findPosted(person.id, request.nonce);
    if (known !== null) return known;
    checkPlace(person, request);
    checkContent(person, request);
    const message = store(person, request);
    parts.announce(message);
    return message;
  }

  return async function postMessage(person, request) {
    const message = keep(person, request);
    if (!message.for_bot || message.handed) return message;
    if ((await handOver.take(message)) === 'waiting') {
      throw new Refusal('web-not-taken', 'Sightline is not ready. Your message is kept; send it again in a moment.');
    }
    return message;
  };
}
