import { describe, expect, it } from 'vitest';
import { toThreadName } from '../../../../adapters/discord/answers/thread-name.ts';

const name = (question: string) => toThreadName(question, 'Ada');

describe('the name of a thread', () => {
  it.each([
    ['what is this?', 'what is this?'],
    ['  two\n\nlines ', 'two lines'],
    ['hey <@123456789012345678> and <@&12> in <#34>, @everyone', 'hey and in ,'],
    ['**bold** and _italic_ and `code`, ~~no~~ ||spoiler||', 'bold and italic and code, no spoiler'],
    ['# heading\n> quote\n- point\n-# small', 'heading quote point small'],
    ['snake_case, C# and 2 * 3 = 2*3', 'snake_case, C# and 2 * 3 = 2*3'],
    ['look [here](https://example.com) <:wave:123456789012345678>', 'look here :wave:'],
    ['try </ask:123456789012345678> at <t:1700000000:R>', 'try /ask at'],
    ['a\u202eb\u200bc', 'abc'],
    ['👩‍👩‍👧 who are they?', '👩‍👩‍👧 who are they?'],
    ['这是什么？', '这是什么？'],
  ])('of %j is %j', (question, expected) => {
    expect(name(question)).toBe(expected);
  });

  it.each(['', ' \n ', '<@123456789012345678>', '**', '...', '?'])('of %j names the person', (question) => {
    expect(name(question)).toBe('Picture from Ada');
  });

  it('is never empty, whoever asks', () => {
    expect(toThreadName('', '')).toBe('Picture');
    expect(toThreadName('', '\u200b')).toBe('Picture');
    expect(toThreadName('', 'x'.repeat(200))).toHaveLength(100);
  });

  it('takes a hundred characters, and cuts a longer one at a word', () => {
    const exact = `${'word '.repeat(19)}words`;
    expect(exact).toHaveLength(100);
    expect(name(exact)).toBe(exact);
    expect(name(`${exact} and more`)).toBe(`${'word '.repeat(19).trim()}…`);
  });

  it('cuts a long word, but never a character', () => {
    const long = name(`a${'😀'.repeat(80)}`);
    expect(long.length).toBeLessThanOrEqual(100);
    expect(long.isWellFormed()).toBe(true);
    expect(long.endsWith('😀…')).toBe(true);
  });

  it('is quick to find for the longest hostile texts', () => {
    for (const piece of ['[', '<', '*', '_', '`', '> ', '\u200d', '<@', '[](']) {
      expect(name(piece.repeat(4_000)).length).toBeLessThanOrEqual(100);
    }
  });
});
