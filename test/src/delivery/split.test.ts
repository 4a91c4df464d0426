import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { OutboxLimits } from '../../../src/delivery/outbox.ts';
import { createSplitter } from '../../../src/delivery/split.ts';

type Limit = OutboxLimits['text'];

const lengthOf = (text: string, unit: Limit['unit']) => (unit === 'utf16' ? text.length : Buffer.byteLength(text));
const finish = (text: string, limit: Limit) => createSplitter(limit).finish(text);
const shown = (text: string, max: number) => finish(text, { max, unit: 'utf16' }).map((part) => part.text);
const words = (count: number) => Array.from({ length: count }, (_, index) => `word${index}`).join(' ');

const limits = fc.record({
  max: fc.integer({ min: 40, max: 300 }),
  unit: fc.constantFrom('utf16' as const, 'utf8-bytes' as const),
});
const piece = fc.oneof(
  fc.constantFrom(
    ' ',
    '\n',
    '\n\n',
    '. ',
    '```',
    '```js\n',
    '\n```\n',
    '~~~~ info\n',
    '    ```\n',
    '| a | b |\n',
    '|---|---|\n',
    '| 1 | 2 |\n',
    '- item ',
    '1. item ',
    '> quote\n',
    '👩‍👩‍👧',
    'e\u0301',
    '日本語。',
    '`',
    '|',
    'x'.repeat(70),
    '`'.repeat(45),
    `\`\`\`${'i'.repeat(60)}\n`,
    '\t',
  ),
  fc.string({ unit: 'grapheme', maxLength: 30 }),
  fc.string({ unit: 'binary', maxLength: 12 }),
);
const texts = fc.array(piece, { maxLength: 60 }).map((pieces) => pieces.join('').toWellFormed());

