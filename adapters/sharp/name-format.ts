import { fileTypeFromBuffer } from 'file-type';

/** The formats that are decoded. */
export type PictureFormat = 'JPEG' | 'PNG' | 'WebP' | 'GIF';

/** How many bytes at the beginning are looked at: enough for any signature and for an `<svg>` behind its preamble. */
const headBytes = 4_100;

const namesByMimeType: Readonly<Record<string, string>> = {
  'image/heic': 'HEIC',
  'image/heic-sequence': 'HEIC',
  'image/heif': 'HEIF',
  'image/heif-sequence': 'HEIF',
  'image/avif': 'AVIF',
  'image/bmp': 'BMP',
  'image/tiff': 'TIFF',
  'image/x-icon': 'ICO',
  'image/jxl': 'JPEG XL',
  'image/jp2': 'JPEG 2000',
  'image/vnd.adobe.photoshop': 'Photoshop',
  'application/pdf': 'PDF',
  'application/postscript': 'PostScript',
  'application/zip': 'ZIP',
  'application/gzip': 'gzip',
  'application/x-msdownload': 'a Windows program',
  'application/x-elf': 'a Linux program',
  'video/mp4': 'an MP4 video',
  'video/quicktime': 'a QuickTime video',
  'video/webm': 'a WebM video',
};

function startsWith(bytes: Uint8Array, text: string, at = 0): boolean {
  return Buffer.from(bytes.buffer, bytes.byteOffset + at, Math.max(0, bytes.byteLength - at))
    .subarray(0, text.length)
    .equals(Buffer.from(text, 'latin1'));
}

/** The format by its magic bytes, whatever the name or the platform says; null for every format that is not decoded. */
export function detectPictureFormat(bytes: Uint8Array): PictureFormat | null {
  if (startsWith(bytes, '\xff\xd8\xff')) return 'JPEG';
  if (startsWith(bytes, '\x89PNG\r\n\x1a\n')) return 'PNG';
  if (startsWith(bytes, 'GIF87a') || startsWith(bytes, 'GIF89a')) return 'GIF';
  if (startsWith(bytes, 'RIFF') && bytes.byteLength >= 12 && startsWith(bytes, 'WEBP', 8)) return 'WebP';
  return null;
}

/** The text at the beginning, or null when it is no text: control characters betray other files. A character cut off at the end of the head is no mistake. */
function readText(head: Uint8Array): string | null {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(head, { stream: true });
    return /[^\P{Cc}\t\n\f\r]/u.test(text) ? null : text;
  } catch {
    return null;
  }
}

function nameText(text: string): string {
  const preamble =
    /^\s*(?:<\?xml[^>]*>|<!--[\s\S]*?-->|<!doctype[^>[]*(?:\[[^\]]*\])?[^>]*>|\s+)*/i.exec(text)?.[0] ?? '';
  const rest = text.slice(preamble.length);
  if (/^<(?:\w+:)?svg[\s>]/i.test(rest) || /<!doctype svg/i.test(preamble)) return 'SVG';
  if (/^<(?:html|head|body|script|title|meta)[\s>]/i.test(rest) || /<!doctype html/i.test(preamble))
    return 'an HTML page';
  if (/^<\w/.test(rest)) return 'XML';
  return 'text';
}

/** What a file is that cannot be used as a picture, in words for a person. */
export async function nameFormat(bytes: Uint8Array): Promise<string> {
  const head = bytes.subarray(0, headBytes);
  // Text first: file-type calls an SVG plain XML, and a text may begin with two bytes that are some other signature.
  const text = readText(head);
  if (text !== null && !text.startsWith('%PDF') && !text.startsWith('%!PS')) return nameText(text);
  const found = await fileTypeFromBuffer(head).catch(() => undefined);
  if (found === undefined) return 'of an unknown kind';
  return namesByMimeType[found.mime] ?? found.ext.toUpperCase();
}
