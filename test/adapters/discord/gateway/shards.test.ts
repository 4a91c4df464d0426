import { describe, expect, it } from 'vitest';
import { toShards } from '../../../../adapters/discord/gateway/shards.ts';
import { parseShards } from '../../../../src/shard-plan.ts';

const shardsOf = (text: string, recommended = 1) => {
  const parsed = parseShards(text);
  return parsed.ok ? toShards(parsed.plan, recommended) : parsed.reason;
};

describe('the choice of shards', () => {
  it.each([
    ['1', { shardIds: [0], shardCount: 1 }],
    ['4', { shardIds: [0, 1, 2, 3], shardCount: 4 }],
    ['0-3/16', { shardIds: [0, 1, 2, 3], shardCount: 16 }],
    ['12-15/16', { shardIds: [12, 13, 14, 15], shardCount: 16 }],
    ['5/16', { shardIds: [5], shardCount: 16 }],
  ])('reads %s', (text, shards) => {
    expect(shardsOf(text)).toMatchObject(shards);
  });

  it('follows Discord’s recommendation for auto', () => {
    expect(shardsOf('auto', 3)).toEqual({ shardIds: [0, 1, 2], shardCount: 3 });
  });

  it.each(['', 'two', '-1', '1.5', '3-/4', '1,2', '99999', ' 4', '4\n'])(
    'says how to write it instead of “%s”',
    (text) => {
      expect(shardsOf(text)).toMatch(/is no choice of shards: write “1”, “4” \(all of 4\), “auto”, or “0-3\/16”/);
    },
  );

  it.each(['0', '5000', '0/0'])('keeps the number of shards within reason: %s', (text) => {
    expect(shardsOf(text)).toBe(`The number of shards goes from 1 to 4096, not “${text}”.`);
  });

  it.each(['4/4', '0-16/16', '3-2/16'])('refuses shards that do not exist: %s', (text) => {
    expect(shardsOf(text)).toMatch(
      /names shards that do not exist: of \d+ they go from 0 to \d+, the lower one first\.$/,
    );
  });
});
