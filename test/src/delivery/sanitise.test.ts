import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSanitiser, sanitise } from '../../../src/delivery/sanitise.ts';

const breaker = '\u200b';
const visible = (text: string) => sanitise(text).replaceAll(breaker, '␣');

/** Pieces that hostile answers are made of, and some honest ones. */
const hostilePiece = fc.constantFrom(
  '@everyone',
  '@here',
  '@eve',
  'ryone',
  '<@',
  '123',
  '>',
  '<@&9>',
  '<#5>',
  '<!',
  'channel>',
  '<!here',
  '<!subteam^S1|x>',
  '&lt;',
  '&#60;',
  '&#x03C;',
  '&',
  'lt;',
  '[',
  '](',
  ']',
  '(',
  ')',
  'https://evil.example/a',
  '<https://evil.example|bank>',
  '![',
  '!',
  ' ',
  '\n',
  '\n\n',
  '`',
  '``',
  '```',
  '```js\n',
  '\n```\n',
  '\\',
  ']:',
  ': ',
  '"t"',
  "'",
  'word',
  'two words',
  '\u200b',
  '\u200d',
  '\u202e',
  '\u0000',
  '\r',
  '\r\n',
  '🏴',
  '\u{e0067}',
  '👩',
  '\ud83d',
  '<',
  '<div>',
  '|',
  '    ',
  '> ',
  '- ',
  '😀',
);
const hostileText = fc.oneof(
  fc.array(hostilePiece, { maxLength: 40 }).map((pieces) => pieces.join('')),
  fc.string({ unit: 'binary', maxLength: 80 }),
);

/** Reads links as a lenient platform would: brackets, then at once an address in parentheses. */
function maskedLinks(text: string): string[] {
  return text.match(/\]\([^)]*\)?|\]:|<[a-z][a-z0-9+.-]*:[^>]*\|[^>]*>/gi) ?? [];
}

describe('calls', () => {
  it.each([
    '@everyone',
    '@here',
    '<@123>',
    '<@!123>',
    '<@&9>',
    '<#55>',
    '<!channel>',
    '<!here|here>',
    '<!subteam^S1|team>',
  ])('breaks %s in prose, inline code and fences', (call) => {
    for (const text of [call, `a ${call} b`, `\`${call}\``, `\`\`\`\n${call}\n\`\`\``]) {
      expect(sanitise(text)).not.toContain(call);
      expect(sanitise(text).replaceAll(breaker, '')).toBe(text);
    }
  });

  it('breaks a call that was split by what nobody sees', () => {
    expect(visible('@every\u200bone @\u2060here <\u200b@1>')).toBe('@␣everyone @␣here <␣@1>');
  });

  it('leaves addresses and comparisons alone', () => {
    const text = 'write to a@b.example, 3 < 4, x<5, `<div>`, #5 and @somebody';
    expect(sanitise(text)).toBe(text);
  });
});

describe('links', () => {
  it.each([
    ['[the bank](https://evil.example/x)', 'the bank (https://evil.example/x)'],
    ['[docs](https://a.example "Title") on', 'docs (https://a.example) on'],
    ['[docs](<https://a.example/b c>)', 'docs (https://a.example/b c)'],
    ['[wiki](https://a.example/b_(c))', 'wiki (https://a.example/b_(c))'],
    ['[https://a.example/](https://a.example)', 'https://a.example/'],
    ['[a.example](https://a.example)', 'a.example'],
    ['![a cat](https://a.example/cat.png)', 'a cat'],
    ['![](https://a.example/cat.png)', 'image'],
    ['[![logo](https://a.example/l.png)](https://b.example)', 'logo (https://b.example)'],
    ['[](https://b.example)', 'https://b.example'],
    ['<https://a.example>', 'https://a.example'],
    ['<https://a.example|bank>', 'bank (https://a.example)'],
    ['see [1] and [2][ref]', 'see [1] and [2][ref]'],
    ['[ref]: https://a.example', '[ref]␣: https://a.example'],
    ['`[a](b)`', '`[a]␣(b)`'],
    ['\\[a](b)', '\\[a]␣(b)'],
    ['[a](not a link)', '[a]␣(not a link)'],
    ['[two\nlines](https://a.example)', '[two\nlines]␣(https://a.example)'],
  ])('writes %s as %s', (text, expected) => {
    expect(visible(`${text}\n`)).toBe(`${expected}\n`);
  });

  it('holds the address back until it is complete', () => {
    expect(visible('See [the docs](https://a.exam')).toBe('See the docs');
  });

  it('leaves the code of a fence as it was written', () => {
    const text = 'Try:\n\n```js\nhandlers[0](event); // [a](b)\nconst x = <div/>;\n```\n\nand [a](b)\n';
    expect(visible(text)).toBe(text.replace('and [a](b)', 'and a (b)'));
  });

  it.each([
    '```\ncode ``` [a](b)\n```\n',
    '~~~\n[a](b)\n~~~\n',
    '> ```\nno longer code [a](b)\n',
    '  ```\n  code\nleft [a](b)\n  ```\n',
    '````\n```\n[a](b)\n```\n````\n',
    'a ``` b\n[a](b)\n',
    'a ` b\nc `[a](b)` d\n',
  ])('trusts nothing that some platform would not read as code: %j', (text) => {
    expect(maskedLinks(sanitise(text))).toEqual([]);
  });
});

