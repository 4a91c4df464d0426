import { describe, expect, it } from 'vitest';
import { decodeMention, decodeTrigger, isCommand } from '../../../adapters/web/decode.ts';

const inPhotos = (text: string) => ({ channel: 'photos', text, inBotThread: false });

describe('reading a message of the playground', () => {
  it.each([
    ['@sightline what is this?', 'what is this?'],
    ['@Sightline, what is this?', 'what is this?'],
    ['what is this, @SIGHTLINE?', 'what is this, ?'],
    ['hey @sightline: read it', 'hey read it'],
    ['@sightline', ''],
    ['@sightline\nfirst line\n  second line', 'first line\nsecond line'],
    ['@sightline @sightline twice', 'twice'],
    ['(@sightline)', '( )'],
    ['@sightline what does `@sightline` do?', 'what does `@sightline` do?'],
  ])('takes the mention out of “%s”', (text, expected) => {
    expect(decodeMention(text, 'sightline')).toEqual({ mentionsBot: true, text: expected });
  });

  it.each([
    'what is this?',
    'mail me at ada@sightline.test',
    '@sightliner',
    '@@sightline',
    'sightline',
    'write `@sightline what is this?` to ask',
    '```\n@sightline\n```',
  ])('sees no mention in “%s”', (text) => {
    expect(decodeMention(text, 'sightline')).toEqual({ mentionsBot: false, text });
  });

  it.each([
    ['/model', true],
    ['/model gpt-4o', true],
    ['  /search on', true],
    ['/usr/bin is a path', false],
    ['and/or', false],
    ['//', false],
    ['!m gpt-4o what is this?', true],
    ['!M', true],
    ['!my goodness', false],
  ])('knows whether “%s” is a command: %s', (text, expected) => {
    expect(isCommand(text)).toBe(expected);
  });

  it('answers mentions, commands, direct messages and its own threads, and nothing else', () => {
    const forBot = [
      inPhotos('@sightline hi'),
      inPhotos('/help'),
      inPhotos('@sightline /model'),
      { channel: 'direct-ada', text: 'hi', inBotThread: false },
      { channel: 'photos', text: 'and this?', inBotThread: true },
    ];
    expect(forBot.map((message) => decodeTrigger(message, 'sightline'))).toEqual(forBot.map(() => true));
    expect(decodeTrigger(inPhotos('nice picture!'), 'sightline')).toBe(false);
  });
});
