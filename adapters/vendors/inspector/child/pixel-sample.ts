import type { Sharp } from 'sharp';
import { decodeStep } from './open-picture.ts';

/** A picture made small enough to be measured in plain code: 8-bit RGBA, row by row. */
export type PixelSample = { readonly pixels: Uint8Array; readonly width: number; readonly height: number };

/** Longest side of the sample: fixed, so that figures of different pictures can be compared. */
const sampleEdge = 512;

/** Decodes once for all measurements. */
export async function samplePixels(picture: Sharp): Promise<PixelSample> {
  const { data, info } = await decodeStep(
    picture
      .resize({ width: sampleEdge, height: sampleEdge, fit: 'inside', withoutEnlargement: true })
      .toColourspace('srgb')
      .ensureAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true }),
  );
  if (info.channels !== 4) throw new TypeError(`expected 4 channels, got ${info.channels}`);
  return { pixels: data, width: info.width, height: info.height };
}

/** Grey levels on white, 0 to 255 (Rec. 709 weights). */
export function toGrey(sample: PixelSample): Float32Array {
  const grey = new Float32Array(sample.width * sample.height);
  for (let index = 0; index < grey.length; index += 1) {
    const at = index * 4;
    const alpha = (sample.pixels[at + 3] ?? 255) / 255;
    const luma =
      0.2126 * (sample.pixels[at] ?? 0) + 0.7152 * (sample.pixels[at + 1] ?? 0) + 0.0722 * (sample.pixels[at + 2] ?? 0);
    grey[index] = luma * alpha + 255 * (1 - alpha);
  }
  return grey;
}

/** The sample on a fixed grid of RGB on white, stretched; each cell is the mean of the pixels it covers. */
export function toGrid(sample: PixelSample, columns: number, rows: number): Uint8Array<ArrayBuffer> {
  const grid = new Uint8Array(columns * rows * 3);
  for (let row = 0; row < rows; row += 1) {
    const [top, bottom] = span(row, rows, sample.height);
    for (let column = 0; column < columns; column += 1) {
      const [left, right] = span(column, columns, sample.width);
      grid.set(meanColour(sample, left, right, top, bottom), (row * columns + column) * 3);
    }
  }
  return grid;
}

function span(index: number, count: number, length: number): readonly [number, number] {
  const start = Math.min(length - 1, Math.floor((index * length) / count));
  return [start, Math.max(start + 1, Math.floor(((index + 1) * length) / count))];
}

function meanColour(sample: PixelSample, left: number, right: number, top: number, bottom: number): number[] {
  const sums = [0, 0, 0];
  for (let y = top; y < bottom; y += 1) {
    for (let x = left; x < right; x += 1) {
      const at = (y * sample.width + x) * 4;
      const alpha = (sample.pixels[at + 3] ?? 255) / 255;
      for (let channel = 0; channel < 3; channel += 1) {
        sums[channel] = (sums[channel] ?? 0) + (sample.pixels[at + channel] ?? 0) * alpha + 255 * (1 - alpha);
      }
    }
  }
  return sums.map((sum) => Math.round(sum / ((right - left) * (bottom - top))));
}
