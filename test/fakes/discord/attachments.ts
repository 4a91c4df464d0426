import { extname } from 'node:path';
import { pictureSize } from './picture-size.ts';
import type { AttachmentRecord } from './records.ts';
import type { World } from './world.ts';

/** A file that somebody attaches. */
export type FileToAttach = {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** By the name's ending unless told otherwise; null when Discord could not tell. */
  readonly contentType?: string | null;
  /** As the file says unless told otherwise. */
  readonly width?: number;
  readonly height?: number;
  readonly description?: string;
  /** For animated pictures. */
  readonly animated?: boolean;
};

const contentTypes: { readonly [extension: string]: string } = {
  '.png': 'image/png',
  '.gif': 'image/gif',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.jfif': 'image/jpeg',
  '.webp': 'image/webp',
  '.avif': 'image/avif',
  '.heic': 'image/heic',
  '.tiff': 'image/tiff',
  '.bmp': 'image/bmp',
  '.svg': 'image/svg+xml',
  '.mp4': 'video/mp4',
  '.txt': 'text/plain; charset=utf-8',
  '.pdf': 'application/pdf',
};

const spoilerFlag = 1 << 3;
const animatedFlag = 1 << 5;

/** Puts files where the CDN finds them. `channelId` null for files of an interaction, which lie apart and do not stay. */
export function attachFiles(
  world: World,
  channelId: string | null,
  files: readonly FileToAttach[],
): readonly AttachmentRecord[] {
  return files.map((file) => {
    const id = world.snowflakes.next();
    const size = pictureSize(file.bytes);
    const filename = file.name.replaceAll(/[^\w.-]/g, '_');
    const folder = channelId === null ? `/ephemeral-attachments/${world.applicationId}` : `/attachments/${channelId}`;
    const attachment: AttachmentRecord = {
      id,
      filename,
      contentType:
        file.contentType === undefined ? (contentTypes[extname(filename).toLowerCase()] ?? null) : file.contentType,
      bytes: file.bytes,
      width: file.width ?? size?.width ?? null,
      height: file.height ?? size?.height ?? null,
      description: file.description ?? null,
      flags: (filename.startsWith('SPOILER_') ? spoilerFlag : 0) | (file.animated === true ? animatedFlag : 0),
      ephemeral: channelId === null,
      path: `${folder}/${id}/${filename}`,
    };
    world.files.set(attachment.path, attachment);
    return attachment;
  });
}
