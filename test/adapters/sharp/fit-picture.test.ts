import { randomFillSync } from 'node:crypto';
import sharp from 'sharp';
import { afterAll, describe, expect, it } from 'vitest';
import { createImagePreparer } from '../../../adapters/sharp/create-image-preparer.ts';
import { fitToBytes } from '../../../adapters/sharp/fit-to-bytes.ts';
import type { PictureRule } from '../../../src/engine/fit-picture.ts';
import { readPictureHeader } from '../../../src/engine/picture-header.ts';
import { pictureRules } from '../../../src/engine/picture-rules.ts';
import { normalPicture } from '../../../src/images/prepare-image.ts';
import { createSystemClock } from '../../../src/lib/clock.ts';
import { plainPicture, redAndBlue, samplePhoto } from '../../fakes/made-pictures.ts';

const preparer = createImagePreparer(createSystemClock());
afterAll(() => preparer.close());

const never = new AbortController().signal;
const usual: PictureRule = { longEdge: 100, maxBytes: 1_048_576, allowsWebp: true };
const fitPicture = (bytes: Uint8Array, change: Partial<PictureRule> = {}) =>
  preparer.fitPicture(bytes, { ...usual, ...change }, never);

/** Red, green and blue of the pixel at these shares of width and height. */
async function colourAt(bytes: Uint8Array, x: number, y: number): Promise<number[]> {
  const { data, info } = await sharp(bytes).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const at = (Math.floor(y * info.height) * info.width + Math.floor(x * info.width)) * info.channels;
  return [...data.subarray(at, at + 3)].map((value) => (value > 200 ? 255 : value < 55 ? 0 : 128));
}

describe('a picture made fit', () => {
  it('has the longest side that is wished, and its own when that is shorter', async () => {
    const wide = await samplePhoto(400, 200).png().toBuffer();
    expect(await fitPicture(wide)).toMatchObject({ mimeType: 'image/jpeg', width: 100, height: 50 });
    expect(await fitPicture(wide, { longEdge: 2_048 })).toMatchObject({ width: 400, height: 200 });
  });

  it('stands upright, without a word about who took it', async () => {
    const lying = await redAndBlue(80, 40)
      .withExif({ IFD0: { Copyright: 'Ann' } })
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toBuffer();
    const { bytes, width, height } = await fitPicture(lying);
    expect([width, height]).toEqual([40, 80]);
    expect(await colourAt(bytes, 0.5, 0.2)).toEqual([255, 0, 0]);
    expect(readPictureHeader(bytes)?.isPlain).toBe(true);
    expect(Buffer.from(bytes).includes('Ann')).toBe(false);
  });

  it('is the first frame of one that moves', async () => {
    const frames = await Promise.all(
      ['#ff0000', '#0000ff'].map((colour) => plainPicture(40, 40, colour).png().toBuffer()),
    );
    const moving = await sharp(frames, { join: { animated: true } })
      .gif()
      .toBuffer();
    const { bytes } = await fitPicture(moving);
    expect(await colourAt(bytes, 0.5, 0.5)).toEqual([255, 0, 0]);
    expect(readPictureHeader(bytes)).toMatchObject({ width: 40, height: 40, isPlain: true });
  });

  it('keeps what is transparent as WebP, and makes it white where that is not read', async () => {
    const glass = await plainPicture(40, 40, '#ff000000').png().toBuffer();
    expect(await fitPicture(glass)).toMatchObject({ mimeType: 'image/webp' });
    const white = await fitPicture(glass, { allowsWebp: false });
    expect(white.mimeType).toBe('image/jpeg');
    expect(await colourAt(white.bytes, 0.5, 0.5)).toEqual([255, 255, 255]);
  });

  it('has no more bytes than are allowed, with whatever size that takes', async () => {
    const noise = randomFillSync(Buffer.alloc(600 * 600 * 3));
    const png = await sharp(noise, { raw: { width: 600, height: 600, channels: 3 } })
      .png()
      .toBuffer();
    const maxBytes = 40_000;
    const { bytes, width } = await fitPicture(png, { longEdge: 600, maxBytes });
    expect(bytes.byteLength).toBeLessThanOrEqual(maxBytes);
    expect(bytes.byteLength).toBeGreaterThan(maxBytes / 3);
    expect(width).toBeLessThan(600);
  });

  it('is refused when it is damaged, empty, or no picture', async () => {
    const cut = (await samplePhoto(200, 200).png().toBuffer()).subarray(0, 200);
    await expect(fitPicture(cut)).rejects.toMatchObject({ code: 'image-damaged' });
    await expect(fitPicture(new Uint8Array())).rejects.toMatchObject({ code: 'image-empty' });
    await expect(fitPicture(Buffer.from('%PDF-1.7'))).rejects.toMatchObject({ code: 'image-type-unsupported' });
  });

  it('is given up when no copy is small enough', async () => {
    const edges: number[] = [];
    const stubborn = async (longEdge: number) => {
      edges.push(longEdge);
      return { bytes: new Uint8Array(1_000), mimeType: 'image/jpeg', width: longEdge, height: 10 } as const;
    };
    await expect(fitToBytes(stubborn, { longEdge: 100, maxBytes: 500, allowsWebp: true })).rejects.toMatchObject({
      code: 'image-too-large',
    });
    expect(edges).toHaveLength(4);
    expect(edges.toSorted((left, right) => right - left)).toEqual(edges);
  });
});

describe('a picture that the bot prepared', () => {
  it.each([
    ['a photo', () => samplePhoto(3_000, 2_000).jpeg().toBuffer()],
    ['a transparent drawing', () => plainPicture(2_000, 900, '#33669980').png().toBuffer()],
  ])('needs nothing done to it for any vendor: %s', async (_what, make) => {
    const { bytes, mimeType } = await preparer.prepare(await make(), normalPicture, never);
    const header = readPictureHeader(bytes);
    expect(header).toMatchObject({ mimeType, isPlain: true });
    for (const [family, rules] of Object.entries(pictureRules)) {
      if (!rules.formats.some((format) => format === mimeType)) continue;
      expect(Math.max(header?.width ?? 0, header?.height ?? 0), family).toBeLessThanOrEqual(rules.longEdge);
      expect(bytes.byteLength, family).toBeLessThan(rules.pictureBytes);
    }
  });
});
