import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assetKey, tidyName } from '../../../src/engine/asset-key.ts';

const keyFor = (name: string) =>
  assetKey({ name, mimeType: 'image/jpeg', createdAtMs: 1_775_044_799_999, token: 'T'.repeat(22) });

describe('the key of a picture', () => {
  it.each([
    ['photo.JPEG', 'photo.jpg'],
    ['photo.php.png', 'photo_php.jpg'],
    ['../../etc/passwd', 'passwd.jpg'],
    ['..', 'image.jpg'],
    ['.htaccess', 'image.jpg'],
    ['', 'image.jpg'],
    ['кот.png', 'image.jpg'],
    ['Straße Nº5.png', 'Stra_e_No5.jpg'],
    ['a'.repeat(300), `${'a'.repeat(64)}.jpg`],
    ['a\u202egnp.exe', 'agnp.jpg'],
  ])('keeps of the name %j what is safe', (name, ending) => {
    expect(keyFor(name)).toBe(`images/2026_04_01_11_59_59_999_TTTTTTTTTTTTTTTTTTTTTT_${ending}`);
  });

  it('is harmless whatever the name', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (name) => {
        expect(keyFor(name)).toMatch(/^images\/[A-Za-z0-9_-]{46,120}\.jpg$/);
      }),
    );
  });
});

describe('the original name', () => {
  it('loses folders and what cannot be seen, and is never empty', () => {
    expect(['a/b\\c d.png', 'x\0\u202ey.png', '\n', 'ü'.repeat(300)].map(tidyName)).toEqual([
      'c d.png',
      'xy.png',
      'image',
      'ü'.repeat(255),
    ]);
  });
});
