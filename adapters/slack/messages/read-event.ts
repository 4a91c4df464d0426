import type { ReadPayload } from '../../../src/lib/read-payload.ts';
import { isFromPerson, type MessagePlace, threadOf } from '../decode.ts';
import type { EventCallback } from '../events/event-callback.ts';
import { messageEventSchema, type WireMessage, type WireMessageEvent } from '../wire.ts';

/** Where an event of a message came from. */
export type EventPlace = MessagePlace & {
  readonly enterprise: string | null;
  /** With other organisations. */
  readonly isShared: boolean;
};

/** Something that somebody did with a message. */
export type MessageEvent =
  | {
      readonly type: 'written';
      readonly place: EventPlace;
      readonly message: WireMessage;
      /** When it was edited, as Slack says; null when it is new. */
      readonly edit: string | null;
      /** It is the event that Slack sends for mentions of the bot, beside the one for the message. */
      readonly isMention: boolean;
    }
  | { readonly type: 'removed'; readonly place: EventPlace; readonly ts: string; readonly thread: string | null };

/** Somebody wrote or edited a message. */
export type WrittenEvent = Extract<MessageEvent, { readonly type: 'written' }>;

const idsOf = (message: WireMessage) => (message.files ?? []).map(({ id }) => id ?? '').join(' ');

/**
 * When a person changed what the message says; null when nobody did: previews, pins and counts of replies are reported as changes,
 * too.
 */
function editOf(message: WireMessage, previous: WireMessage | null | undefined): string | null {
  const edit = message.edited?.ts ?? null;
  if (edit === null || !previous) return edit;
  const isSame = (message.text ?? '') === (previous.text ?? '') && idsOf(message) === idsOf(previous);
  return previous.edited?.ts === edit || isSame ? null : edit;
}

/** The bot's own answers go without a question going. Who wrote a message that is not shown any more is not always said. */
const isBots = (message: WireMessage | null | undefined) =>
  Boolean(message) && Boolean(message?.bot_id || (message?.bot_profile !== undefined && message.bot_profile !== null));

function readChange(place: EventPlace, { message, previous_message: previous }: WireMessageEvent): MessageEvent | null {
  if (!message || isBots(previous)) return null;
  if (message.subtype === 'tombstone') return { type: 'removed', place, ts: message.ts, thread: threadOf(message) };
  const edit = isFromPerson(message) ? editOf(message, previous) : null;
  return edit === null ? null : { type: 'written', place, message, edit, isMention: false };
}

function readDeletion(place: EventPlace, event: WireMessageEvent): MessageEvent | null {
  const { previous_message: previous, deleted_ts: ts } = event;
  if (!ts || isBots(previous)) return null;
  return { type: 'removed', place, ts, thread: previous ? threadOf(previous) : null };
}

/** What the event is about; null when it is nothing that people did with a message, or cannot be read. */
export function readMessageEvent(callback: EventCallback, read: ReadPayload): MessageEvent | null {
  const event = read(callback.type, messageEventSchema, callback.event);
  if (event === null) return null;
  const { via, enterprise, isShared } = callback;
  const { channel } = event;
  const isMention = callback.type === 'app_mention';
  // Not every event says what the channel is; the id of direct messages does.
  const isDirect = event.channel_type === 'im' || channel.startsWith('D');
  const place: EventPlace = { via, enterprise, isShared, channel, isDirect };
  switch (event.subtype) {
    case 'message_changed':
      return readChange(place, event);
    case 'message_deleted':
      return readDeletion(place, event);
    default:
      if (event.hidden === true || !isFromPerson(event)) return null;
      // A message that is edited to call the bot may come as a mention, too: that is the same asking.
      return { type: 'written', place, message: event, edit: isMention ? (event.edited?.ts ?? null) : null, isMention };
  }
}
