import { extname } from 'node:path';
import { pictureSize } from '../discord/picture-size.ts';
import type { FileRecord, UserRecord } from './records.ts';
import type { World } from './world.ts';

/** A file that somebody shares. */
export type FileToShare = {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** By the name's ending unless told otherwise. */
  readonly mimetype?: string;
  /** As the file says unless told otherwise. */
  readonly width?: number;
  readonly height?: number;
  /** For a file that lies elsewhere and of which only a link is shared. */
  readonly externalUrl?: string;
  /** Whether events carry its id alone, as in channels shared by Slack Connect. */
  readonly stub?: boolean;
  readonly state?: FileRecord['state'];
};

const mimetypes: { readonly [extension: string]: string } = {
  '.png': 'image/png',
  '.gif': 'image/gif',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.webp': 'image/webp',
  '.avif': 'image/avif',
  '.heic': 'image/heic',
  '.tiff': 'image/tiff',
  '.bmp': 'image/bmp',
  '.svg': 'image/svg+xml',
  '.mp4': 'video/mp4',
  '.txt': 'text/plain',
  '.pdf': 'application/pdf',
};

/** Puts files where the file host finds them. */
export function shareFiles(world: World, owner: UserRecord, files: readonly FileToShare[]): readonly FileRecord[] {
  return files.map((file) => {
    const extension = extname(file.name).toLowerCase();
    const size = pictureSize(file.bytes);
    const record: FileRecord = {
      id: world.nextId('F'),
      teamId: owner.teamId,
      userId: owner.id,
      name: file.name,
      mimetype: file.mimetype ?? mimetypes[extension] ?? 'application/octet-stream',
      filetype: extension.slice(1).replace('jpeg', 'jpg') || 'binary',
      bytes: file.bytes,
      width: file.width ?? size?.width ?? null,
      height: file.height ?? size?.height ?? null,
      createdAtMs: world.clock.now(),
      externalUrl: file.externalUrl ?? null,
      state: file.state ?? 'there',
      stub: file.stub ?? false,
    };
    world.files.set(record.id, record);
    return record;
  });
}
