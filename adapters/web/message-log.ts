import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../../src/lib/clock.ts';
import type { Ids } from '../../src/lib/ids.ts';
import type { ShownPart } from './render.ts';
import { type MessageRow, messageRowSchema, numberRowSchema } from './wire.ts';

/** Where a message stands: openly in a channel, or in the thread that opened on the message named. */
export type Spot = { readonly channel: string; readonly thread: string | null };

/** A message of a person, about to be kept. */
export type NewMessage = Spot & {
  readonly author: string;
  readonly text: string;
  readonly quotes: string | null;
  /** Repeated with every try to post the same message. */
  readonly nonce: string;
  readonly forBot: boolean;
};

/** A message of the bot, about to be kept. */
export type NewAnswer = Spot &
  ShownPart & {
    /** The same for every try to post it. */
    readonly postKey: string;
    readonly turnId: string;
    /** Who may stop it; null when that is not known. */
    readonly asker: string | null;
  };

/** Everything that was said, durable. */
export type MessageLog = {
  /** The message as it was kept before, when the author's nonce is known. */
  add(message: NewMessage): MessageRow;
  findPosted(author: string, nonce: string): MessageRow | null;
  /** The answer as it was kept before, when its key is known. */
  addAnswer(answer: NewAnswer): { readonly row: MessageRow; readonly isNew: boolean };
  find(id: string): MessageRow | null;
  edit(id: string, part: ShownPart): MessageRow | null;
  remove(id: string): void;
  /** The last messages of a channel, threads left out, oldest first; with `beforeSeq` those before it. */
  page(channel: string, beforeSeq: number | null, limit: number): readonly MessageRow[];
  /** The last messages of a thread, oldest first, without the one it opened on. */
  thread(root: string, limit: number): readonly MessageRow[];
  countReplies(root: string): number;
  countSince(author: string, sinceMs: number): number;
  /** Messages for the bot that it has not accepted yet, in order. */
  waiting(): readonly MessageRow[];
  markHanded(id: string): void;
  /** Nothing before it in its thread was for the bot. */
  isFirstForBot(message: MessageRow): boolean;
  /** The bot answers in that thread from now on. */
  markBotThread(root: string): void;
  isBotThread(root: string): boolean;
};

const columns =
  'seq, id, channel, thread, author, text, state, at_ms, revision, quotes, nonce, for_bot, handed, turn_id, asker';

/** Keeps the messages in the database. Every change gives its message a higher revision. */
export function createMessageLog(database: DatabaseSync, clock: Clock, ids: Ids): MessageLog {
  const select = (rest: string) => database.prepare(`SELECT ${columns} FROM web_messages ${rest}`);
  const byId = select('WHERE id = ?');
  const byNonce = select('WHERE author = ? AND nonce = ?');
  const byKey = select('WHERE post_key = ?');
  const lastOfChannel = select('WHERE channel = ? AND thread IS NULL AND seq < ? ORDER BY seq DESC LIMIT ?');
  const lastOfThread = select('WHERE channel = ? AND thread = ? ORDER BY seq DESC LIMIT ?');
  const notHanded = select('WHERE handed = 0 ORDER BY seq');
  const insert = database.prepare(
    `INSERT INTO web_messages (id, channel, thread, author, text, state, at_ms, revision, quotes, nonce, for_bot, handed, post_key, turn_id, asker)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const update = database.prepare('UPDATE web_messages SET text = ?, state = ?, revision = ? WHERE id = ?');
  const remove = database.prepare('DELETE FROM web_messages WHERE id = ?');
  const handed = database.prepare('UPDATE web_messages SET handed = 1 WHERE id = ?');
  const replies = database.prepare('SELECT COUNT(*) AS value FROM web_messages WHERE channel = ? AND thread = ?');
  const since = database.prepare('SELECT COUNT(*) AS value FROM web_messages WHERE author = ? AND at_ms > ?');
  const botThread = database.prepare('INSERT OR IGNORE INTO web_bot_threads VALUES (?)');
  const hasBotThread = database.prepare('SELECT COUNT(*) AS value FROM web_bot_threads WHERE root = ?');
  const askedBefore = database.prepare(
    'SELECT COUNT(*) AS value FROM web_messages WHERE for_bot = 1 AND seq < ?1 AND (id = ?2 OR thread = ?2)',
  );
  const highest = database.prepare('SELECT MAX(revision) AS value FROM web_messages').get();

  let revision = numberRowSchema.parse(highest).value;
  const nextRevision = () => {
    revision += 1;
    return revision;
  };
  const toRow = (row: unknown) => (row === undefined ? null : messageRowSchema.parse(row));
  const toRows = (rows: readonly unknown[]) => rows.map((row) => messageRowSchema.parse(row));
  const toNumber = (row: unknown) => numberRowSchema.parse(row).value;
  const require = (row: MessageRow | null): MessageRow => {
    if (row === null) throw new Error('a message that was just written cannot be read');
    return row;
  };
  const find = (id: string) => toRow(byId.get(id));

  return {
    find,
    findPosted: (author, nonce) => toRow(byNonce.get(author, nonce)),
    add({ channel, thread, author, text, quotes, nonce, forBot }) {
      const known = toRow(byNonce.get(author, nonce));
      if (known !== null) return known;
      const [id, bot, done] = [ids.token(), forBot ? 1 : 0, forBot ? 0 : 1];
      insert.run(
        id,
        channel,
        thread,
        author,
        text,
        'final',
        clock.now(),
        nextRevision(),
        quotes,
        nonce,
        bot,
        done,
        null,
        null,
        null,
      );
      return require(find(id));
    },
    addAnswer({ channel, thread, text, state, postKey, turnId, asker }) {
      const known = toRow(byKey.get(postKey));
      if (known !== null) return { row: known, isNew: false };
      const id = ids.token();
      insert.run(
        id,
        channel,
        thread,
        null,
        text,
        state,
        clock.now(),
        nextRevision(),
        null,
        null,
        0,
        1,
        postKey,
        turnId,
        asker,
      );
      return { row: require(find(id)), isNew: true };
    },
    edit(id, part) {
      update.run(part.text, part.state, nextRevision(), id);
      return find(id);
    },
    remove(id) {
      remove.run(id);
    },
    page: (channel, beforeSeq, limit) =>
      toRows(lastOfChannel.all(channel, beforeSeq ?? Number.MAX_SAFE_INTEGER, limit)).reverse(),
    thread(root, limit) {
      const opened = find(root);
      return opened === null ? [] : toRows(lastOfThread.all(opened.channel, root, limit)).reverse();
    },
    countReplies(root) {
      const opened = find(root);
      return opened === null ? 0 : toNumber(replies.get(opened.channel, root));
    },
    countSince: (author, sinceMs) => toNumber(since.get(author, sinceMs)),
    waiting: () => toRows(notHanded.all()),
    markHanded(id) {
      handed.run(id);
    },
    isFirstForBot: (message) => toNumber(askedBefore.get(message.seq, message.thread ?? message.id)) === 0,
    markBotThread(root) {
      botThread.run(root);
    },
    isBotThread: (root) => toNumber(hasBotThread.get(root)) > 0,
  };
}
