/** What the API takes. */
export type PictureMimeType = 'image/png' | 'image/jpeg' | 'image/webp' | 'image/gif';

/** The file name extension that belongs to a format, without the dot. */
export const extensionOf = {
  'image/png': 'png',
  'image/jpeg': 'jpg',
  'image/webp': 'webp',
  'image/gif': 'gif',
} as const satisfies Record<PictureMimeType, string>;

/** What the first bytes of a file say: a picture we take, or the name of what it is instead, with its article. */
export type FoundFormat =
  | { readonly type: 'picture'; readonly mimeType: PictureMimeType }
  | { readonly type: 'other'; readonly name: string };

/** A signature: bytes (written as latin-1 text) at an offset. */
type Signature<Value> = readonly [offset: number, bytes: string, value: Value];

const pictures: readonly Signature<PictureMimeType>[] = [
  [0, '\x89PNG\r\n\x1a\n', 'image/png'],
  [0, '\xff\xd8\xff', 'image/jpeg'],
  [0, 'GIF87a', 'image/gif'],
  [0, 'GIF89a', 'image/gif'],
];

/** The formats people try most, so that the refusal can name what they sent. */
const others: readonly Signature<string>[] = [
  [4, 'ftypheic', 'a HEIC picture'],
  [4, 'ftypheix', 'a HEIC picture'],
  [4, 'ftyphevc', 'a HEIC picture'],
  [4, 'ftypmif1', 'a HEIF picture'],
  [4, 'ftypmsf1', 'a HEIF picture'],
  [4, 'ftypavif', 'an AVIF picture'],
  [4, 'ftypavis', 'an AVIF picture'],
  [4, 'ftypqt', 'a QuickTime video'],
  [4, 'ftyp', 'an MP4 video'],
  [4, 'JXL \r\n\x87\n', 'a JPEG XL picture'],
  [0, '\xff\x0a', 'a JPEG XL picture'],
  [4, 'jP  \r\n\x87\n', 'a JPEG 2000 picture'],
  [0, 'II*\0', 'a TIFF picture'],
  [0, 'MM\0*', 'a TIFF picture'],
  [0, 'BM', 'a BMP picture'],
  [0, '\0\0\x01\0', 'an ICO icon'],
  [0, '8BPS', 'a Photoshop file'],
  [0, '%PDF-', 'a PDF'],
  [0, '%!PS', 'a PostScript file'],
  [0, 'PK\x03\x04', 'a ZIP archive or an office document'],
  [0, '\x1f\x8b', 'a gzip archive'],
  [0, '7z\xbc\xaf\x27\x1c', 'a 7-Zip archive'],
  [0, 'Rar!', 'a RAR archive'],
  [0, '\x1a\x45\xdf\xa3', 'a WebM or Matroska video'],
  [8, 'AVI ', 'an AVI video'],
  [8, 'WAVE', 'a WAV recording'],
  [0, 'ID3', 'an MP3 recording'],
  [0, 'OggS', 'an Ogg recording'],
  [0, 'MZ', 'a Windows program'],
  [0, '\x7fELF', 'a Linux program'],
];

const hasSignature =
  (text: string) =>
  ([offset, bytes]: Signature<unknown>): boolean =>
    text.startsWith(bytes, offset);

/** Markup has no signature at a fixed place: comments and declarations may come first. */
function recogniseText(text: string): string {
  const start = text.replace(/^\xef\xbb\xbf/, '').trimStart();
  if (/<svg[\s>]/i.test(start) && start.startsWith('<')) return 'an SVG drawing';
  if (/^<(!doctype\s+html|html|head|body|script)\b/i.test(start)) return 'an HTML page';
  if (start.startsWith('<?xml')) return 'an XML file';
  return isText(text) ? 'a text' : 'not a picture that we know';
}

/** UTF-8, maybe cut within its last character, without control characters other than white space. */
function isText(latin: string): boolean {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(latin, 'latin1'), { stream: true });
    return !/[^\P{Cc}\t\n\r\f]/u.test(text);
  } catch {
    return false;
  }
}

/** Tells the format from the first bytes of a file; its name and declared type are not asked. */
export function recognisePicture(head: Uint8Array): FoundFormat {
  const text = Buffer.from(head).toString('latin1');
  if (text.startsWith('RIFF') && text.startsWith('WEBP', 8)) return { type: 'picture', mimeType: 'image/webp' };
  const picture = pictures.find(hasSignature(text));
  if (picture !== undefined) return { type: 'picture', mimeType: picture[2] };
  return { type: 'other', name: others.find(hasSignature(text))?.[2] ?? recogniseText(text) };
}
