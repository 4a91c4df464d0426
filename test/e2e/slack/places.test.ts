import { expect, it } from 'vitest';
import { createSlackBotRig, slowly } from './slack-bot-rig.ts';

it.each(['socket', 'http'] as const)('streams the answer into a thread on the mention, over %s', async (mode) => {
  const rig = createSlackBotRig({ mode });
  rig.chat.script(slowly('A red bicycle leans on a wall.'));
  const bot = await rig.start();
  const question = rig.mention('what is this?');
  await rig.pass(20_000);
  expect(rig.shown(rig.channel, question)).toEqual(['A red bicycle leans on a wall.']);
  await bot.stop();
  rig.judge();
});
