import sharp, { type Metadata, type Sharp } from 'sharp';
import type { OriginalPicture, PictureRemark, PreparedImage } from '../../src/images/prepare-image.ts';
import { errorMessage } from '../../src/lib/errors.ts';
import { countAnimatedPngFrames } from './animated-png.ts';
import { detectPictureFormat, nameFormat, type PictureFormat } from './name-format.ts';
import { PictureRefusal } from './picture-refusal.ts';
import { pictureRules } from './picture-rules.ts';
import { isOpaque, type Pixels, toGreySquares } from './pixels.ts';
import { isBlurry, measureSharpness, sharpnessEdge } from './sharpness.ts';
import type { DecodeRequest } from './wire.ts';

/**
 * Full resolution for colours: coloured writing stays readable, photographs hardly grow by it. Optimised coding takes twice the time
 * for 3 % of the size.
 */
const jpeg = { quality: 85, chromaSubsampling: '4:4:4', optimiseCoding: false } as const;
const webp = { quality: 88, alphaQuality: 100, effort: 0 } as const;

/**
 * Everything between the bytes as received and the bytes to be uploaded. Throws a `PictureRefusal`. Runs in the decoder's
 * process only, after `lockDownSharp`.
 */
export async function decodePicture(
  bytes: Uint8Array,
  request: DecodeRequest,
): Promise<Omit<PreparedImage, 'extension'>> {
  const format = detectPictureFormat(bytes);
  if (format === null) throw await refuseFormat(bytes);
  const header = await readHeader(bytes, format);
  const pixels = await reduce(bytes, request, format);
  const opaque = isOpaque(pixels);
  const encoding = opaque ? toSharp(pixels).removeAlpha().jpeg(jpeg).toBuffer() : toSharp(pixels).webp(webp).toBuffer();
  const remarks = findRemarks(bytes, format, header, pixels);
  return {
    bytes: await encoding,
    mimeType: opaque ? 'image/jpeg' : 'image/webp',
    width: pixels.width,
    height: pixels.height,
    remarks,
    original: describeOriginal(bytes, format, header),
  };
}

async function refuseFormat(bytes: Uint8Array): Promise<PictureRefusal> {
  const format = await nameFormat(bytes);
  return new PictureRefusal('image-type-unsupported', `The file is ${format}, not JPEG, PNG, WebP or GIF.`, { format });
}

function refuseDamaged(format: PictureFormat, error: unknown): PictureRefusal {
  return new PictureRefusal('image-damaged', `The ${format} cannot be decoded: ${errorMessage(error)}`, { format });
}

/** Reads the header alone: a picture with too many pixels is refused before any of them exists. */
async function readHeader(bytes: Uint8Array, format: PictureFormat): Promise<Metadata> {
  const header = await sharp(bytes, { limitInputPixels: false, pages: 1 })
    .metadata()
    .catch((error: unknown) => {
      throw refuseDamaged(format, error);
    });
  const height = header.pageHeight ?? header.height;
  if (header.width * height > pictureRules.maxPixels) {
    const facts = { width: header.width, height, maxMegapixels: pictureRules.maxPixels / 1e6 };
    throw new PictureRefusal('image-too-many-pixels', `The picture has ${header.width} × ${height} pixels.`, facts);
  }
  return header;
}

async function reduce(bytes: Uint8Array, request: DecodeRequest, format: PictureFormat): Promise<Pixels> {
  try {
    const upright = sharp(bytes, {
      limitInputPixels: pictureRules.maxPixels,
      pages: 1,
      sequentialRead: true,
      // Warnings are common in pictures that every program shows; a missing end is not.
      failOn: 'error',
    })
      .autoOrient()
      .resize({ width: request.longEdge, height: request.longEdge, fit: 'inside', withoutEnlargement: true })
      .toColourspace('srgb');
    const shown = request.isOpaque ? upright.flatten({ background: '#ffffff' }) : upright;
    const { data, info } = await shown.raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true });
    return { bytes: data, width: info.width, height: info.height, channels: info.channels };
  } catch (error) {
    throw refuseDamaged(format, error);
  }
}

function toSharp(pixels: Pixels): Sharp {
  const { bytes, width, height, channels } = pixels;
  return sharp(bytes, { raw: { width, height, channels } });
}

/** Its header knows how it is to be turned. */
function describeOriginal(bytes: Uint8Array, format: PictureFormat, header: Metadata): OriginalPicture {
  const { width, height } = header.autoOrient;
  // sharp sees the first frame of an animated PNG alone.
  const frames = format === 'PNG' ? countAnimatedPngFrames(bytes) : header.pages;
  return { format, width, height, sizeBytes: bytes.byteLength, frames: Math.max(1, frames ?? 1) };
}

function findRemarks(bytes: Uint8Array, format: PictureFormat, header: Metadata, pixels: Pixels): PictureRemark[] {
  const remarks: PictureRemark[] = [];
  if ((header.pages ?? 1) > 1 || (format === 'PNG' && countAnimatedPngFrames(bytes) !== null))
    remarks.push('first-frame');
  const shortestSide = Math.min(header.width, header.pageHeight ?? header.height);
  if (shortestSide < pictureRules.tinyBelowPixels) remarks.push('tiny');
  // Below that size every picture is coarse, and the measure means nothing.
  else if (Math.min(pixels.width, pixels.height) >= 256 && looksBlurry(pixels)) remarks.push('blurry');
  return remarks;
}

function looksBlurry(pixels: Pixels): boolean {
  const { grey, width, height } = toGreySquares(pixels, sharpnessEdge);
  return isBlurry(measureSharpness(grey, width, height));
}
