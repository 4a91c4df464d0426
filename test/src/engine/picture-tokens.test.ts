import { describe, expect, it } from 'vitest';
import { type PictureFamily, pictureFamilies, pictureRules, rulesOf } from '../../../src/engine/picture-rules.ts';
import { countPictureTokens } from '../../../src/engine/picture-tokens.ts';

/** Worked out from the vendors' formulas for three common pictures; the sources stand in picture-rules.ts. */
const table = [
  ['gpt-4o', 765, 1_105, 765],
  ['gpt-5', 630, 910, 630],
  ['gpt-5.4', 1_229, 2_448, 2_942],
  ['gpt-5.5', 1_229, 2_448, 11_868],
  ['gpt-5.6', 1_229, 2_448, 14_364],
  ['gemini-3', 1_120, 1_120, 1_120],
  ['gemini-2', 1_032, 1_548, 1_032],
  ['claude', 1_369, 1_560, 1_564],
  ['claude-4.7', 1_369, 2_691, 4_740],
  ['mistral', 1_337, 1_702, 2_269],
  ['pixtral', 4_096, 2_304, 3_072],
] as const satisfies readonly (readonly [keyof typeof pictureRules, number, number, number])[];

describe('the tokens of a picture', () => {
  it.each(table)('are, for %s, %i at 1024×1024, %i at 1920×1080 and %i at 4032×3024', (family, ...expected) => {
    const { tokens } = pictureRules[family];
    const sizes = [
      { width: 1_024, height: 1_024 },
      { width: 1_920, height: 1_080 },
      { width: 4_032, height: 3_024 },
    ];
    expect(sizes.map((size) => countPictureTokens(size, tokens))).toEqual(expected);
  });

  it('are the same for a picture that lies on its side', () => {
    for (const { tokens } of Object.values(pictureRules))
      expect(countPictureTokens({ width: 1_080, height: 1_920 }, tokens)).toBe(
        countPictureTokens({ width: 1_920, height: 1_080 }, tokens),
      );
  });

  it('are never none, however small or narrow a picture is', () => {
    for (const { tokens } of Object.values(pictureRules))
      for (const size of [
        { width: 1, height: 1 },
        { width: 1, height: 16_000 },
        { width: 60_000, height: 3 },
      ])
        expect(countPictureTokens(size, tokens)).toBeGreaterThan(0);
  });
});

describe('the rules of the vendors', () => {
  it('are there for every family but the one whose pictures are left alone', () => {
    const families: readonly PictureFamily[] = pictureFamilies;
    expect([...families].sort()).toEqual(['original', ...Object.keys(pictureRules)].sort());
    expect(families.filter((family) => rulesOf(family) === null)).toEqual(['original']);
  });

  it('let the pictures through that the bot prepares: JPEG of 1,568 pixels, WebP where it is read', () => {
    for (const [family, rules] of Object.entries(pictureRules)) {
      expect(rules.longEdge, family).toBeGreaterThanOrEqual(1_568);
      expect(rules.formats, family).toContain('image/jpeg');
    }
  });
});