describe('any text at any limit', () => {
  it('is all there, in order, once', () => {
    fc.assert(
      fc.property(texts, limits, (text, limit) => {
        expect(
          finish(text, limit)
            .map((part) => part.body)
            .join(''),
        ).toBe(text);
      }),
      { numRuns: 2_000 },
    );
  });

  it('fits', () => {
    fc.assert(
      fc.property(texts, limits, (text, limit) => {
        for (const part of finish(text, limit)) expect(lengthOf(part.text, limit.unit)).toBeLessThanOrEqual(limit.max);
      }),
      { numRuns: 2_000 },
    );
  });

  it('shows every visible character of a body, in its part', () => {
    fc.assert(
      fc.property(texts, limits, (text, limit) => {
        for (const part of finish(text, limit)) {
          if (part.text === '') expect(part.body.replaceAll(/[`~\s]/g, '')).toBe('');
          else expect(part.text).toContain(part.body.replace(/^\s*(?:[`~]{3,}[ \t]*\n)?/, '').trim());
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it('is cut at the same places however it came, and what was sealed or shown never changes or shrinks', () => {
    const chunks = fc.array(piece, { maxLength: 60 });
    fc.assert(
      fc.property(chunks, limits, fc.integer({ min: 0, max: 90 }), (pieces, limit, unsettled) => {
        const splitter = createSplitter(limit);
        let whole = '';
        let sealed: readonly string[] = [];
        for (const each of pieces) {
          whole += each.toWellFormed();
          const parts = splitter.parts(whole, Math.max(0, whole.length - unsettled));
          expect(whole.startsWith(parts.map((part) => part.body).join(''))).toBe(true);
          expect(parts.slice(0, sealed.length).map((part) => part.text)).toEqual(sealed);
          sealed = parts.filter((part) => part.sealed).map((part) => part.text);
        }
        expect(splitter.finish(whole).map((part) => part.text)).toEqual(finish(whole, limit).map((part) => part.text));
      }),
      { numRuns: 1_000 },
    );
  });

  it('never takes back a word that it showed', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.lorem({ maxCount: 12 }), fc.constantFrom('\n', '\n\n', '. ', ' ', '```js\n', '\n```\n')), {
          maxLength: 60,
        }),
        limits,
        (pieces, limit) => {
          const splitter = createSplitter(limit);
          let whole = '';
          let before: readonly string[] = [];
          for (const each of pieces) {
            whole += each;
            const bodies = splitter.parts(whole, whole.length).map((part) => part.body);
            for (const [index, body] of before.entries()) expect(bodies[index]?.startsWith(body)).toBe(true);
            before = bodies;
          }
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it('has balanced fences in every part', () => {
    const line = fc.constantFrom('code();\n', '\n', `${'long '.repeat(30)}\n`);
    const block = fc.array(line, { maxLength: 12 }).map((lines) => `\`\`\`js\ncode();\n${lines.join('')}\`\`\`\n`);
    const prose = fc.constantFrom('text\n', '\n', 'a sentence. Another one.\n');
    fc.assert(
      fc.property(
        fc.array(fc.oneof(block, prose), { maxLength: 30 }),
        fc.integer({ min: 60, max: 200 }),
        (blocks, max) => {
          for (const part of shown(blocks.join(''), max)) {
            expect(part.split('\n').filter((each) => each.startsWith('```')).length % 2).toBe(0);
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('borders', () => {
  it('leaves a text that fits in one part', () => {
    expect(shown('One.\n\nTwo.\n', 100)).toEqual(['One.\n\nTwo.']);
    expect(finish('', { max: 100, unit: 'utf16' })).toEqual([{ text: '', body: '', sealed: false }]);
  });

  it('prefers a paragraph near the end of the part', () => {
    const first = `${words(44)}.`;
    expect(shown(`${first}\n\n${words(40)}`, 400)[0]).toBe(first);
  });

  it('cuts between words where nothing better is near', () => {
    const parts = shown(words(60), 120);
    expect(parts.join(' ')).toBe(words(60));
    for (const part of parts) expect(part).toMatch(/^word\d+ .* word\d+$/);
  });

  it('cuts a list between its items', () => {
    const items = Array.from({ length: 20 }, (_, index) => `- item number ${index}`);
    const parts = shown(items.join('\n'), 300);
    expect(parts.length).toBeGreaterThan(1);
    expect(parts.flatMap((part) => part.split('\n'))).toEqual(items);
  });

  it('closes a fence and opens it again with its language', () => {
    const lines = Array.from({ length: 12 }, (_, index) => `const value${index} = ${index};`);
    const parts = shown(`Look:\n\n\`\`\`js\n${lines.join('\n')}\n\`\`\`\n\nDone.`, 150);
    expect(parts.length).toBeGreaterThan(2);
    for (const part of parts.slice(1, -1)) expect(part).toMatch(/^```js\nconst[\s\S]*;\n```$/);
    expect(parts[0]).toMatch(/^Look:\n\n```js\nconst[\s\S]*;\n```$/);
    expect(parts.at(-1)).toMatch(/Done\.$/);
  });

  it('repeats the header of a table', () => {
    const head = '| name | value |\n|------|-------|\n';
    const rows = Array.from({ length: 20 }, (_, index) => `| row ${index} | ${index} |`);
    const parts = shown(`${head}${rows.join('\n')}\n`, 160);
    expect(parts.length).toBeGreaterThan(2);
    for (const part of parts) expect(part.startsWith(head)).toBe(true);
    expect(parts.flatMap((part) => part.slice(head.length).split('\n'))).toEqual(rows);
  });

  it('does not repeat the header of a table that is over', () => {
    const rows = Array.from({ length: 6 }, (_, index) => `| row ${index} | ${'x'.repeat(20)} |\n`).join('');
    const table = `| name | value |\n|------|-------|\n${rows}`;
    const parts = shown(`${table}\n${'After it. '.repeat(30)}`, table.length + 94);
    expect(parts[0]).toBe(table.trimEnd());
    expect(parts[1]?.startsWith('After it.')).toBe(true);
  });

  it('does without the scaffold where it would not leave room', () => {
    const head = `| ${'very '.repeat(20)} |\n|---|\n`;
    const parts = shown(`${head}${'| row |\n'.repeat(40)}`, 120);
    expect(parts.join('\n')).toContain('| row |');
    expect(parts.join(' ').split('very')).toHaveLength(21);
  });

  it('cuts an enormous word, but no character', () => {
    const family = '👩‍👩‍👧‍👦';
    const parts = shown(family.repeat(40), 100);
    expect(parts.join('')).toBe(family.repeat(40));
    for (const part of parts) expect(part.length % family.length).toBe(0);
  });

  it('counts bytes where the platform does', () => {
    const parts = finish('日本語の文章'.repeat(50), { max: 90, unit: 'utf8-bytes' });
    expect(parts.map((part) => part.text).join('')).toBe('日本語の文章'.repeat(50));
    for (const part of parts) expect(Buffer.byteLength(part.text)).toBeLessThanOrEqual(90);
  });

  it('shows no part for what nobody could see', () => {
    const parts = finish(`${words(30)}${'\n'.repeat(500)}`, { max: 100, unit: 'utf16' });
    expect(
      parts
        .filter((part) => part.text !== '')
        .map((part) => part.text)
        .join(' '),
    ).toBe(words(30));
  });

  it('does not end in an empty block of code', () => {
    const lines = Array.from({ length: 4 }, () => 'x'.repeat(30));
    for (let max = 100; max < 180; max += 1) {
      for (const part of shown(`\`\`\`\n${lines.join('\n')}\n\`\`\``, max)) expect(part).not.toMatch(/^```\n+```/);
    }
  });
});
