import { describe, expect, it } from 'vitest';
import { describeIntents, toIntents } from '../../../../adapters/discord/gateway/intents.ts';

describe('the intents', () => {
  it('are servers, messages and direct messages, none of them privileged', () => {
    expect(toIntents(false)).toBe(1 + 512 + 4_096);
  });

  it('gain the content of messages when that is wanted', () => {
    expect(toIntents(true)).toBe(1 + 512 + 4_096 + 32_768);
  });

  it('are told with what they mean for people', () => {
    expect(describeIntents(true)).toMatch(/MESSAGE_CONTENT: replies in a thread need no mention\.$/);
    expect(describeIntents(false)).toMatch(/people mention the bot or reply to its messages in threads\.$/);
  });
});
