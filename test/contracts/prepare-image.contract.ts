import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PrepareImage } from '../../src/images/prepare-image.ts';
import {
  animatedPng,
  animation,
  claimingPng,
  otherFiles,
  plainPicture,
  redAndBlue,
  samplePhoto,
} from '../fakes/made-pictures.ts';

const never = new AbortController().signal;
const limits = { longEdge: 800 };

/** Runs the contract of `PrepareImage`. `make` gives one that is used for all tests, and how to end it. */
export function prepareImageContract(
  name: string,
  make: () => { prepare: PrepareImage; close(): Promise<void> },
): void {
  describe(`${name} as PrepareImage`, () => {
    let made: ReturnType<typeof make>;
    beforeAll(() => {
      made = make();
    });
    afterAll(() => made.close());

    const prepare = (bytes: Uint8Array) => made.prepare(bytes, limits, never);
    const colourAt = async (bytes: Uint8Array, x: number, y: number) => {
      const { data, info } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true });
      const at = (y * info.width + x) * info.channels;
      return [...data.subarray(at, at + 3)].map((value) => (value > 160 ? 'high' : value < 90 ? 'low' : 'middle'));
    };

    it.each(['jpeg', 'png', 'webp', 'gif'] as const)('makes a %s fit', async (format) => {
      const prepared = await prepare(await samplePhoto(1_000, 600).toFormat(format).toBuffer());
      expect(prepared).toMatchObject({ width: 800, height: 480, mimeType: 'image/jpeg', extension: '.jpg' });
      expect(await sharp(prepared.bytes).metadata()).toMatchObject({ format: 'jpeg', width: 800, height: 480 });
      expect(prepared.remarks).toEqual([]);
    });

    it.each([
      ['jpeg', 'JPEG'],
      ['png', 'PNG'],
      ['webp', 'WebP'],
      ['gif', 'GIF'],
    ] as const)('tells what a %s was before it was made fit', async (encoding, format) => {
      const received = await samplePhoto(1_000, 600).toFormat(encoding).toBuffer();
      const original = { format, width: 1_000, height: 600, sizeBytes: received.byteLength, frames: 1 };
      expect((await prepare(received)).original).toEqual(original);
    });

    it('never enlarges', async () => {
      const prepared = await prepare(await samplePhoto(300, 200).png().toBuffer());
      expect(prepared).toMatchObject({ width: 300, height: 200 });
    });

    it('turns a picture upright and strips its metadata', async () => {
      const taken = await redAndBlue(400, 200)
        .withExif({ IFD0: { Artist: 'Somebody' }, IFD3: { GPSLatitude: '51/1 30/1 0/1' } })
        .withMetadata({ orientation: 6 })
        .jpeg({ chromaSubsampling: '4:4:4' })
        .toBuffer();
      const prepared = await prepare(taken);
      expect(prepared).toMatchObject({ width: 200, height: 400, original: { width: 200, height: 400 } });
      expect(await colourAt(prepared.bytes, 100, 40)).toEqual(['high', 'low', 'low']);
      expect(await colourAt(prepared.bytes, 100, 360)).toEqual(['low', 'low', 'high']);
      const { exif, icc, xmp, iptc, orientation } = await sharp(prepared.bytes).metadata();
      expect({ exif, icc, xmp, iptc, orientation }).toEqual({});
    });

    it('keeps what shines through, and makes a JPEG of what has an unused alpha channel', async () => {
      const seeThrough = await prepare(await plainPicture(300, 300, '#ff000080').png().toBuffer());
      expect(seeThrough).toMatchObject({ mimeType: 'image/webp', extension: '.webp' });
      expect(await sharp(seeThrough.bytes).metadata()).toMatchObject({ format: 'webp', hasAlpha: true });
      const opaque = await prepare(await plainPicture(300, 300, '#ff0000ff').png().toBuffer());
      expect(opaque.mimeType).toBe('image/jpeg');
    });

    it.each(['gif', 'webp'] as const)('takes the first frame of an animated %s and says so', async (format) => {
      const prepared = await prepare(await animation(format, ['#ff0000', '#00ff00', '#0000ff']));
      expect(prepared).toMatchObject({ width: 80, height: 80 });
      expect(prepared.remarks).toEqual(['first-frame']);
      expect(prepared.original).toMatchObject({ width: 80, height: 80, frames: 3 });
      expect(await colourAt(prepared.bytes, 40, 40)).toEqual(['high', 'low', 'low']);
    });

    it('says so of an animated PNG too', async () => {
      const { remarks, original } = await prepare(await animatedPng());
      expect([remarks, original.frames]).toEqual([['first-frame'], 2]);
    });

    it('makes sRGB of CMYK', async () => {
      const printed = await redAndBlue(300, 300).toColourspace('cmyk').jpeg().toBuffer();
      const prepared = await prepare(printed);
      expect(await sharp(prepared.bytes).metadata()).toMatchObject({ space: 'srgb', channels: 3 });
    });

    it('remarks on a tiny picture', async () => {
      expect((await prepare(await samplePhoto(63, 300).png().toBuffer())).remarks).toEqual(['tiny']);
      expect((await prepare(await samplePhoto(64, 300).png().toBuffer())).remarks).toEqual([]);
    });

    it('remarks on a blurry picture', async () => {
      const blurred = await samplePhoto(1_000, 700).blur(9).jpeg().toBuffer();
      expect((await prepare(blurred)).remarks).toEqual(['blurry']);
    });

    it('does not call a plain surface or a gradient blurry', async () => {
      expect((await prepare(await plainPicture(600, 600, '#336699').png().toBuffer())).remarks).toEqual([]);
      const gradient = Buffer.alloc(600 * 600 * 3);
      for (let at = 0; at < gradient.length; at += 1) gradient[at] = (Math.floor(at / 3) % 600) * 0.4;
      const smooth = await sharp(gradient, { raw: { width: 600, height: 600, channels: 3 } })
        .png()
        .toBuffer();
      expect((await prepare(smooth)).remarks).toEqual([]);
    });

    it('keeps coloured writing readable', async () => {
      const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="240" height="240"><rect width="240" height="240" fill="#00f"/>${Array.from({ length: 60 }, (_, line) => `<rect x="${line * 4}" width="2" height="240" fill="#f00"/>`).join('')}</svg>`;
      const original = await sharp(Buffer.from(svg)).removeAlpha().png().toBuffer();
      const prepared = await prepare(original);
      // With colours at half resolution the stripes run into a purple of about 128.
      expect(await colourAt(prepared.bytes, 120, 120)).toEqual(['high', 'low', 'low']);
      expect(await colourAt(prepared.bytes, 123, 120)).toEqual(['low', 'low', 'high']);
    });

    it('gives the same bytes for the same picture', async () => {
      const photo = await samplePhoto(900, 600).jpeg().toBuffer();
      const [first, second] = [await prepare(photo), await prepare(photo)];
      expect(Buffer.from(first.bytes).equals(Buffer.from(second.bytes))).toBe(true);
    });

    it.each([...otherFiles().keys()])('refuses what is %s and names it', async (format) => {
      const refused = prepare(otherFiles().get(format) ?? new Uint8Array());
      await expect(refused).rejects.toMatchObject({ code: 'image-type-unsupported', facts: { format } });
    });

    it('refuses no bytes at all', async () => {
      await expect(prepare(new Uint8Array())).rejects.toMatchObject({ code: 'image-empty' });
    });

    it('refuses more than 20 MB', async () => {
      const sizeBytes = 20 * 1_024 * 1_024 + 1;
      const refused = prepare(Buffer.alloc(sizeBytes, 0xff));
      await expect(refused).rejects.toMatchObject({ code: 'image-too-large', facts: { sizeBytes } });
    });

    it('refuses more than 50 megapixels by what the header says', async () => {
      const refused = prepare(claimingPng(16_000, 16_000));
      await expect(refused).rejects.toMatchObject({
        code: 'image-too-many-pixels',
        facts: { width: 16_000, height: 16_000, maxMegapixels: 50 },
      });
    });

    it.each(['jpeg', 'png', 'webp', 'gif'] as const)('refuses a %s that is cut off', async (format) => {
      const whole = await samplePhoto(500, 400).toFormat(format).toBuffer();
      await expect(prepare(whole.subarray(0, whole.length / 2))).rejects.toMatchObject({ code: 'image-damaged' });
    });

    it('refuses rubbish behind a good beginning', async () => {
      const rubbish = Buffer.concat([Buffer.from('\xff\xd8\xff\xe0', 'latin1'), Buffer.alloc(500, 7)]);
      await expect(prepare(rubbish)).rejects.toMatchObject({ code: 'image-damaged', facts: { format: 'JPEG' } });
    });

    it('ends with the signal’s reason, and goes on with the next picture', async () => {
      const photo = await samplePhoto(900, 600).jpeg().toBuffer();
      const stop = new AbortController();
      const preparing = made.prepare(photo, limits, stop.signal);
      stop.abort(new Error('enough'));
      await expect(preparing).rejects.toThrow('enough');
      expect((await prepare(photo)).width).toBe(800);
    });
  });
}
