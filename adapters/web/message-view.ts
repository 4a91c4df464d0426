import type { MessageLog } from './message-log.ts';
import type { People } from './people.ts';
import type { PictureFiles } from './picture-files.ts';
import type { FileRow, MessageRow } from './wire.ts';

/** A file as the page shows it. `kind` is null for what is shown as a name only. */
export type FileView = {
  readonly id: string;
  readonly name: string;
  readonly sizeBytes: number;
  readonly kind: string | null;
  /** No longer kept. */
  readonly gone: boolean;
};

/** A message as the page shows it. Of two with the same id the one with the higher revision is newer. */
export type MessageView = {
  readonly id: string;
  readonly seq: number;
  readonly revision: number;
  readonly channel: string;
  readonly thread: string | null;
  readonly author: { readonly id: string | null; readonly name: string; readonly bot: boolean };
  readonly text: string;
  readonly state: 'streaming' | 'final';
  readonly atMs: number;
  readonly nonce: string | null;
  /** Who may stop it. */
  readonly asker: string | null;
  readonly forBot: boolean;
  readonly files: readonly FileView[];
  readonly quote: { readonly id: string; readonly author: string; readonly text: string } | null;
  readonly replies: number;
  /** The bot answers in the thread on this message. */
  readonly botThread: boolean;
};

/** Makes the page's form of a stored message. */
export type ToMessageView = (message: MessageRow) => MessageView;

/** So much of a quoted message is shown, in UTF-16 units. */
const quoteLength = 140;

function toFileView(file: FileRow): FileView {
  return { id: file.id, name: file.name, sizeBytes: file.size_bytes, kind: file.mime_type, gone: file.gone };
}

function shorten(text: string): string {
  return text.length <= quoteLength ? text : `${text.slice(0, quoteLength).replace(/[\ud800-\udbff]$/, '')}…`;
}

/** Brings together what the page needs to show a message. */
export function createMessageViews(
  log: MessageLog,
  people: People,
  files: PictureFiles,
  botTitle: string,
): ToMessageView {
  const nameOf = (author: string | null) => (author === null ? botTitle : (people.nameOf(author) ?? 'Somebody'));

  const quoteOf = (id: string | null): MessageView['quote'] => {
    const quoted = id === null ? null : log.find(id);
    if (quoted === null) return null;
    const count = files.of(quoted.id).length;
    const text = quoted.text === '' ? (count === 1 ? 'a file' : `${count} files`) : shorten(quoted.text);
    return { id: quoted.id, author: nameOf(quoted.author), text };
  };

  return function toMessageView(message) {
    const opensThread = message.thread === null;
    return {
      id: message.id,
      seq: message.seq,
      revision: message.revision,
      channel: message.channel,
      thread: message.thread,
      author: { id: message.author, name: nameOf(message.author), bot: message.author === null },
      text: message.text,
      state: message.state,
      atMs: message.at_ms,
      nonce: message.nonce,
      asker: message.asker,
      forBot: message.for_bot,
      files: files.of(message.id).map(toFileView),
      quote: quoteOf(message.quotes),
      replies: opensThread ? log.countReplies(message.id) : 0,
      botThread: opensThread && log.isBotThread(message.id),
    };
  };
}