describe('what cannot be seen', () => {
  it('drops controls, overrides and tags, and keeps what writing needs', () => {
    expect(sanitise('a\u0007b\u202ec\u{e0041}d\tf\u2028g')).toBe('abcd\tf g');
    const kept = 'نمی\u200cخواهم 👩\u200d🔬 🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f} क्\u200dष';
    expect(sanitise(kept)).toBe(kept);
  });

  it('holds back half a character', () => {
    expect(sanitise('a\ud83d')).toBe('a');
    expect(sanitise('a\ud83d\n')).toBe('a\ufffd\n');
  });
});

describe('any text', () => {
  const pings =
    /@(?:everyone|here|channel)|(?:<|&lt;|&#0*60;|&#x0*3c;)(?:@[!&]?\w|#\w|!(?:here|channel|everyone|subteam))/i;

  it('calls nobody, however it is cut', () => {
    fc.assert(
      fc.property(hostileText, fc.nat(), (text, at) => {
        expect(sanitise(text)).not.toMatch(pings);
        expect(sanitise(text.slice(0, at % (text.length + 1)))).not.toMatch(pings);
      }),
      { numRuns: 2_000 },
    );
  });

  it('has no masked link outside fenced code', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        expect(maskedLinks(sanitise(text.replaceAll('```', '')))).toEqual([]);
      }),
      { numRuns: 2_000 },
    );
  });

  it('is not changed by being made safe again', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const once = sanitise(text);
        expect(sanitise(once)).toBe(once);
      }),
      { numRuns: 5_000 },
    );
  });

  it('reads the same whether it came at once or in pieces, and keeps what it called settled', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(hostilePiece, fc.string({ unit: 'binary', maxLength: 60 })), { maxLength: 60 }),
        (pieces) => {
          const sanitiseWhole = createSanitiser();
          let whole = '';
          let settled = '';
          for (const piece of pieces) {
            whole += piece;
            const safe = sanitiseWhole(whole);
            expect(safe.text).toBe(sanitise(whole));
            expect(safe.text.startsWith(settled)).toBe(true);
            expect(safe.settled).toBeGreaterThanOrEqual(settled.length);
            settled = safe.text.slice(0, safe.settled);
          }
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it('keeps what it called settled when it comes in the smallest pieces', () => {
    const token = fc.constantFrom(
      ...['`', '`', '``', '```', '[', ']', '](', '(', ')', '<', '>', '!', '![', '@', 'everyone', 'EVER', 'here', 'b:'],
      ...['a', 'a', ' ', ' ', '\n', '\\', '"', "'", '|', 'http://x', breaker, '\u200d', '\u00ad', '\u{1f3f4}', '\r'],
      ...['&', 'l', 't', ';', 'lt;', '&l', '#6', '0;', '#x3', 'c;', '&lt;', 'here', '&lt;@', '&lt;b'],
      ...['\u{e0067}', '\u{e007f}', '\ufe0f', 'é', '\u0301', '#', '&', '<!', 'subteam', '^', '<@', '~~~', '\ud83d'],
      ...['\udc68', '\u202e', '👩', 'x'.repeat(30), 'y'.repeat(200), '\t', '    ', '.'],
    );
    fc.assert(
      fc.property(fc.array(token, { maxLength: 30 }), (tokens) => {
        const sanitiseWhole = createSanitiser();
        let whole = '';
        let settled = '';
        for (const each of tokens) {
          whole += each;
          const safe = sanitiseWhole(whole);
          expect(safe.text.startsWith(settled)).toBe(true);
          settled = safe.text.slice(0, safe.settled);
        }
      }),
      { numRuns: 3_000 },
    );
  });

  it.each([
    ['The red bicycle leans agai', 26],
    ['The sign reads `OPEN 9–17', 25],
    ['If a < b, then', 14],
    ['If a &lt; b, then', 17],
    ['this &lt;!cha', 5],
    ['salt &', 5],
    ['AT&T', 4],
    ['```js\nconst a = b.c<d && e', 26],
    ['See [the sour', 4],
    ['Ask @eve', 4],
    ['Ask <a', 4],
    ['A picture!', 9],
  ])('settles all of %j but what may still read differently', (text, length) => {
    expect(createSanitiser()(text)).toMatchObject({ text: expect.anything(), settled: length });
  });

  it('settles all but the last few hundred characters', () => {
    fc.assert(
      fc.property(fc.array(hostilePiece, { minLength: 200, maxLength: 600 }), (pieces) => {
        const safe = createSanitiser()(pieces.join('').replaceAll(/[\n\r]/g, ''));
        expect(safe.text.length - safe.settled).toBeLessThan(1_200);
      }),
      { numRuns: 200 },
    );
  });

  it('starts again when a text does not continue the one before', () => {
    const sanitiseWhole = createSanitiser();
    sanitiseWhole('one\n```\ntwo\n');
    expect(sanitiseWhole('[a](b)\n').text).toBe(sanitise('[a](b)\n'));
  });
});
