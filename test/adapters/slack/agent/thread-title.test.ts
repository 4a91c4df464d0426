import fc from 'fast-check';
import { expect, it } from 'vitest';
import { toThreadTitle } from '../../../../adapters/slack/agent/thread-title.ts';

it.each([
  ['What is this?', 'What is this?'],
  ['  what\n\nis \u200B this?  ', 'what is this?'],
  ['/ask model of this car?', 'model of this car?'],
  ['x'.repeat(50), 'x'.repeat(50)],
  ['x'.repeat(51), `${'x'.repeat(49)}…`],
  ['How many people stand in front of the large old house?', 'How many people stand in front of the large old…'],
  ['Is it large, or is it small, or neither of the two, or?', 'Is it large, or is it small, or neither of the…'],
  [`Is ${'x'.repeat(60)}`, `Is ${'x'.repeat(46)}…`],
])('names a thread after its question: %s', (question, title) => {
  expect(toThreadTitle(question)).toBe(title);
});

it.each(['', '  \n', '/ask ', '\u200B'])('names none after a question without words: "%s"', (question) => {
  expect(toThreadTitle(question)).toBeNull();
});

it('is one line of at most 50 characters, whatever was asked', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (question) => {
      const title = toThreadTitle(question) ?? 'x';
      expect([...title].length).toBeLessThanOrEqual(50);
      expect(title).not.toMatch(/[\n\r\p{Cc}]/u);
      expect(title.isWellFormed()).toBe(true);
      expect(title.trim()).not.toBe('');
    }),
  );
});
