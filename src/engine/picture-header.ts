import { type PictureMimeType, recognisePicture } from './picture-format.ts';
import type { PictureSize } from './picture-tokens.ts';

/** What the header of a picture's file says, without decoding a pixel. */
export type PictureHeader = PictureSize & {
  readonly mimeType: PictureMimeType;
  /** True when it is nothing but one picture, upright as it stands: no frames, no orientation, no notes of a camera or a person. */
  readonly isPlain: boolean;
};

/** Null when it is none of the four formats, or its header cannot be read. */
export function readPictureHeader(bytes: Uint8Array): PictureHeader | null {
  const found = recognisePicture(bytes.subarray(0, 64));
  if (found.type !== 'picture') return null;
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    const header = readers[found.mimeType](file);
    return header === null || header.width < 1 || header.height < 1 ? null : { mimeType: found.mimeType, ...header };
  } catch (error) {
    // Reading past the end: the file is cut off.
    if (error instanceof RangeError) return null;
    throw error;
  }
}

type Found = Omit<PictureHeader, 'mimeType'>;

const readers: Readonly<Record<PictureMimeType, (file: Buffer) => Found | null>> = {
  'image/png': readPng,
  'image/jpeg': readJpeg,
  'image/webp': readWebp,
  // How many frames there are is known at its end alone.
  'image/gif': (file) => ({ width: file.readUInt16LE(6), height: file.readUInt16LE(8), isPlain: false }),
};

/** Chunks that say something of whoever made the picture, and the one that makes it move. */
const tellingChunks = ['eXIf', 'tEXt', 'zTXt', 'iTXt', 'acTL'];

/** https://www.w3.org/TR/png-3/#5Chunk-layout */
function readPng(file: Buffer): Found {
  let isPlain = true;
  for (let at = 8; at + 8 <= file.length; at += 12 + file.readUInt32BE(at)) {
    const type = file.toString('latin1', at + 4, at + 8);
    if (tellingChunks.includes(type)) isPlain = false;
    if (type === 'IEND') break;
  }
  return { width: file.readUInt32BE(16), height: file.readUInt32BE(20), isPlain };
}

const startOfScan = 0xda;
/** APP1 (EXIF, XMP), APP13 (IPTC) and a comment. */
const tellingSegments = [0xe1, 0xed, 0xfe];

/** ITU-T T.81, B.1: segments up to the first scan. */
function readJpeg(file: Buffer): Found | null {
  let size: PictureSize | null = null;
  let isPlain = true;
  let at = 2;
  while (file.readUInt8(at) === 0xff) {
    const marker = file.readUInt8(at + 1);
    if (marker === startOfScan) break;
    if (tellingSegments.includes(marker)) isPlain = false;
    if (isFrameHeader(marker)) size = { height: file.readUInt16BE(at + 5), width: file.readUInt16BE(at + 7) };
    // Fill bytes may stand before a marker.
    at += marker === 0xff ? 1 : 2 + file.readUInt16BE(at + 2);
  }
  return size === null ? null : { ...size, isPlain };
}

/** SOF0 to SOF15 but for the tables (DHT, JPG, DAC) that stand between them. */
function isFrameHeader(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
}

/** https://developers.google.com/speed/webp/docs/riff_container */
function readWebp(file: Buffer): Found | null {
  switch (file.toString('latin1', 12, 16)) {
    case 'VP8X': {
      // Animation, XMP and EXIF; the bits for transparency and a colour profile say nothing against it.
      const isPlain = (file.readUInt8(20) & 0b0000_1110) === 0;
      return { width: 1 + file.readUIntLE(24, 3), height: 1 + file.readUIntLE(27, 3), isPlain };
    }
    case 'VP8L': {
      const bits = file.readUInt32LE(21);
      return { width: 1 + (bits & 0x3fff), height: 1 + ((bits >>> 14) & 0x3fff), isPlain: true };
    }
    case 'VP8 ':
      return { width: file.readUInt16LE(26) & 0x3fff, height: file.readUInt16LE(28) & 0x3fff, isPlain: true };
    default:
      return null;
  }
}
