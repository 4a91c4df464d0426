/**
 * Bounds found with 32 photographs and drawings and their Gaussian blurs, reduced to 512 pixels: sharp ones have a 99.9th
 * percentile of 41 and more, those blurred until words cannot be read 5 to 14. Below that it is a plain surface or a gradient.
 */
const blurryFrom = 5;
const blurryTo = 14;
const contrastFrom = 12;

/** The longest side on which sharpness is measured. */
export const sharpnessEdge = 512;

/** How strong the finest structures are, and how far the brightness varies, both in grey levels. */
export type Sharpness = { readonly edgePercentile: number; readonly contrast: number };

/** The 99.9th percentile of the Laplacian's strength, and the standard deviation of the brightness. */
export function measureSharpness(grey: Uint8Array, width: number, height: number): Sharpness {
  const strengths = new Uint32Array(4 * 255 + 1);
  let count = 0;
  let sum = 0;
  let sumOfSquares = 0;
  for (let y = 1; y < height - 1; y += 1) {
    for (let at = y * width + 1; at < (y + 1) * width - 1; at += 1) {
      const value = grey[at] ?? 0;
      const around = (grey[at - 1] ?? 0) + (grey[at + 1] ?? 0) + (grey[at - width] ?? 0) + (grey[at + width] ?? 0);
      const strength = Math.abs(4 * value - around);
      strengths[strength] = (strengths[strength] ?? 0) + 1;
      count += 1;
      sum += value;
      sumOfSquares += value * value;
    }
  }
  if (count === 0) return { edgePercentile: 0, contrast: 0 };
  const mean = sum / count;
  return {
    edgePercentile: percentile(strengths, count * 0.999),
    contrast: Math.sqrt(Math.max(0, sumOfSquares / count - mean * mean)),
  };
}

function percentile(histogram: Uint32Array, rank: number): number {
  let seen = 0;
  for (const [value, count] of histogram.entries()) {
    seen += count;
    if (seen >= rank) return value;
  }
  return histogram.length - 1;
}

/** Whether to tell the person. In doubt no: a wrong remark is worse than none. */
export function isBlurry(sharpness: Sharpness): boolean {
  const { edgePercentile, contrast } = sharpness;
  return contrast >= contrastFrom && edgePercentile >= blurryFrom && edgePercentile <= blurryTo;
}
