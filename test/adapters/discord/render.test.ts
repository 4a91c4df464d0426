import { describe, expect, it } from 'vitest';
import { discordLimits, renderContent, toMessageBody } from '../../../adapters/discord/render.ts';
import { part } from './outbox-rig.ts';

describe('the text of a message', () => {
  it('goes as it is, up to the longest', () => {
    const longest = '😀'.repeat(discordLimits.text.max / 2);
    expect(renderContent(part(longest))).toBe(longest);
    expect(() => renderContent(part(`${longest}x`))).toThrow(
      expect.objectContaining({ code: 'platform-text-too-long', retryable: false }),
    );
  });

  it.each(['', ' \n\t ', '\u200b', '\u200e \u2060', '\u00a0\u3000', '\ufeff'])(
    'is refused when it shows nothing: %j',
    (text) => {
      expect(() => renderContent(part(text))).toThrow(expect.objectContaining({ code: 'platform-rejected' }));
    },
  );

  it.each(['.', '-', '…', '😀', '​a'])('is taken when it shows anything: %j', (text) => {
    expect(renderContent(part(text))).toBe(text);
  });

  it('holds no half characters', () => {
    expect(renderContent(part('a\ud83d'))).toBe('a\ufffd');
  });
});

it('calls nobody and previews nothing, whatever else it sets', () => {
  expect(toMessageBody({ content: '<@1>', components: [] }, 64)).toEqual({
    content: '<@1>',
    components: [],
    allowed_mentions: { parse: [], replied_user: false },
    flags: 68,
  });
});
