import { ChannelType, MessageType } from 'discord-api-types/v10';
import type { ImageRef } from '../../src/turn/image-ref.ts';
import { isForBot } from '../../src/turn/triggers.ts';
import type { Person, Turn } from '../../src/turn/turn.ts';
import { renderRoute } from './answers/answer-route.ts';
import { isThread, type KnownChannel } from './directory/channel-directory.ts';
import { discordName } from './inbox.ts';
import { firstCalled, mentionsPerson } from './messages/readable-text.ts';
import type { WireMessage, WirePlainMessage } from './wire.ts';

/** What direct messages have in place of a server. */
export const directTenant = 'dm';

/** The question that a message is: the same whenever and however it is read. */
export function subjectOf(messageId: string): string {
  return `${discordName}:${messageId}`;
}

/** Where a message was written. */
export type Spot =
  | { readonly type: 'direct'; readonly channel: string }
  | { readonly type: 'thread'; readonly server: string; readonly channel: string; readonly thread: string }
  /** `opensThreads`: an answer gets a thread of its own; where there are none it is a reply. */
  | { readonly type: 'channel'; readonly server: string; readonly channel: string; readonly opensThreads: boolean };

/** Where the messages of a channel stand; null where the bot does not talk. `server`: as the message says, if it does. */
export function toSpot(channel: KnownChannel, server: string | null): Spot | null {
  if (channel.type === ChannelType.DM) return { type: 'direct', channel: channel.id };
  const inServer = channel.guildId ?? server;
  if (inServer === null) return null;
  if (isThread(channel)) {
    if (channel.parentId === null) return null;
    return { type: 'thread', server: inServer, channel: channel.parentId, thread: channel.id };
  }
  const opensThreads = channel.type === ChannelType.GuildText || channel.type === ChannelType.GuildAnnouncement;
  return { type: 'channel', server: inServer, channel: channel.id, opensThreads };
}

/** Whether a person wrote it: no bot, no webhook, and not Discord itself on somebody's behalf. */
function isFromPerson(message: WireMessage, botId: string): boolean {
  return (
    (message.type === MessageType.Default || message.type === MessageType.Reply) &&
    !message.webhook_id &&
    message.author.bot !== true &&
    message.author.id !== botId
  );
}

/** Whether the message calls the bot itself by name. A reply with a ping does, too. Roles and everybody do not. */
function mentionsBot(message: WireMessage, botId: string): boolean {
  return message.mentions.some(({ id }) => id === botId) || mentionsPerson(message.content, botId);
}

/** The message that it replies to, by id; null when it is no reply. */
export function repliedTo(message: WireMessage): { readonly channel: string; readonly message: string } | null {
  const reference = message.message_reference;
  if (!reference?.message_id || reference.type !== 0) return null;
  return { channel: reference.channel_id ?? message.channel_id, message: reference.message_id };
}

/** Whether the message may be for the bot, by what it says alone: most of what goes on in a server is not. */
export function mayBeForBot(message: WireMessage, botId: string, readsAll: boolean): boolean {
  if (!isFromPerson(message, botId)) return false;
  if (readsAll || !message.guild_id || mentionsBot(message, botId)) return true;
  const { referenced_message: quoted } = message;
  return repliedTo(message) !== null && (quoted === undefined || quoted?.author.id === botId);
}

/** Whether there is nothing in it: no words, no files, no previews. */
export function isEmpty(message: WirePlainMessage): boolean {
  const holders = [message, ...message.message_snapshots.map((snapshot) => snapshot.message)];
  return holders.every(
    ({ content, attachments, embeds }) => content === '' && attachments.length === 0 && embeds.length === 0,
  );
}

/** In a thread of the bot people also talk to each other: by replying to somebody else, or by calling them first. */
function isForSomebodyElse(message: WireMessage, quoted: WirePlainMessage | null, botId: string): boolean {
  const called = firstCalled(message.content);
  if (called !== null && called !== botId) return true;
  return quoted !== null && quoted.author.id !== botId && quoted.author.id !== message.author.id;
}

/** What has to be found out about a message before it can be judged. */
export type Surroundings = {
  readonly botId: string;
  readonly spot: Spot;
  /** What it replies to; null when that is nothing, or gone. */
  readonly quoted: WirePlainMessage | null;
  /** In a thread that the bot answers in, where it may read everything. */
  readonly readsThread: boolean;
};

/** Whether the bot has to answer. */
export function decodeTrigger(message: WireMessage, { botId, spot, quoted, readsThread }: Surroundings): boolean {
  return isForBot({
    fromBot: !isFromPerson(message, botId),
    mentionsBot: mentionsBot(message, botId) || quoted?.author.id === botId,
    direct: spot.type === 'direct',
    inBotThread: readsThread && !isEmpty(message) && !isForSomebodyElse(message, quoted, botId),
    isCommand: false,
  });
}

/** What was found out about a message that is for the bot. */
export type DecodedParts = {
  readonly spot: Spot;
  /** The conversation of the message of the bot that it replies to, outside of threads; null where it begins one. */
  readonly chain: string | null;
  readonly person: Person;
  readonly text: string;
  readonly images: readonly ImageRef[];
  readonly quotedImages: readonly ImageRef[];
  readonly unseen: string | null;
  readonly receivedAtMs: number;
};

type TurnPlace = Pick<Turn, 'tenant' | 'channel' | 'thread' | 'opensThread' | 'route' | 'direct'>;

function toTurnPlace(message: WireMessage, { spot, chain }: DecodedParts): TurnPlace {
  const reply = renderRoute({ type: 'reply' });
  switch (spot.type) {
    case 'direct': {
      const { channel } = spot;
      return { tenant: directTenant, channel, thread: channel, opensThread: false, route: '', direct: true };
    }
    case 'thread': {
      const { server, channel, thread } = spot;
      return { tenant: server, channel, thread, opensThread: false, route: '', direct: false };
    }
    case 'channel': {
      const place = { tenant: spot.server, channel: spot.channel, direct: false };
      if (chain !== null) return { ...place, thread: chain, opensThread: false, route: reply };
      const { opensThreads } = spot;
      return { ...place, thread: message.id, opensThread: opensThreads, route: opensThreads ? '' : reply };
    }
    default:
      return spot satisfies never;
  }
}

/** The turn that a message is. `edit` tells an edited message from the one it was. */
export function decodeTurn(message: WireMessage, edit: string | null, parts: DecodedParts): Turn {
  const subject = subjectOf(message.id);
  return {
    id: edit === null ? subject : `${subject}~${edit}`,
    subject,
    platform: discordName,
    ...toTurnPlace(message, parts),
    message: message.id,
    aside: false,
    person: parts.person,
    text: parts.text,
    model: null,
    images: parts.images,
    quotedImages: parts.quotedImages,
    unseen: parts.unseen,
    receivedAtMs: parts.receivedAtMs,
  };
}
