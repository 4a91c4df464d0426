import { type SlackFile, toAddress, toCount, toSide } from './picture-locator.ts';
import type { WireFile } from './picture-wire.ts';

/** What Slack calls its own kinds of documents, and those of other services. */
const kindsByMode: ReadonlyMap<string, string> = new Map([
  ['snippet', 'text'],
  ['post', 'a post'],
  ['space', 'a post'],
  ['quip', 'a canvas'],
  ['canvas', 'a canvas'],
  ['list', 'a list'],
  ['email', 'an e-mail'],
]);

const kindsByMimeType: readonly (readonly [RegExp, string])[] = [
  [/^audio\//, 'a sound recording'],
  [/^video\//, 'a video'],
  [/^text\//, 'text'],
  [/^application\/pdf\b/, 'PDF'],
  [/^application\/vnd\.slack-docs\b/, 'a canvas'],
  [/^application\/vnd\.slack-list\b/, 'a list'],
];

/** What a file is in words, where it is said to be no picture; anything else is told by its bytes. */
function toOtherKind({ mode, mimetype }: WireFile): string | null {
  const ofMode = kindsByMode.get(mode ?? '');
  return ofMode ?? kindsByMimeType.find(([pattern]) => pattern.test(mimetype ?? ''))?.[1] ?? null;
}

/** What is there of a file: also a stone in its place, and a link to some other service. */
function toState({ mode, is_external, file_access }: WireFile): SlackFile['state'] {
  if (mode === 'tombstone' || mode === 'hidden_by_limit') return 'gone';
  if (mode === 'external' || is_external === true) return 'elsewhere';
  if (file_access === 'check_file_info') return 'unasked';
  // `access_denied`, `file_not_visible` and whatever else it may be called.
  if (mode === 'file_access' || !(file_access == null || file_access === '' || file_access === 'visible')) {
    return 'closed';
  }
  return 'open';
}

/** The copies that keep the shape of the picture, the largest first; those of 64, 80 and 160 pixels are cut to squares. */
function findCopy(file: WireFile): SlackFile['copy'] {
  const copies = [
    [file.thumb_1024, file.thumb_1024_w, file.thumb_1024_h],
    [file.thumb_960, file.thumb_960_w, file.thumb_960_h],
    [file.thumb_720, file.thumb_720_w, file.thumb_720_h],
    [file.thumb_480, file.thumb_480_w, file.thumb_480_h],
    [file.thumb_360, file.thumb_360_w, file.thumb_360_h],
  ] as const;
  for (const [address, width, height] of copies) {
    const url = toAddress(address);
    if (url !== null) return { url, width: toSide(width), height: toSide(height) };
  }
  return null;
}

/** A file as it is kept; null for what has no id. Of one that is not to be had no address is kept. */
export function toSlackFile(file: WireFile): SlackFile | null {
  if (file.id == null || file.id === '') return null;
  const state = toState(file);
  const isOpen = state === 'open';
  return {
    id: file.id.slice(0, 100),
    state,
    url: isOpen ? (toAddress(file.url_private_download) ?? toAddress(file.url_private)) : null,
    copy: isOpen ? findCopy(file) : null,
    mimeType: file.mimetype?.slice(0, 100) ?? null,
    otherKind: toOtherKind(file),
    sizeBytes: toCount(file.size),
    width: toSide(file.original_w),
    height: toSide(file.original_h),
  };
}

/** Whether a file may turn out to be a picture: not when it is said to be something else, here or in some other service. */
export function mayBePicture({ otherKind, state, mimeType }: SlackFile): boolean {
  if (otherKind !== null) return false;
  return state !== 'elsewhere' || mimeType === null || mimeType === '' || mimeType.startsWith('image/');
}
