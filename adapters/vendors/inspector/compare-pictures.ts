import type { PictureFacts } from './wire.ts';

/** How two pictures differ, measured. */
export type Comparison = {
  /** Of what was measured, which may be copies. */
  readonly identicalBytes: boolean;
  /** Bits of 64 in which the difference hashes disagree: up to 6 the same picture, 20 and more another one. */
  readonly hashDistance: number;
  /** Mean L* of the second less that of the first. */
  readonly brighterBy: number;
  readonly onlyInFirst: readonly string[];
  readonly onlyInSecond: readonly string[];
  /** Where they differ, in words, on a grid of 3 × 3; null when their shapes do not allow to lay one upon the other. */
  readonly regions: readonly string[] | null;
};

const gridEdge = 96;
const cellEdge = gridEdge / 3;
/** A channel must differ by so many of 255 levels: compression alone stays below. */
const minDifference = 24;
/** So many pixels of a cell must differ: 8 of 1,024. */
const minChangedPixels = 8;

const rowNames = ['top', 'middle', 'bottom'] as const;
const columnNames = ['left', 'centre', 'right'] as const;

function regionName(row: number, column: number): string {
  if (row === 1 && column === 1) return 'centre';
  if (row === 1) return `${columnNames[column]} side`;
  return column === 1 ? `${rowNames[row]} centre` : `${rowNames[row]} ${columnNames[column]}`;
}

function changedPixels(first: Uint8Array, second: Uint8Array, row: number, column: number): number {
  let changed = 0;
  for (let y = row * cellEdge; y < (row + 1) * cellEdge; y += 1) {
    for (let x = column * cellEdge; x < (column + 1) * cellEdge; x += 1) {
      const at = (y * gridEdge + x) * 3;
      const differs = [0, 1, 2].some(
        (channel) => Math.abs((first[at + channel] ?? 0) - (second[at + channel] ?? 0)) >= minDifference,
      );
      if (differs) changed += 1;
    }
  }
  return changed;
}

function changedRegions(first: Uint8Array, second: Uint8Array): string[] {
  return [0, 1, 2].flatMap((row) =>
    [0, 1, 2].flatMap((column) =>
      changedPixels(first, second, row, column) >= minChangedPixels ? [regionName(row, column)] : [],
    ),
  );
}

function hashDistance(first: string, second: string): number {
  let different = BigInt(`0x${first}`) ^ BigInt(`0x${second}`);
  let bits = 0;
  while (different > 0n) {
    bits += Number(different & 1n);
    different >>= 1n;
  }
  return bits;
}

function namesMissingIn(first: PictureFacts, second: PictureFacts): string[] {
  const names = new Set(second.palette.map((colour) => colour.name));
  return first.palette.filter((colour) => colour.share >= 0.05 && !names.has(colour.name)).map((colour) => colour.name);
}

/** Lays two pictures side by side. */
export function comparePictures(first: PictureFacts, second: PictureFacts): Comparison {
  const shapes = [first.width / first.height, second.width / second.height] as const;
  const sameShape = Math.abs(shapes[0] - shapes[1]) / shapes[0] < 0.02;
  return {
    identicalBytes: first.sha256 === second.sha256,
    hashDistance: hashDistance(first.perceptualHash, second.perceptualHash),
    brighterBy: second.brightness - first.brightness,
    onlyInFirst: namesMissingIn(first, second),
    onlyInSecond: namesMissingIn(second, first),
    regions: sameShape ? changedRegions(first.thumbnail, second.thumbnail) : null,
  };
}
