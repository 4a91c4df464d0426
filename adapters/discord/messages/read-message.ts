import { ChannelType } from 'discord-api-types/v10';
import type { Logger } from '../../../src/lib/logger.ts';
import type { MayUse } from '../../../src/turn/access.ts';
import type { Person, Turn } from '../../../src/turn/turn.ts';
import { decodeTrigger, decodeTurn, mayBeForBot, repliedTo, type Spot, toSpot } from '../decode.ts';
import type { KnownChannel } from '../directory/channel-directory.ts';
import type { GuildDirectory } from '../directory/guild-directory.ts';
import { memberRights, noRights } from '../directory/member-rights.ts';
import type { ThreadMemory } from '../directory/thread-memory.ts';
import type { WireMember, WireMessage, WirePlainMessage } from '../wire.ts';
import { mayHavePicture } from './collect-pictures.ts';
import { createPictureFinder, type PictureFinderParts } from './find-pictures.ts';
import type { LinkPreviews } from './link-previews.ts';
import { readableText } from './readable-text.ts';

/** A message as it came. */
export type ReceivedMessage = {
  readonly message: WireMessage;
  /** When it was edited, as Discord writes it; null for a new message. */
  readonly edit: string | null;
  readonly receivedAtMs: number;
};

/** The turn that the message is, with everything that belongs to it; null when it is not for the bot. */
export type ReadMessage = (received: ReceivedMessage, signal: AbortSignal) => Promise<Turn | null>;

/** What reading messages needs. */
export type MessageReaderParts = PictureFinderParts & {
  readonly guilds: GuildDirectory;
  readonly memory: ThreadMemory;
  readonly mayUse: MayUse;
  readonly previews: LinkPreviews;
  readonly logger: Logger;
};

/** What is left where Discord tells of a message and not of its channel: an ordinary one, unless the message says otherwise. */
function toUnknownChannel({ channel_id: id, channel_type, guild_id: guildId = null }: WireMessage): KnownChannel {
  const type = channel_type ?? (guildId === null ? ChannelType.DM : ChannelType.GuildText);
  return { id, type, name: '', parentId: null, guildId, lastMessageId: null, overwrites: [] };
}

const serverOf = (spot: Spot) => (spot.type === 'direct' ? null : spot.server);

