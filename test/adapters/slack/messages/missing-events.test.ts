import { expect, it } from 'vitest';
import { photo, startMessages } from './message-rig.ts';

it('tells the operator once where Slack sends mentions and no messages, and waits for no twin any more', async () => {
  const rig = await startMessages({ settings: { subscriptions: new Set(['app_mention']) } });
  for (let count = 0; count < 6; count += 1) {
    rig.slack.people.say(rig.person, rig.channel, { mentionsBot: true, text: `question ${count}`, files: [photo] });
    await rig.clock.advance(6_000);
  }
  expect(rig.turns()).toHaveLength(6);
  expect(rig.warnings()).toHaveLength(1);
  expect(rig.warnings()[0]).toContain('message.channels');
  rig.slack.settings.mentions.files = 'without';
  rig.slack.people.say(rig.person, rig.channel, { mentionsBot: true, text: 'no wait', files: [photo] });
  await rig.settle();
  expect(rig.turns().at(-1)).toMatchObject({ text: 'no wait', images: [{ name: 'cat.png' }] });
  expect(await rig.end()).toBe(0);
});

it('says nothing of a burst of mentions, of one that comes again, or where messages come, too', async () => {
  const rig = await startMessages({ settings: { subscriptions: new Set(['app_mention']), deliverTimes: 4 } });
  for (const text of ['a', 'b', 'c', 'd', 'e'])
    rig.slack.people.say(rig.person, rig.channel, { mentionsBot: true, text });
  await rig.clock.advance(1_000);
  rig.slack.settings.subscriptions = new Set(['app_mention', 'message.channels']);
  for (const text of ['f', 'g', 'h', 'i', 'j']) {
    rig.slack.people.say(rig.person, rig.channel, { mentionsBot: true, text });
    await rig.clock.advance(6_000);
  }
  expect(rig.warnings()).toEqual([]);
  expect(await rig.end()).toBe(0);
});

it('needs no mentions where messages come', async () => {
  const rig = await startMessages({ settings: { subscriptions: new Set(['message.channels']) } });
  rig.slack.people.say(rig.person, rig.channel, { mentionsBot: true, text: 'this', files: [photo] });
  await rig.settle();
  expect(rig.turn().images).toHaveLength(1);
  expect(rig.warnings()).toEqual([]);
  expect(await rig.end()).toBe(0);
});

it('counts a mention once that is delivered again and again', async () => {
  const rig = await startMessages({ settings: { subscriptions: new Set(['app_mention']) } });
  const message = rig.slack.people.say(rig.person, rig.channel, { mentionsBot: true, text: 'this' });
  for (let count = 0; count < 6; count += 1) {
    await rig.clock.advance(6_000);
    rig.slack.people.announceAgain(message);
  }
  expect(rig.warnings()).toEqual([]);
  expect(await rig.end()).toBe(0);
});
