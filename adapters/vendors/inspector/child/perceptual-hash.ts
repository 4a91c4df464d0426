import { type PixelSample, toGrid } from './pixel-sample.ts';

/** The 64-bit difference hash: one bit for each neighbour in a 9 × 8 grid that is brighter than the one to its left. */
export function perceptualHash(sample: PixelSample): string {
  const grid = toGrid(sample, 9, 8);
  const level = (row: number, column: number) => {
    const at = (row * 9 + column) * 3;
    return 0.2126 * (grid[at] ?? 0) + 0.7152 * (grid[at + 1] ?? 0) + 0.0722 * (grid[at + 2] ?? 0);
  };
  let bits = 0n;
  for (let row = 0; row < 8; row += 1) {
    for (let column = 0; column < 8; column += 1) {
      bits = (bits << 1n) | (level(row, column + 1) > level(row, column) ? 1n : 0n);
    }
  }
  return bits.toString(16).padStart(16, '0');
}
