import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { readPictureHeader } from '../../../src/engine/picture-header.ts';
import { plainPicture } from '../../fakes/made-pictures.ts';

const picture = () => plainPicture(37, 21, '#336699');
const transparent = () => plainPicture(37, 21, '#33669980');

describe('the header of a picture', () => {
  it.each([
    ['a PNG', () => picture().png(), 'image/png'],
    ['a transparent PNG', () => transparent().png(), 'image/png'],
    ['a JPEG', () => picture().jpeg(), 'image/jpeg'],
    ['a progressive JPEG', () => picture().jpeg({ progressive: true }), 'image/jpeg'],
    ['a WebP', () => picture().webp(), 'image/webp'],
    ['a lossless WebP', () => picture().webp({ lossless: true }), 'image/webp'],
    ['a transparent WebP', () => transparent().webp(), 'image/webp'],
    ['a transparent lossless WebP', () => transparent().webp({ lossless: true }), 'image/webp'],
  ])('of %s gives its size, and that it is nothing but the picture', async (_what, make, mimeType) => {
    expect(readPictureHeader(await make().toBuffer())).toEqual({ mimeType, width: 37, height: 21, isPlain: true });
  });

  it.each([
    ['a GIF', () => picture().gif()],
    [
      'a JPEG with EXIF',
      () =>
        picture()
          .withExif({ IFD0: { Copyright: 'Ann' } })
          .jpeg(),
    ],
    ['a JPEG that is to be turned', () => picture().withMetadata({ orientation: 6 }).jpeg()],
    [
      'a WebP with EXIF',
      () =>
        picture()
          .withExif({ IFD0: { Copyright: 'Ann' } })
          .webp(),
    ],
    [
      'a PNG with EXIF',
      () =>
        picture()
          .withExif({ IFD0: { Copyright: 'Ann' } })
          .png(),
    ],
    ['a JPEG with XMP', () => picture().withXmp('<x:xmpmeta xmlns:x="adobe:ns:meta/"/>').jpeg()],
  ])('of %s says that there is more to it', async (_what, make) => {
    expect(readPictureHeader(await make().toBuffer())).toMatchObject({ width: 37, height: 21, isPlain: false });
  });

  it('of a moving WebP says that there is more to it', async () => {
    const frames = await sharp([await picture().png().toBuffer(), await transparent().png().toBuffer()], {
      join: { animated: true },
    })
      .webp()
      .toBuffer();
    expect(readPictureHeader(frames)).toMatchObject({ isPlain: false });
  });

  it('is nothing for what is no picture, and for what is cut off in its header', async () => {
    expect(readPictureHeader(Buffer.from('%PDF-1.7'))).toBeNull();
    expect(readPictureHeader(new Uint8Array())).toBeNull();
    for (const make of [picture().png(), picture().jpeg(), picture().webp(), picture().gif()]) {
      const bytes = await make.toBuffer();
      for (let length = 0; length < 30; length += 1)
        expect(() => readPictureHeader(bytes.subarray(0, length))).not.toThrow();
    }
  });

  it('is looked for to the end and no further, whatever lengths a file claims', () => {
    const endless = Buffer.concat([
      Buffer.from('\xff\xd8', 'latin1'),
      Buffer.from('\xff\xe0\x00\x00'.repeat(8), 'latin1'),
    ]);
    expect(readPictureHeader(endless)).toBeNull();
  });
});
