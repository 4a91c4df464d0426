import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createTextLog, cutToBytes, type TextCursor } from '../../../src/engine/text-log.ts';

const start = (): TextCursor => ({ block: 0, offset: 0 });

describe('a text that grows', () => {
  it('gives every reader the same text, whenever it reads', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.string({ unit: 'grapheme', maxLength: 900 }), fc.boolean())), (steps) => {
        const log = createTextLog(1_000_000);
        const eager = start();
        let read = '';
        for (const [piece, reads] of steps) {
          expect(log.append(piece)).toBe(true);
          if (reads) read += log.read(eager);
        }
        const late = start();
        let lateRead = '';
        for (let piece = log.read(late); piece !== ''; piece = log.read(late)) lateRead += piece;
        for (let piece = log.read(eager); piece !== ''; piece = log.read(eager)) read += piece;
        const whole = steps.map(([piece]) => piece).join('');
        expect([read, lateRead, log.text()]).toEqual([whole, whole, whole]);
      }),
    );
  });

  it('never gives half of a surrogate pair', () => {
    const log = createTextLog(1_000);
    const cursor = start();
    const reads: string[] = [];
    for (const unit of 'a🐈b🐕'.split('')) {
      log.append(unit);
      reads.push(log.read(cursor));
    }
    expect(reads).toEqual(['a', '', '🐈', 'b', '', '🐕']);
  });

  it('bounds what one read takes, between characters', () => {
    const log = createTextLog(1_000_000);
    const text = `x${'🐈'.repeat(20_000)}`;
    log.append(text);
    const cursor = start();
    const pieces: string[] = [];
    for (let piece = log.read(cursor); piece !== ''; piece = log.read(cursor)) pieces.push(piece);
    expect(pieces.every((piece) => piece.length <= 16_384 && piece.isWellFormed())).toBe(true);
    expect(pieces.join('')).toBe(text);
  });

  it('takes what fits and says that something did not', () => {
    const log = createTextLog(5);
    expect(log.append('ab')).toBe(true);
    expect(log.append('🐈')).toBe(false);
    expect(log.append('c')).toBe(true);
    expect(log.text()).toBe('abc');
  });
});

describe('cutting to bytes', () => {
  it('keeps the longest beginning that fits, between characters', () => {
    expect(['äöü', '🐈x', 'abc', 'abcd', ''].map((text) => cutToBytes(text, 3))).toEqual(['ä', '', 'abc', 'abc', '']);
    expect(cutToBytes('abc', 0)).toBe('');
  });
});
