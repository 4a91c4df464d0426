import { expect, it } from 'vitest';
import {
  type CustomId,
  longestCustomId,
  parseCustomId,
  renderCustomId,
} from '../../../../adapters/discord/answers/custom-ids.ts';

const id = '1462831234567890123';

it.each<[CustomId, string]>([
  [{ type: 'stop', subject: `discord:${id}`, part: 0 }, `stop|discord:${id}|0`],
  [{ type: 'again', subject: `discord:${id}~${id}`, part: 3 }, `again|discord:${id}~${id}|3`],
  [{ type: 'model', subject: 'discord:a|b', part: 12 }, 'model|discord:a|b|12'],
  [{ type: 'show', interactionId: id }, `show|${id}`],
  [{ type: 'ask', interactionId: id }, `ask|${id}`],
])('reads back what was rendered: %j', (customId, text) => {
  expect(renderCustomId(customId)).toBe(text);
  expect(parseCustomId(text)).toEqual(customId);
  expect(text.length).toBeLessThanOrEqual(longestCustomId);
});

it.each(['', 'stop', 'stop|', 'stop||0', 'stop|x', 'stop|x|-1', 'other|x|0', 'show|x', 'show|', 'ask|1|2'])(
  'reads %j as none of its own',
  (text) => {
    expect(parseCustomId(text)).toBeNull();
  },
);
