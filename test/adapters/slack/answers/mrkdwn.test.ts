import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toMrkdwn } from '../../../../adapters/slack/answers/mrkdwn.ts';
import { sanitise } from '../../../../src/delivery/sanitise.ts';
import { bareCharacters, callsIn, maskedLinks } from '../../../fakes/slack/markup.ts';

describe('Markdown in Slack’s own markup', () => {
  it.each([
    ['**bold**, *slanted*, ~~gone~~ and `code`', '*bold*, _slanted_, ~gone~ and `code`'],
    ['# A **red** bicycle', '*A red bicycle*'],
    ['one\ntwo  \nthree\n\nfour', 'one\ntwo\nthree\n\nfour'],
    ['- one\n- two\n  1. three\n- [x] four', '• one\n• two\n    1. three\n☑ four'],
    ['3. three\n4. four', '3. three\n4. four'],
    ['> a quote\n> of two lines', '> a quote\n> of two lines'],
    ['```ts\nif (a < b && c) return;\n```', '```\nif (a &lt; b &amp;&amp; c) return;\n```'],
    ['snake_case and 2\\*3\\*4', 'snake_case and 2*3*4'],
    ['---', '———'],
    ['https://a.example/?x=1&y=2', 'https://a.example/?x=1&amp;y=2'],
    ['AT&amp;T &lt;b&gt;', 'AT&amp;T &lt;b&gt;'],
    ['<b>loud</b>', '&lt;b&gt;loud&lt;/b&gt;'],
    ['![a cat](https://a.example/cat.png)', 'a cat'],
  ])('writes %j', (markdown, mrkdwn) => {
    expect(toMrkdwn(markdown)).toBe(mrkdwn);
  });

  it('writes tables in columns, wide letters counted as two', () => {
    const table = '| part | **count** |\n|:--|--:|\n| 車輪 | 2 |\n| frame | 10 |';
    expect(toMrkdwn(table)).toBe(
      ['```', 'part  | count', '------|------', '車輪  |     2', 'frame |    10', '```'].join('\n'),
    );
  });

  it('says the address of a link whose words are not it', () => {
    expect(toMrkdwn('[your bank](https://evil.example) and [evil.example](https://evil.example)')).toBe(
      'your bank (https://evil.example) and evil.example',
    );
  });

  it('lets no code end before its end', () => {
    expect(toMrkdwn('~~~\na\n```\n<!channel>\n~~~').match(/```/g)).toHaveLength(2);
  });

  it('shows what is nested too deeply as it stands', () => {
    expect(toMrkdwn('>'.repeat(9_000))).toBe('&gt;'.repeat(9_000));
  });

  const pieces = fc.constantFrom(
    '<!channel>',
    '<@U123ABC>',
    '<#C123ABC>',
    '<!subteam^S1>',
    '<https://evil.example|bank>',
    '[bank](https://evil.example)',
    '`',
    '```\n',
    '~~~\n',
    '|',
    '\n',
    '\n\n',
    '> ',
    '- ',
    '**',
    '_',
    '&',
    '&lt;',
    '&amp;lt;',
    '<',
    '>',
    '!',
    '[',
    '](',
    ')',
    '\\',
    ' ',
    'a',
    '@here',
  );
  const texts = fc.array(fc.oneof(pieces, fc.string({ maxLength: 5 })), { maxLength: 25 }).map((each) => each.join(''));

  it('never calls anybody, hides an address or leaves a mark of Slack’s bare, whatever the text is', () => {
    fc.assert(
      fc.property(texts, (text) => {
        for (const mrkdwn of [toMrkdwn(text), toMrkdwn(sanitise(text))]) {
          expect([callsIn(mrkdwn, 'mrkdwn'), maskedLinks(mrkdwn, 'mrkdwn'), bareCharacters(mrkdwn)]).toEqual([
            [],
            [],
            [],
          ]);
          expect(mrkdwn).not.toContain('<');
        }
      }),
      { numRuns: 300 },
    );
  });

  it('keeps every word', () => {
    const words =
      'one **two** `three` [four](https://five.example) | six\n\n> seven\n\n- eight\n\n| nine |\n|---|\n| ten |';
    const kept = toMrkdwn(words).match(/[a-z]+/g) ?? [];
    expect(kept).toEqual(
      expect.arrayContaining(['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten']),
    );
  });
});
