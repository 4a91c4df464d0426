/** Decoded pixels, upright, in sRGB, reduced: small enough to be held as they are. One byte for each channel. */
export type Pixels = {
  readonly bytes: Buffer;
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 2 | 3 | 4;
};

/** Whether anything shines through. Many pictures have an alpha channel that is never used. */
export function isOpaque({ bytes, channels }: Pixels): boolean {
  if (channels === 1 || channels === 3) return true;
  for (let at = channels - 1; at < bytes.length; at += channels) if (bytes[at] !== 255) return false;
  return true;
}

/** Grey levels of squares of pixels, so that the longest side has about `edge` of them; the rest at the border is left out. */
export function toGreySquares(pixels: Pixels, edge: number): { grey: Uint8Array; width: number; height: number } {
  const { bytes, channels } = pixels;
  const side = Math.max(1, Math.round(Math.max(pixels.width, pixels.height) / edge));
  const width = Math.floor(pixels.width / side);
  const height = Math.floor(pixels.height / side);
  const sums = new Uint32Array(width * height);
  const [green, blue] = channels < 3 ? [0, 0] : [1, 2];
  for (let y = 0; y < height * side; y += 1) {
    const row = Math.floor(y / side) * width;
    let at = y * pixels.width * channels;
    for (let x = 0; x < width; x += 1) {
      let sum = 0;
      for (let inner = 0; inner < side; inner += 1, at += channels) {
        // ITU-R BT.601 weights in 256ths.
        sum += 77 * (bytes[at] ?? 0) + 150 * (bytes[at + green] ?? 0) + 29 * (bytes[at + blue] ?? 0);
      }
      sums[row + x] = (sums[row + x] ?? 0) + sum;
    }
  }
  return { grey: Uint8Array.from(sums, (sum) => sum / (256 * side * side)), width, height };
}
