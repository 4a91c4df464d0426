import { createHash } from 'node:crypto';
import type { ImageRef } from '../../../src/turn/image-ref.ts';
import type { WireAttachment, WirePlainMessage } from '../wire.ts';

/** A picture as a message carries it, and where it is found again when its address has expired. */
export type PostedPicture = {
  readonly channelId: string;
  readonly messageId: string;
  /** Null for the picture of an embed. */
  readonly attachmentId: string | null;
  /** Signed for a day where it is Discord's own. Never fetched for embeds: it is anybody's server. */
  readonly url: string;
  /** The same through Discord's proxy, which can make it smaller; null where there is no such copy. */
  readonly proxyUrl: string | null;
  readonly contentType: string | null;
  readonly width: number | null;
  readonly height: number | null;
};

/** What fetching the picture takes, as text for `ImageRef.locator`. */
export type ToLocator = (picture: PostedPicture) => string;

/** Previews that show a picture, also those that do not say what they are. A video's still is not what people ask about. */
const picturedEmbeds: readonly string[] = ['', 'image', 'rich', 'link', 'article', 'gifv'];

const isPicture = ({ content_type, width }: WireAttachment) =>
  content_type === null || content_type === undefined
    ? width !== null && width !== undefined
    : content_type.startsWith('image/');

/** What is said to be a sound, a film or a text can be no picture; anything else is told by its bytes. */
const isOther = ({ content_type }: WireAttachment) => /^(?:audio|video|text)\//.test(content_type ?? '');

/** A file name that says where the embed's picture comes from. */
function nameOfAddress(address: string): string {
  const path = URL.parse(address)?.pathname ?? '';
  const name = path.slice(path.lastIndexOf('/') + 1).slice(0, 100);
  return name === '' ? 'picture' : name;
}

type MessageId = { readonly id: string; readonly channel_id: string };
type PictureHolder = Pick<WirePlainMessage, 'attachments' | 'embeds'>;

function fromAttachment(attachment: WireAttachment, message: MessageId, toLocator: ToLocator): ImageRef {
  return {
    id: attachment.id,
    name: attachment.filename,
    sizeBytes: attachment.size ?? null,
    locator: toLocator({
      channelId: message.channel_id,
      messageId: message.id,
      attachmentId: attachment.id,
      url: attachment.url,
      proxyUrl: attachment.proxy_url ?? null,
      contentType: attachment.content_type ?? null,
      width: attachment.width ?? null,
      height: attachment.height ?? null,
    }),
  };
}

function fromEmbed(embed: PictureHolder['embeds'][number], message: MessageId, toLocator: ToLocator): ImageRef[] {
  const picture = embed.image ?? embed.thumbnail;
  const proxyUrl = picture?.proxy_url;
  if (picture === null || picture === undefined || !proxyUrl || !picturedEmbeds.includes(embed.type)) return [];
  const hash = createHash('sha256').update(picture.url).digest('base64url').slice(0, 22);
  return [
    {
      id: `embed-${hash}`,
      name: nameOfAddress(picture.url),
      sizeBytes: null,
      locator: toLocator({
        channelId: message.channel_id,
        messageId: message.id,
        attachmentId: null,
        url: picture.url,
        proxyUrl,
        contentType: null,
        width: picture.width ?? null,
        height: picture.height ?? null,
      }),
    },
  ];
}

/**
 * The pictures of a message, in order: its attachments, those of what it forwards, those of its previews. Sounds, films and texts
 * that were posted beside a picture are passed over; where there is no picture at all they stay, so that each is refused by name.
 */
export function collectPictures(message: WirePlainMessage, toLocator: ToLocator): readonly ImageRef[] {
  const holders: readonly PictureHolder[] = [message, ...message.message_snapshots.map((snapshot) => snapshot.message)];
  const attachments = holders.flatMap((holder) => holder.attachments);
  const embeds = holders.flatMap((holder) => holder.embeds).flatMap((embed) => fromEmbed(embed, message, toLocator));
  const hasPicture = embeds.length > 0 || attachments.some(isPicture);
  const kept = attachments.filter((attachment) => !hasPicture || !isOther(attachment));
  const all = [...kept.map((attachment) => fromAttachment(attachment, message, toLocator)), ...embeds];
  // One link can have several previews of the same picture.
  return all.filter(({ id }, index) => all.findIndex((other) => other.id === id) === index);
}

/** Whether anything in the message may be a picture: not when all of it is said to be something else. */
export function mayHavePicture(message: WirePlainMessage): boolean {
  const holders: readonly PictureHolder[] = [message, ...message.message_snapshots.map((snapshot) => snapshot.message)];
  return holders.some(
    ({ attachments, embeds }) => embeds.some(hasPreview) || attachments.some((attachment) => !isOther(attachment)),
  );
}

const hasPreview = ({ type, image, thumbnail }: PictureHolder['embeds'][number]) =>
  picturedEmbeds.includes(type) && Boolean((image ?? thumbnail)?.proxy_url);
