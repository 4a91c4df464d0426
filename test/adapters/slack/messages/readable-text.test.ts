import { expect, it } from 'vitest';
import {
  firstCalled,
  mentionsPerson,
  namelessIds,
  readableText,
  withPlainCommand,
} from '../../../../adapters/slack/messages/readable-text.ts';

const names = {
  person: (id: string) => (id === 'U0ADA' ? 'ada' : null),
  channel: (id: string) => (id === 'C0PIX' ? 'pictures' : null),
};

it.each([
  ['<@U0BOT> hi', 'hi'],
  ['<@U0BOT|sightline>: hi', 'hi'],
  ['hey <@U0BOT>, hi', 'hey hi'],
  ['what is it, <@U0BOT>?', 'what is it?'],
  ['<@U0BOT>', ''],
  ['<@U0BOT> <@U0ADA> and <@U0BOB|bob> and <@U0EVE>', '@ada and @bob and @somebody'],
  ['<#C0PIX> <#C0PIX|> <#C0FAR|far> <#C0OUT>', '#pictures #pictures #far #channel'],
  [
    '<!here> <!channel> <!everyone> <!subteam^S01|@painters> <!subteam^S01>',
    '@here @channel @everyone @painters @group',
  ],
  ['<!date^1392734382^{date}|Feb 18, 2014>', 'Feb 18, 2014'],
  ['<https://example.com/?a=1&amp;b=2>', 'https://example.com/?a=1&b=2'],
  ['<https://example.com|here> <mailto:a@b.example|a@b.example> <mailto:a@b.example>', 'here a@b.example a@b.example'],
  ['a &lt;b&gt; &amp;lt; c', 'a <b> &lt; c'],
  ['&lt;@U0ADA&gt;', '<@U0ADA>'],
  ['line one  \n\n  line two :tada: *bold*', 'line one\n\n  line two :tada: *bold*'],
  ['<>', ''],
])('reads %j as %j', (text, readable) => {
  expect(readableText(text, 'U0BOT', names)).toBe(readable);
});

it('tells whether somebody is called, by a mention and by nothing else', () => {
  expect(mentionsPerson('hi <@U0ADA>', 'U0ADA')).toBe(true);
  expect(mentionsPerson('hi <@U0ADA|ada>', 'U0ADA')).toBe(true);
  expect(mentionsPerson('hi <@U0ADAM> &lt;@U0ADA&gt; U0ADA', 'U0ADA')).toBe(false);
});

it.each([
  ['<@U0ADA> look', 'U0ADA'],
  ['  <@U0ADA|ada> look', 'U0ADA'],
  ['<!here> look', 'everybody'],
  ['<!subteam^S01|@painters> look', 'everybody'],
  ['look <@U0ADA>', null],
  ['<https://example.com> look', null],
])('sees whom %j begins by calling', (text, called) => {
  expect(firstCalled(text)).toBe(called);
});

it('finds the ids without a name, each once', () => {
  const text = '<@U0A> <@U0A> <@U0B|bob> <@U0C|> <#C0A> <#C0B|far> <#C0C|>';
  expect(namelessIds(text)).toEqual({ people: ['U0A', 'U0C'], channels: ['C0A', 'C0C'] });
});

it.each([
  ['model “gpt-4o”', 'model gpt-4o'],
  ['/model `mistral:pixtral-12b` thread', '/model mistral:pixtral-12b thread'],
  ['!m `gpt-4.1` is “it” red?', '!m gpt-4.1 is “it” red?'],
  ['models', 'models'],
  ['is this `code`?', 'is this `code`?'],
])('takes the model in %j out of its marks', (text, plain) => {
  expect(withPlainCommand(text)).toBe(plain);
});

it('is done with hostile text at once', () => {
  const startMs = performance.now();
  for (const text of [
    '<@'.repeat(20_000),
    '<'.repeat(40_000),
    '&'.repeat(40_000),
    ' '.repeat(40_000),
    `model ${'`'.repeat(40_000)}`,
    ',<@U0BOT'.repeat(5_000),
  ]) {
    readableText(text, 'U0BOT', names);
    withPlainCommand(text);
    firstCalled(text);
    namelessIds(text);
  }
  expect(performance.now() - startMs).toBeLessThan(1_000);
});
