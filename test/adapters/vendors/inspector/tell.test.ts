import { describe, expect, it } from 'vitest';
import { colourName } from '../../../../adapters/vendors/inspector/child/colour-names.ts';
import { quoteBlock, quoteInline } from '../../../../adapters/vendors/inspector/tell/quote.ts';
import { tellCodes } from '../../../../adapters/vendors/inspector/tell/tell-codes.ts';
import { tellText } from '../../../../adapters/vendors/inspector/tell/tell-text.ts';

describe('quotes from inside a picture', () => {
  it.each([
    ['plain', '`plain`'],
    ['a `b` c', '``a `b` c``'],
    ['`x`', '`` `x` ``'],
    ['two\nlines', '`two lines`'],
    ['hidden\u202etxet\u200b', '`hiddentxet`'],
  ])('hold %j inline', (text, quoted) => {
    expect(quoteInline(text)).toBe(quoted);
  });

  it('cannot be left by a fence of their own', () => {
    expect(quoteBlock(['```', '# loud', '````'])).toBe('`````\n```\n# loud\n````\n`````');
  });

  it('say when the reading is unsure or cut', () => {
    const text = tellText({ lines: ['one', 'two'], confidence: 70, cut: true }, true);
    expect(text).toBe(
      'It says:\n\n```\none\ntwo\n```\n\nI am not sure of every word. There is more; this is its beginning.',
    );
  });

  it('list several codes', () => {
    const codes = [
      { format: 'QRCode', text: 'first' },
      { format: 'NewCode', text: '' },
    ];
    expect(tellCodes(codes, false)).toBe('It holds 2 codes:\n\n- QR code: `first`\n- NewCode code without text');
  });
});

describe('names of colours', () => {
  it.each([
    ['red', 255, 0, 0],
    ['dark blue', 10, 20, 110],
    ['white', 253, 253, 253],
    ['black', 6, 6, 6],
    ['grey', 128, 128, 128],
    ['light blue', 165, 205, 230],
    ['dark green', 20, 70, 25],
    ['brown', 130, 85, 45],
    ['orange', 250, 150, 10],
    ['yellow', 250, 245, 20],
    ['purple', 130, 20, 140],
    ['pink', 250, 185, 200],
  ])('call it %s', (name, red, green, blue) => {
    expect(colourName(red, green, blue)).toBe(name);
  });
});