/** Finds out about a message what its payload does not say, as little of it as its case needs. */
export function createMessageReader(parts: MessageReaderParts): ReadMessage {
  const { directory, guilds, memory, logger, messageContent } = parts;
  const findPictures = createPictureFinder(parts);

  /** What it replies to. Discord leaves it out where it did not look. */
  async function findQuoted(message: WireMessage, signal: AbortSignal): Promise<WirePlainMessage | null> {
    const reference = repliedTo(message);
    if (reference === null) return null;
    if (message.referenced_message !== undefined) return message.referenced_message;
    return parts.fetchMessage(reference.channel, reference.message, signal);
  }

  /** Messages that were fetched do not say who their author is in the server. */
  async function findMember(message: WireMessage, spot: Spot, signal: AbortSignal): Promise<WireMember | null> {
    if (spot.type === 'direct') return null;
    return message.member ?? guilds.fetchMember(spot.server, message.author.id, signal);
  }

  async function toPerson(
    { author }: WireMessage,
    spot: Spot,
    member: WireMember | null,
    signal: AbortSignal,
  ): Promise<Person> {
    const person = { id: author.id, name: member?.nick ?? author.global_name ?? author.username };
    // Everybody is in charge of their own direct messages; what they have in place of a server they share with all others.
    if (spot.type === 'direct') return { ...person, moderator: true, managesChannel: true, managesServer: false };
    const guild = await guilds.find(spot.server, signal);
    const ruling = await directory.find(spot.channel, signal);
    const rights =
      guild === null || member === null
        ? noRights
        : memberRights(guild, { id: author.id, roles: member.roles }, ruling?.overwrites ?? []);
    return {
      ...person,
      moderator: rights.managesMessages,
      managesChannel: rights.managesChannel,
      managesServer: rights.managesServer,
    };
  }

  function toText(message: WireMessage, spot: Spot): string {
    const server = serverOf(spot);
    const roles = server === null ? undefined : guilds.peek(server)?.roles;
    return readableText(message.content, parts.me().userId, {
      person(id) {
        const mentioned = message.mentions.find((user) => user.id === id);
        return mentioned?.global_name ?? mentioned?.username ?? null;
      },
      role: (id) => roles?.get(id)?.name ?? null,
      channel: (id) => directory.peek(id)?.name || null,
    });
  }

  function isServed(message: WireMessage, channel: KnownChannel, spot: Spot, member: WireMember | null): boolean {
    const question = {
      server: serverOf(spot),
      channel: channel.id,
      parent: channel.parentId,
      roles: member?.roles ?? [],
      person: message.author.id,
    };
    if (parts.mayUse(question)) return true;
    logger.debug(
      { message: message.id, person: message.author.id },
      'Somebody who may not use the bot was not answered.',
    );
    return false;
  }

  /** A thread that the bot opened, or was called into, before Discord told of it. */
  async function findOwnThread(message: WireMessage): Promise<KnownChannel | null> {
    const { channel_id: id, guild_id: guildId } = message;
    const parentId = guildId ? await memory.channelOfThread(id) : null;
    if (!guildId || parentId === null) return null;
    return { id, type: ChannelType.PublicThread, name: '', parentId, guildId, lastMessageId: null, overwrites: [] };
  }

  async function findChannel(message: WireMessage, signal: AbortSignal): Promise<KnownChannel> {
    const own = directory.peek(message.channel_id) === null ? await findOwnThread(message) : null;
    return own ?? (await directory.find(message.channel_id, signal)) ?? toUnknownChannel(message);
  }

  /** Where it was written, and what that means; null when the bot cannot be meant or the person may not use it. */
  async function lookAround(message: WireMessage, signal: AbortSignal) {
    const botId = parts.me().userId;
    if (!mayBeForBot(message, botId, messageContent)) return null;
    const channel = await findChannel(message, signal);
    const spot = toSpot(channel, message.guild_id ?? null);
    if (spot === null) {
      logger.debug(
        { message: message.id, channel: message.channel_id },
        'A message in an unknown channel was left out.',
      );
      return null;
    }
    const isKnownThread = spot.type === 'thread' && (await memory.isBotThread(spot.thread));
    // Nearly everything that a bot which reads all gets to see is not for it: that has to be cheap.
    if (!isKnownThread && !mayBeForBot({ ...message, guild_id: serverOf(spot) }, botId, false)) return null;
    const member = await findMember(message, spot, signal);
    if (!isServed(message, channel, spot, member)) return null;
    const quoted = await findQuoted(message, signal);
    const surroundings = { botId, spot, quoted, readsThread: isKnownThread && messageContent };
    return { surroundings, member, isFirstHere: spot.type === 'thread' && !isKnownThread };
  }

  return async function readMessage({ message: received, edit, receivedAtMs }, signal) {
    const found = await lookAround(received, signal);
    if (found === null || !decodeTrigger(received, found.surroundings)) return null;
    const { surroundings, member, isFirstHere } = found;
    const { spot, quoted, botId } = surroundings;

    const hasPictures = mayHavePicture(received) || (quoted !== null && mayHavePicture(quoted));
    const message = hasPictures ? received : await parts.previews.complete(received, receivedAtMs, signal);
    const isInChain = spot.type === 'channel' && quoted?.author.id === botId;
    return decodeTurn(message, edit, {
      spot,
      chain: isInChain ? await memory.threadOfReply(quoted.id) : null,
      person: await toPerson(message, spot, member, signal),
      text: toText(message, spot),
      ...(await findPictures(message, surroundings, isFirstHere, signal)),
      receivedAtMs,
    });
  };
}
