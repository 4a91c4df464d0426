import { describe, expect, it } from 'vitest';
import { uploadFileName } from '../../../src/images/upload-file-name.ts';

describe('uploadFileName', () => {
  it.each([
    ['IMG_2041.HEIC', '.jpg', 'IMG_2041.jpg'],
    ['Bildschirmfoto 2026-11-22 um 10.41.png', '.jpg', 'Bildschirmfoto-2026-11-22-um-10-41.jpg'],
    ['Café à la crème.webp', '.webp', 'Cafe-a-la-creme.webp'],
    ['写真.png', '.jpg', 'picture.jpg'],
    ['', '.jpg', 'picture.jpg'],
    ['../../etc/passwd', '.jpg', 'etc-passwd.jpg'],
    ['a"; filename="b.png', '.jpg', 'a-filename-b.jpg'],
  ])('makes %j with %s into %s', (name, extension, expected) => {
    expect(uploadFileName(name, extension)).toBe(expected);
  });

  it('stays short for a name of any length', () => {
    expect(uploadFileName('x'.repeat(10_000), '.jpg')).toHaveLength(64);
  });
});
