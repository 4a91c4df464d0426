import { ChannelType } from 'discord-api-types/v10';
import type { ImageRef } from '../../../src/turn/image-ref.ts';
import type { Turn } from '../../../src/turn/turn.ts';
import { isEmpty, type Spot, type Surroundings } from '../decode.ts';
import type { ChannelDirectory } from '../directory/channel-directory.ts';
import type { WireMessage, WirePlainMessage } from '../wire.ts';
import { collectPictures, mayHavePicture, type ToLocator } from './collect-pictures.ts';
import type { FetchMessage } from './fetch-message.ts';

type FoundPictures = Pick<Turn, 'images' | 'quotedImages' | 'unseen'>;

/** The pictures that a message is about: its own, those of what it replies to, those of what its thread was opened on. */
export type FindPictures = (
  message: WireMessage,
  surroundings: Surroundings,
  /** Whether the bot is called into a thread that it has not answered in yet. */
  isFirstHere: boolean,
  signal: AbortSignal,
) => Promise<FoundPictures>;

/** What finding pictures needs. */
export type PictureFinderParts = {
  readonly me: () => { readonly userId: string };
  /** Whether the bot asked for the intent that shows it what is in messages that are not for it. */
  readonly messageContent: boolean;
  readonly directory: ChannelDirectory;
  readonly fetchMessage: FetchMessage;
  readonly toLocator: ToLocator;
};

const unseenSentence =
  'Discord hides from me what is in messages that do not mention me. Use Apps → **Ask about this image** on the message with the picture, or post the picture together with the mention.';

/** Looks no further than it has to: each further message is a call. */
export function createPictureFinder(parts: PictureFinderParts): FindPictures {
  const { directory, messageContent } = parts;

  /** Whoever calls the bot into a thread means what the thread is about: the message that it was opened on. */
  async function findStarter(spot: Spot, message: WireMessage, signal: AbortSignal): Promise<WirePlainMessage | null> {
    if (spot.type !== 'thread' || message.id === spot.thread) return null;
    const parent = await directory.find(spot.channel, signal);
    const isPost = parent?.type === ChannelType.GuildForum || parent?.type === ChannelType.GuildMedia;
    return parts.fetchMessage(isPost ? spot.thread : spot.channel, spot.thread, signal);
  }

  /** Whether something in the message may be hidden from the bot. Its own messages and direct ones never are. */
  function isHidden(message: WirePlainMessage | null, spot: Spot): boolean {
    if (message === null || messageContent || spot.type === 'direct') return false;
    return message.author.id !== parts.me().userId && isEmpty(message);
  }

  return async function findPictures(message, { spot, quoted }, isFirstHere, signal) {
    const collect = (from: WirePlainMessage | null): readonly ImageRef[] =>
      from === null ? [] : collectPictures(from, parts.toLocator);
    const images = collect(message);
    if (images.length > 0 && mayHavePicture(message)) return { images, quotedImages: [], unseen: null };
    const ofQuoted = collect(quoted);
    // A sound or a text beside the words does not hide the picture that they are about.
    if (ofQuoted.length > 0) return { images: [], quotedImages: ofQuoted, unseen: null };
    const starter = isFirstHere ? await findStarter(spot, message, signal) : null;
    const ofStarter = collect(starter);
    if (ofStarter.length > 0) return { images: [], quotedImages: ofStarter, unseen: null };
    const hides = [message, quoted, starter].some((each) => isHidden(each, spot));
    return { images, quotedImages: [], unseen: hides ? unseenSentence : null };
  };
}
