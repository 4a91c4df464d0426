import { toLab } from './lab.ts';
import type { PixelSample } from './pixel-sample.ts';

/** What is told about light and detail; units as in `PictureFacts`. */
export type Light = {
  readonly brightness: number;
  readonly contrast: number;
  readonly sharpness: number;
  readonly flatShare: number;
};

/** Grey levels to L*, once for each of the 256. */
function lightnessTable(): Float32Array {
  return Float32Array.from({ length: 256 }, (_, level) => toLab(level, level, level).lightness);
}

function spread(values: Float32Array): { mean: number; variance: number } {
  let sum = 0;
  let squares = 0;
  for (const value of values) {
    sum += value;
    squares += value * value;
  }
  const mean = sum / Math.max(1, values.length);
  return { mean, variance: Math.max(0, squares / Math.max(1, values.length) - mean * mean) };
}

function laplacian(grey: Float32Array, width: number, height: number): Float32Array {
  const edges = new Float32Array(Math.max(0, (width - 2) * (height - 2)));
  let next = 0;
  for (let y = 1; y < height - 1; y += 1) {
    for (let x = 1; x < width - 1; x += 1) {
      const at = y * width + x;
      edges[next] =
        4 * (grey[at] ?? 0) -
        (grey[at - 1] ?? 0) -
        (grey[at + 1] ?? 0) -
        (grey[at - width] ?? 0) -
        (grey[at + width] ?? 0);
      next += 1;
    }
  }
  return edges;
}

function flatShare(grey: Float32Array, width: number): number {
  let flat = 0;
  let pairs = 0;
  for (let at = 1; at < grey.length; at += 1) {
    if (at % width === 0) continue;
    pairs += 1;
    if (Math.abs((grey[at] ?? 0) - (grey[at - 1] ?? 0)) < 0.75) flat += 1;
  }
  return pairs === 0 ? 1 : flat / pairs;
}

/** Measures a sample through its grey levels. */
export function measureLight(sample: PixelSample, grey: Float32Array): Light {
  const table = lightnessTable();
  const lightness = spread(grey.map((level) => table[Math.round(level)] ?? 0));
  return {
    brightness: Math.min(100, Math.max(0, lightness.mean)),
    contrast: Math.min(100, Math.sqrt(lightness.variance)),
    sharpness: spread(laplacian(grey, sample.width, sample.height)).variance,
    flatShare: flatShare(grey, sample.width),
  };
}
