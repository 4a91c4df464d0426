import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createAnswerParts } from '../../../src/delivery/answer-parts.ts';
import type { OutboxLimits } from '../../../src/delivery/outbox.ts';
import { sanitise } from '../../../src/delivery/sanitise.ts';
import type { TextPart } from '../../../src/delivery/split.ts';
import { createFakeClock } from '../../fakes/fake-clock.ts';

const forMs = 210_000;
const edits = { count: 100, windowMs: 60_000 };

/** The parts of an answer whose messages are posted the moment they have something to show. */
function createGrowingAnswer(text: OutboxLimits['text'] = { max: 9_000, unit: 'utf8-bytes' }) {
  const clock = createFakeClock(0);
  const begun: number[] = [];
  const limits: OutboxLimits = { text, edits, growth: { type: 'continued', forMs } };
  const parts = createAnswerParts(limits, null, { begunMs: (index) => begun[index] ?? null }, clock);
  return {
    final: parts.final,
    /** What the messages show when so much of the answer has come at that time. */
    async show(whole: string, atMs: number): Promise<readonly TextPart[]> {
      await clock.advance(atMs - clock.now());
      const all = parts.growing(whole).filter((part) => part.text !== '');
      while (begun.length < all.length) begun.push(atMs);
      return all;
    },
  };
}

const textsOf = (parts: readonly TextPart[]) => parts.map((part) => part.text);

const piece = fc.oneof(
  fc.constantFrom(
    ...[' ', ' ', '\n', '\n\n', '. ', 'one', 'two three', '`', '```', '```js\n', '\n```\n', '```\n', '~~~~ info\n'],
    ...[
      '| a | b |\n',
      '|---|---|\n',
      '| 1 | 2 |\n',
      'a | b\n',
      '- item ',
      '> quote\n',
      '👩‍👩‍👧',
      'e\u0301',
      '日本語。',
      '|',
    ],
    ...['@everyone', '@eve', '[a](https://a.example)', '[', '](', '<a:', 'x'.repeat(70), '\t', '  \n', '! ', '**b** '],
  ),
  fc.string({ unit: 'grapheme', maxLength: 12 }),
);
const limits = fc.record({
  max: fc.integer({ min: 40, max: 300 }),
  unit: fc.constantFrom('utf16' as const, 'utf8-bytes' as const),
});
const chunks = fc.array(
  fc.record({
    text: fc.array(piece, { maxLength: 4 }).map((pieces) => pieces.join('')),
    waitMs: fc.oneof(fc.integer({ min: 0, max: 2_000 }), fc.integer({ min: 0, max: 90_000 })),
  }),
  { maxLength: 30 },
);

