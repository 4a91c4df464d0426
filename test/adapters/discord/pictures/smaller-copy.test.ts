import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findSmallerCopy } from '../../../../adapters/discord/pictures/smaller-copy.ts';

const mebibyte = 1_024 * 1_024;
const maxBytes = 20 * mebibyte;
const photo = {
  url: 'https://cdn.discordapp.com/attachments/1/2/a.jpg?ex=1&is=2&hm=3&',
  proxyUrl: 'https://media.discordapp.net/attachments/1/2/a.jpg?ex=1&is=2&hm=3&',
  contentType: 'image/jpeg',
  width: 4_000,
  height: 3_000,
};

const query = (found: ReturnType<typeof findSmallerCopy>) => Object.fromEntries(found?.url.searchParams ?? []);

describe('the smaller copy of a picture', () => {
  it('is asked for in the size that a model gets, with the signature', () => {
    const copy = findSmallerCopy(photo, 5 * mebibyte, maxBytes);
    expect(copy?.url.origin).toBe('https://media.discordapp.net');
    expect(query(copy)).toEqual({
      ex: '1',
      is: '2',
      hm: '3',
      width: '1568',
      height: '1176',
      format: 'webp',
      quality: 'high',
    });
    expect(copy?.posted).toEqual({ format: 'JPEG', width: 4_000, height: 3_000, sizeBytes: 5 * mebibyte, frames: 1 });
  });

  it('loses nothing but size where there may be small print', () => {
    expect(query(findSmallerCopy({ ...photo, contentType: 'image/png' }, mebibyte, maxBytes))['quality']).toBe(
      'lossless',
    );
  });

  it('stands in for many bytes in few pixels, and is not enlarged', () => {
    const small = { ...photo, width: 800, height: 600 };
    expect(query(findSmallerCopy(small, 4 * mebibyte + 1, maxBytes))).toMatchObject({ width: '800', height: '600' });
    expect(findSmallerCopy(small, 4 * mebibyte, maxBytes)).toBeNull();
  });

  it('stands in for many pixels in few bytes', () => {
    expect(findSmallerCopy({ ...photo, width: 3_136, height: 100 }, 1_000, maxBytes)).toBeNull();
    expect(findSmallerCopy({ ...photo, width: 3_137, height: 100 }, 1_000, maxBytes)).not.toBeNull();
  });

  it('leaves a GIF alone as long as it can be taken as it is', () => {
    const gif = { ...photo, contentType: 'image/gif' };
    expect(findSmallerCopy(gif, maxBytes, maxBytes)).toBeNull();
    expect(findSmallerCopy(gif, maxBytes + 1, maxBytes)?.posted.format).toBe('GIF');
  });

  it.each([
    { ...photo, proxyUrl: null },
    { ...photo, proxyUrl: 'no address' },
    { ...photo, width: null },
    { ...photo, height: null },
    { ...photo, contentType: null },
    { ...photo, contentType: 'image/svg+xml' },
    { ...photo, contentType: 'video/mp4' },
  ])('is not made where too little is known of the picture', (links) => {
    expect(findSmallerCopy(links, 6 * mebibyte, maxBytes)).toBeNull();
  });

  it('is not made where the size is not known', () => {
    expect(findSmallerCopy(photo, null, maxBytes)).toBeNull();
  });

  it('reads the type whatever stands behind it', () => {
    expect(findSmallerCopy({ ...photo, contentType: 'Image/WebP; q=1' }, 1_000, maxBytes)?.posted.format).toBe('WebP');
  });

  it('keeps the shape of every picture and enlarges none', () => {
    const side = fc.integer({ min: 1, max: 20_000 });
    fc.assert(
      fc.property(side, side, (width, height) => {
        const { width: copyWidth, height: copyHeight } = query(
          findSmallerCopy({ ...photo, width, height }, 5 * mebibyte, maxBytes),
        );
        const scale = Math.min(1, 1_568 / Math.max(width, height));
        expect(Math.abs(Number(copyWidth) - width * scale)).toBeLessThan(1);
        expect(Math.abs(Number(copyHeight) - height * scale)).toBeLessThan(1);
        expect(Math.min(Number(copyWidth), Number(copyHeight))).toBeGreaterThanOrEqual(1);
        expect(Number(copyWidth) <= width && Number(copyHeight) <= height).toBe(true);
      }),
    );
  });
});
