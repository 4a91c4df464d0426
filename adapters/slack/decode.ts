import type { ImageRef } from '../../src/turn/image-ref.ts';
import { isForBot } from '../../src/turn/triggers.ts';
import type { Person, Turn } from '../../src/turn/turn.ts';
import { renderRoute } from './answers/answer-route.ts';
import { slackName } from './inbox.ts';
import { firstCalled, mentionsPerson } from './messages/readable-text.ts';
import type { WireMessage } from './wire.ts';

/** The question that a message is: the same whenever and however it is read. `tenant`: the workspace that owns the channel. */
export function subjectOf(tenant: string, channel: string, ts: string): string {
  return `${slackName}:${tenant}:${channel}:${ts}`;
}

/** Where a message was written, as its event says. */
export type MessagePlace = {
  /** The workspace through which the app heard it. */
  readonly via: string;
  readonly channel: string;
  /** In the direct messages of somebody and the bot. */
  readonly isDirect: boolean;
};

/** Slack writes in its own name, too, as if it were somebody. */
const slackbot = 'USLACKBOT';
/** What people write. Every other subtype is about something that happened. */
const spoken: readonly (string | null | undefined)[] = [
  null,
  undefined,
  'file_share',
  'thread_broadcast',
  'me_message',
];

/** Whether somebody wrote it: no bot, no workflow, and not Slack itself. */
export function isFromPerson(message: WireMessage): boolean {
  const isBots = Boolean(message.bot_id) || (message.bot_profile !== undefined && message.bot_profile !== null);
  return !isBots && Boolean(message.user) && message.user !== slackbot && spoken.includes(message.subtype);
}

/** The thread that it was written in; null for a message of the channel itself, also one that a thread hangs on. */
export function threadOf({ ts, thread_ts: thread }: WireMessage): string | null {
  return thread && thread !== ts ? thread : null;
}

/** The workspace of whoever wrote it; null where the event does not say. */
export function authorTeamOf(message: WireMessage): string | null {
  return message.user_team || message.source_team || message.team || null;
}

/** Whether there is nothing in it: no words, no files, nothing below. */
function isEmpty({ text, files, attachments }: WireMessage): boolean {
  return !text?.trim() && (files ?? []).length === 0 && (attachments ?? []).length === 0;
}

/** Whether the message may be for the bot, by what it says alone: most of what goes on in a channel is not. */
export function mayBeForBot(message: WireMessage, isDirect: boolean): boolean {
  if (!isFromPerson(message)) return false;
  return isDirect || threadOf(message) !== null || (message.text ?? '').includes('<@');
}

/** What has to be found out about a message before it can be judged. */
export type Surroundings = {
  readonly botUserId: string;
  readonly isDirect: boolean;
  /** Whether Slack itself calls it a mention of the bot. */
  readonly isMention: boolean;
  /** In a thread that the bot answers in. */
  readonly inBotThread: boolean;
};

/** Whether the message calls the bot by name. Groups and everybody do not count. */
export function callsBot(
  message: WireMessage,
  { botUserId, isMention }: Pick<Surroundings, 'botUserId' | 'isMention'>,
) {
  return isMention || mentionsPerson(message.text ?? '', botUserId);
}

/** In a thread of the bot people also talk to each other, calling each other first. */
function isForSomebodyElse(message: WireMessage, botUserId: string): boolean {
  const called = firstCalled(message.text ?? '');
  return called !== null && called !== botUserId;
}

/** Whether the bot has to answer. */
export function decodeTrigger(message: WireMessage, surroundings: Surroundings): boolean {
  const { botUserId, isDirect, inBotThread } = surroundings;
  return isForBot({
    fromBot: !isFromPerson(message) || message.user === botUserId,
    mentionsBot: callsBot(message, surroundings),
    direct: isDirect && !isEmpty(message),
    inBotThread: inBotThread && !isEmpty(message) && !isForSomebodyElse(message, botUserId),
    isCommand: false,
  });
}

/** What was found out about a message that is for the bot. */
export type DecodedParts = {
  readonly place: MessagePlace;
  readonly tenant: string;
  readonly person: Person;
  /** Null where it is not known. */
  readonly askerTeam: string | null;
  readonly text: string;
  readonly images: readonly ImageRef[];
  readonly quotedImages: readonly ImageRef[];
  readonly receivedAtMs: number;
};

/** The conversation that a message belongs to: direct messages outside of threads are one. */
export function conversationOf(message: WireMessage, { channel, isDirect }: MessagePlace): string {
  return threadOf(message) ?? (isDirect ? channel : message.ts);
}

/** The turn that a message is. `edit` tells an edited message from the one it was: when Slack says that it happened. */
export function decodeTurn(message: WireMessage, edit: string | null, parts: DecodedParts): Turn {
  const { place, tenant } = parts;
  const subject = subjectOf(tenant, place.channel, message.ts);
  return {
    id: edit === null ? subject : `${subject}~${edit}`,
    subject,
    platform: slackName,
    tenant,
    channel: place.channel,
    thread: conversationOf(message, place),
    opensThread: !place.isDirect && threadOf(message) === null,
    message: message.ts,
    route: renderRoute({ type: 'messages', via: place.via, askerTeam: parts.askerTeam }),
    direct: place.isDirect,
    aside: false,
    person: parts.person,
    text: parts.text,
    model: null,
    images: parts.images,
    quotedImages: parts.quotedImages,
    unseen: null,
    receivedAtMs: parts.receivedAtMs,
  };
}