describe('messages that grow by additions', () => {
  it('continue what they showed, fit, and hold the whole text, whatever comes when', async () => {
    await fc.assert(
      fc.asyncProperty(chunks, limits, async (all, limit) => {
        const answer = createGrowingAnswer(limit);
        let whole = '';
        let nowMs = 0;
        let before: readonly TextPart[] = [];
        const judge = (parts: readonly TextPart[]) => {
          for (const [index, part] of parts.entries()) {
            const length = limit.unit === 'utf16' ? part.text.length : Buffer.byteLength(part.text);
            expect(length).toBeLessThanOrEqual(limit.max);
            const earlier = before[index];
            if (earlier?.sealed) expect(part).toEqual(earlier);
            else expect(part.text.startsWith(earlier?.text ?? '')).toBe(true);
          }
          expect(parts.length).toBeGreaterThanOrEqual(before.length);
          before = parts;
        };
        for (const { text, waitMs } of all) {
          nowMs += waitMs;
          whole += text;
          judge(await answer.show(whole, nowMs));
        }
        const last = answer.final(whole);
        expect(last.map((part) => part.body).join('')).toBe(sanitise(whole));
        judge(last.filter((part) => part.text !== ''));
      }),
      { numRuns: 400 },
    );
  });

  it('show every word that is certain', async () => {
    const { show } = createGrowingAnswer();
    expect(textsOf(await show('The sign reads `OPEN', 0))).toEqual(['The sign reads `OPEN']);
    expect(textsOf(await show('The sign reads `OPEN` and [he', 100))).toEqual(['The sign reads `OPEN` and']);
  });

  it('show no closing of a fence before it is there', async () => {
    const { show, final } = createGrowingAnswer();
    expect(textsOf(await show('Code:\n```js\nconst a', 0))).toEqual(['Code:\n```js\nconst a']);
    expect(textsOf(final('Code:\n```js\nconst a'))).toEqual(['Code:\n```js\nconst a\n```']);
  });

  it('open no fence again of which only the end is left', async () => {
    const { show } = createGrowingAnswer({ max: 40, unit: 'utf16' });
    const code = `\`\`\`\n${'x'.repeat(20)}\n`;
    expect(textsOf(await show(`${code}\`\``, 0))).toEqual([`${code}\`\`\``]);
    expect(textsOf(await show(`${code}\`\`\`\nEnd`, 1))).toEqual([`${code}\`\`\``, 'End']);
  });

  it('never give back a character, not even half of one as people count them', async () => {
    const { show } = createGrowingAnswer({ max: 40, unit: 'utf16' });
    const shown = 'x'.repeat(32);
    expect(textsOf(await show(shown, 0))).toEqual([shown]);
    expect(textsOf(await show(`${shown}\u0301`, 1))).toEqual([shown]);
    expect(textsOf(await show(`${shown}\u0301${'y'.repeat(70)}`, 2))[0]).toBe(shown);
  });

  it('are not ended before their time', async () => {
    const { show } = createGrowingAnswer();
    await show('One. Two. ', 0);
    expect(textsOf(await show('One. Two. Three.\nFour', forMs - 1))).toEqual(['One. Two. Three.\nFour']);
  });

  it('are ended at the end of a line, better than of a sentence', async () => {
    const { show } = createGrowingAnswer();
    await show('One. Tw', 0);
    expect(textsOf(await show('One. Two. Three. Four.\nFive', forMs))).toEqual(['One. Two. Three. Four.', 'Five']);
  });

  it('wait eight seconds for the end of a sentence, then end with a word', async () => {
    const { show } = createGrowingAnswer();
    await show('One tw', 0);
    expect(textsOf(await show('One two thr', forMs))).toEqual(['One two thr']);
    expect(textsOf(await show('One two three fo', forMs + 7_999))).toEqual(['One two three fo']);
    expect(textsOf(await show('One two three four fi', forMs + 8_000))).toEqual(['One two three four', 'fi']);
  });

  it('end nowhere but at the end of a line in code, and repeat the fence', async () => {
    const { show } = createGrowingAnswer();
    const code = '```js\nlet a = 1;';
    await show(code, 0);
    expect(textsOf(await show(`${code} let b`, forMs + 24_999))).toEqual([`${code} let b`]);
    expect(textsOf(await show(`${code} let b;\nlet c`, forMs + 24_999))).toEqual([
      `${code} let b;\n\`\`\``,
      '```js\nlet c',
    ]);
  });

  it('end between the rows of a table, and repeat its header', async () => {
    const { show } = createGrowingAnswer();
    const table = '| a | b |\n|---|---|\n| 1 | 2';
    await show(table, 0);
    expect(textsOf(await show(`${table} |\n| 3`, forMs + 10_000))).toEqual([`${table} |`, '| a | b |\n|---|---|\n| 3']);
  });

  it('end anywhere after another 25 seconds, also when nothing more comes', async () => {
    const { show, final } = createGrowingAnswer();
    const before = await show('```\nabc', 0);
    expect(before.map((part) => part.sealed)).toEqual([false]);
    expect(await show('```\nabc', forMs + 24_999)).toEqual(before);
    const after = await show('```\nabc', forMs + 25_000);
    expect(after.map((part) => [part.text, part.sealed])).toEqual([['```\nabc\n```', true]]);
    expect(textsOf(await show('```\nabcdef\n', forMs + 26_000))).toEqual(['```\nabc\n```', '```\ndef']);
    expect(textsOf(final('```\nabcdef\n```\nEnd.'))).toEqual(['```\nabc\n```', '```\ndef\n```\nEnd.']);
  });

  it('keep their borders when the last words differ a little', async () => {
    const { show, final } = createGrowingAnswer();
    await show('One.\nTwo.\n', 0);
    await show('One.\nTwo.\nThree.\n', forMs);
    expect(textsOf(final('One.\nTwo.\nThree.\n\nStopped.'))).toEqual(['One.\nTwo.', 'Three.\n\nStopped.']);
    expect(textsOf(final('One.\nAnother.'))).toEqual(['One.\nAnother.']);
  });
});
