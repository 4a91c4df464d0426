import { createHash } from 'node:crypto';
import type { ImageRef } from '../../../src/turn/image-ref.ts';
import { renderPictureLocator, type SlackFile, toAddress, toCount, toSide } from './picture-locator.ts';
import type { WireAttachment, WireFile, WirePictureBlock } from './picture-wire.ts';
import { mayBePicture, toSlackFile } from './to-slack-file.ts';

/** The message that shows a picture, and the workspace through which the app sees it. Empty ids where there is no message. */
export type PictureOrigin = { readonly via: string; readonly channel: string; readonly ts: string };

const longestName = 200;

function toFileRef(file: SlackFile, { name, title }: WireFile, { via, channel, ts }: PictureOrigin): ImageRef {
  return {
    id: file.id,
    // Of a file that is gone or not shown not even the name is known; the sentence about it goes without.
    name: (name || title || '').slice(0, longestName),
    sizeBytes: file.sizeBytes,
    locator: renderPictureLocator({ type: 'file', via, channel, ts, file }),
  };
}

/** A file name that says where the preview's picture comes from. */
function nameOfAddress(address: string): string {
  const path = URL.parse(address)?.pathname ?? '';
  const name = path.slice(path.lastIndexOf('/') + 1).slice(0, 100);
  return name === '' ? 'picture' : name;
}

type ShownPicture = {
  readonly url: string | null | undefined;
  readonly width?: number | null | undefined;
  readonly height?: number | null | undefined;
  readonly sizeBytes?: number | null | undefined;
};

function toPreviewRef({ url, width, height, sizeBytes }: ShownPicture): readonly ImageRef[] {
  const address = toAddress(url);
  if (address === null || !/^https?:/i.test(address) || isSlackFile(address)) return [];
  const hash = createHash('sha256').update(address).digest('base64url').slice(0, 22);
  const preview = { url: address, width: toSide(width), height: toSide(height) };
  return [
    {
      id: `preview-${hash}`,
      name: nameOfAddress(address),
      sizeBytes: toCount(sizeBytes) || null,
      locator: renderPictureLocator({ type: 'preview', preview }),
    },
  ];
}

/**
 * An app can put the address of any file below its message. The bot's token would open it, whoever asks: so it is no picture of
 * the message. Files that people may see there are among `files`.
 */
function isSlackFile(address: string): boolean {
  return URL.parse(address)?.hostname === 'files.slack.com';
}

/** A video's still is not what people ask about. */
function isFilm({ video_html, video_url }: WireAttachment): boolean {
  return Boolean(video_html || video_url);
}

function fromAttachment(attachment: WireAttachment, origin: PictureOrigin): readonly ImageRef[] {
  const { image_width: width, image_height: height, image_bytes: sizeBytes, thumb_width, thumb_height } = attachment;
  const shown = attachment.image_url
    ? { url: attachment.image_url, width, height, sizeBytes }
    : { url: attachment.thumb_url, width: thumb_width, height: thumb_height };
  const ofMessages = (attachment.message_blocks ?? []).flatMap(({ message }) => message?.blocks ?? []);
  return [
    ...toFileRefs(attachment.files ?? [], origin),
    ...(isFilm(attachment) ? [] : toPreviewRef(shown)),
    ...toBlockRefs([...(attachment.blocks ?? []), ...ofMessages]),
  ];
}

/** One picture can be shown several times. */
function withoutTwins(refs: readonly ImageRef[]): readonly ImageRef[] {
  return refs.filter(({ id }, index) => refs.findIndex((other) => other.id === id) === index);
}

/**
 * The files of a message that are pictures, in order. Sounds, films, texts and other services' documents that were posted beside
 * a picture are passed over; where there is no picture at all they stay, so that each is refused by name.
 */
export function toFileRefs(files: readonly WireFile[], origin: PictureOrigin): readonly ImageRef[] {
  const all = files.flatMap((wire) => {
    const file = toSlackFile(wire);
    return file === null ? [] : [{ wire, file }];
  });
  const hasPicture = all.some(({ file }) => mayBePicture(file));
  const kept = all.filter(({ file }) => !hasPicture || mayBePicture(file));
  return withoutTwins(kept.map(({ wire, file }) => toFileRef(file, wire, origin)));
}

/** The pictures below a message: previews of links, the files and pictures of messages that were passed on. */
export function toPreviewRefs(attachments: readonly WireAttachment[], origin: PictureOrigin): readonly ImageRef[] {
  return withoutTwins(attachments.flatMap((attachment) => fromAttachment(attachment, origin)));
}

/** The pictures in the blocks of an app's message. */
export function toBlockRefs(blocks: readonly WirePictureBlock[]): readonly ImageRef[] {
  const pictures = blocks.filter(({ type }) => type === 'image');
  return withoutTwins(pictures.flatMap(({ image_url }) => toPreviewRef({ url: image_url })));
}

/** Whether anything of it may be a picture: not when all of it is said to be something else. */
export function mayHavePicture(files: readonly WireFile[], attachments: readonly WireAttachment[]): boolean {
  const ofFiles = (each: readonly WireFile[]) =>
    each.some((wire) => {
      const file = toSlackFile(wire);
      return file !== null && mayBePicture(file);
    });
  return (
    ofFiles(files) ||
    attachments.some((attachment) => {
      const { files: shared, ...others } = attachment;
      const origin = { via: '', channel: '', ts: '' };
      return ofFiles(shared ?? []) || fromAttachment({ ...others, files: null }, origin).length > 0;
    })
  );
}
