import { createHash } from 'node:crypto';
import type { Metadata } from 'sharp';
import type { Findings } from '../wire.ts';
import { createColourNamer } from './colour-names.ts';
import { measureLight } from './measure-light.ts';
import { decodeStep, openPicture, UnreadablePicture } from './open-picture.ts';
import { measureBands, measurePalette } from './palette.ts';
import { perceptualHash } from './perceptual-hash.ts';
import { type PixelSample, samplePixels, toGrey, toGrid } from './pixel-sample.ts';
import { readExif } from './read-exif.ts';

type Facts = Findings['facts'];

const formats: Readonly<Record<string, Facts['format']>> = { jpeg: 'jpeg', png: 'png', webp: 'webp', gif: 'gif' };

function toFormat(metadata: Metadata): Facts['format'] {
  const format = formats[metadata.format ?? ''];
  if (format === undefined) throw new UnreadablePicture(`format ${metadata.format}`);
  return format;
}

function transparentShare(sample: PixelSample): number {
  let transparent = 0;
  for (let at = 3; at < sample.pixels.length; at += 4) if ((sample.pixels[at] ?? 255) < 128) transparent += 1;
  return transparent / (sample.width * sample.height);
}

/** Measures everything that takes one small decode: file, colours, light, metadata. */
export async function readFacts(bytes: Uint8Array): Promise<Facts> {
  const metadata = await decodeStep(openPicture(bytes).metadata());
  const format = toFormat(metadata);
  const sample = await samplePixels(openPicture(bytes));
  const nameColour = createColourNamer();
  return {
    format,
    width: metadata.autoOrient.width,
    height: metadata.autoOrient.height,
    sizeBytes: bytes.byteLength,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    frames: Math.max(1, metadata.pages ?? 1),
    transparentShare: metadata.hasAlpha ? transparentShare(sample) : null,
    orientation: metadata.orientation ?? 1,
    hasExif: metadata.exif !== undefined,
    ...readExif(metadata.exif, metadata.xmp),
    palette: measurePalette(sample, nameColour),
    bands: measureBands(sample, nameColour),
    ...measureLight(sample, toGrey(sample)),
    perceptualHash: perceptualHash(sample),
    thumbnail: toGrid(sample, 96, 96),
  };
}
