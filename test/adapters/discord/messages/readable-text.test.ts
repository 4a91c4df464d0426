import { describe, expect, it } from 'vitest';
import { firstCalled, mentionsPerson, readableText } from '../../../../adapters/discord/messages/readable-text.ts';

const names = {
  person: (id: string) => (id === '2' ? 'Bob' : null),
  role: (id: string) => (id === '3' ? 'Curators' : null),
  channel: (id: string) => (id === '4' ? 'pictures' : null),
};

describe('a text as people read it', () => {
  it.each([
    ['<@1> what is this?', 'what is this?'],
    ['<@!1>, what is this?', 'what is this?'],
    ['what is this, <@1>?', 'what is this?'],
    ['what is this <@1>', 'what is this'],
    ['hey <@1>: read it', 'hey read it'],
    ['<@1>', ''],
    ['<@1><@1> twice', 'twice'],
    ['<@1>\nfirst line\n  second line  ', 'first line\n  second line'],
    ['<@1> ask <@2> and <@5>', 'ask @Bob and @somebody'],
    ['<@1> for <@&3> and <@&5>', 'for @Curators and @role'],
    ['<@1> in <#4> or <#5>?', 'in #pictures or #channel?'],
    ['<@1> <:cat:123> <a:dance:456>', ':cat: :dance:'],
    ['<@1> since <t:1767225600:R>', 'since 2026-01-01 00:00 UTC'],
    ['<@1> since <t:99999999999999>', 'since 99999999999999'],
    ['<@1> use </ask now:123>', 'use /ask now'],
    ['<@1> what does `<@1> <@2>` do?', 'what does `<@1> <@2>` do?'],
    ['<@1>\n```\n<@1>\n```', '```\n<@1>\n```'],
    ['/model inspector <@1>', '/model inspector'],
  ])('“%s” reads “%s”', (text, expected) => {
    expect(readableText(text, '1', names)).toBe(expected);
  });

  it.each([
    ['<@1> hi', true],
    ['<@!1> hi', true],
    ['hi <@1>', true],
    ['<@11> hi', false],
    ['<@&1> hi', false],
    ['`<@1>` hi', false],
    ['```<@1>``` hi', false],
  ])('“%s” calls the bot: %s', (text, expected) => {
    expect(mentionsPerson(text, '1')).toBe(expected);
  });

  it.each([
    ['<@2> hi', '2'],
    [' <@!2> hi', '2'],
    ['<@&3> hi', 'role'],
    ['hi <@2>', null],
    ['', null],
  ])('“%s” begins by calling %s', (text, expected) => {
    expect(firstCalled(text)).toBe(expected);
  });
});
