import { describe, expect, it } from 'vitest';
import { isForBot } from '../../../src/turn/triggers.ts';

const nothing = { fromBot: false, mentionsBot: false, direct: false, inBotThread: false, isCommand: false };

describe('what the bot answers', () => {
  it('leaves people to talk among themselves', () => {
    expect(isForBot(nothing)).toBe(false);
  });

  it.each(['mentionsBot', 'direct', 'inBotThread', 'isCommand'])('answers when %s', (fact) => {
    expect(isForBot({ ...nothing, [fact]: true })).toBe(true);
  });

  it('never answers a bot, itself included', () => {
    expect(isForBot({ fromBot: true, mentionsBot: true, direct: true, inBotThread: true, isCommand: true })).toBe(
      false,
    );
  });
});
