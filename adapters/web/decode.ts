import type { ImageRef } from '../../src/turn/image-ref.ts';
import { isForBot } from '../../src/turn/triggers.ts';
import type { Turn } from '../../src/turn/turn.ts';
import { isDirect, webTenant } from './channels.ts';
import type { WebPerson } from './people.ts';
import type { FileRow, MessageRow } from './wire.ts';

/** The platform's name, as in `Turn.platform`. */
export const webPlatformName = 'web';

/** What a text says to the bot. */
type Addressed = { readonly mentionsBot: boolean; readonly text: string };

// A name in code is written about, not called.
const code = /(```[\s\S]*?```|`[^`\n]+`)/;

/**
 * Finds `@name` anywhere but in code, in any case, and takes it out together with the comma or colon behind it. Part of a
 * longer word or of an e-mail address is no mention.
 */
export function decodeMention(text: string, botName: string): Addressed {
  const mention = new RegExp(` ?(?<![\\p{L}\\p{N}_@.-])@${botName}(?![\\p{L}\\p{N}_-])[,:]? ?`, 'giu');
  const pieces = text.split(code);
  const without = pieces.map((piece, index) => (index % 2 === 1 ? piece : piece.replace(mention, ' '))).join('');
  const lines = without.split('\n').map((line) => line.trim());
  return { mentionsBot: without !== text, text: lines.join('\n').trim() };
}

/** A slash and a word, or `!m`: a path such as `/usr/bin` is none. */
export function isCommand(text: string): boolean {
  return /^(?:\/[a-z]+|!m)(?=\s|$)/i.test(text.trim());
}

/** Whether a message that a person is about to post has to be answered by the bot. */
export function decodeTrigger(
  message: { readonly channel: string; readonly text: string; readonly inBotThread: boolean },
  botName: string,
): boolean {
  const { mentionsBot, text } = decodeMention(message.text, botName);
  return isForBot({
    fromBot: false,
    mentionsBot,
    direct: isDirect(message.channel),
    inBotThread: message.inBotThread,
    isCommand: isCommand(text),
  });
}

/** The turn's id belongs to its message, so that a message handed over twice is one turn. */
export function turnIdOf(messageId: string): string {
  return `${webPlatformName}-${messageId}`;
}

/** The message of a turn of ours, or null for any other turn. */
export function messageOfTurn(turnId: string): string | null {
  return turnId.startsWith(`${webPlatformName}-`) ? turnId.slice(webPlatformName.length + 1) : null;
}

function toImageRef(file: FileRow): ImageRef {
  return { id: file.id, name: file.name, sizeBytes: file.size_bytes, locator: file.id };
}

/** The turn that a stored message is. It has the same id and the same content whenever it is made. */
export function decodeTurn(
  message: MessageRow,
  person: WebPerson,
  files: { readonly own: readonly FileRow[]; readonly quoted: readonly FileRow[] },
  botName: string,
): Turn {
  const direct = isDirect(message.channel);
  return {
    id: turnIdOf(message.id),
    subject: turnIdOf(message.id),
    platform: webPlatformName,
    tenant: webTenant,
    channel: message.channel,
    thread: direct ? message.channel : (message.thread ?? message.id),
    opensThread: !direct && message.thread === null,
    message: message.id,
    route: '',
    direct,
    aside: false,
    // Nobody is in charge of a playground: whoever may open it may choose models for its channels.
    person: { id: person.id, name: person.name, moderator: true, managesChannel: true, managesServer: true },
    text: decodeMention(message.text, botName).text,
    model: null,
    images: files.own.map(toImageRef),
    quotedImages: files.quoted.map(toImageRef),
    unseen: null,
    receivedAtMs: message.at_ms,
  };
}
