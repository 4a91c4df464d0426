import { expect, it } from 'vitest';
import { photo, startMessages } from './message-rig.ts';

const call = (rig: Awaited<ReturnType<typeof startMessages>>, text: string) => `<@${rig.bot.id}> ${text}`;

it('asks again when somebody edits their question', async () => {
  const rig = await startMessages();
  const message = rig.slack.people.say(rig.person, rig.channel, { mentionsBot: true, text: 'waht?', files: [photo] });
  await rig.clock.advance(5_000);
  rig.slack.people.edit(message, call(rig, 'what?'));
  await rig.settle();
  const [first, second] = rig.turns();
  expect(rig.events.map(({ type }) => type)).toEqual(['turn', 'changed']);
  expect(second).toMatchObject({ subject: first?.subject, text: 'what?', opensThread: true, thread: first?.thread });
  expect(second?.id).toMatch(/^slack:.*~\d+\.\d+$/);
  expect(second?.images.map(({ name }) => name)).toEqual(['cat.png']);
  expect(await rig.end()).toBe(0);
});

it('asks again in the same conversation where a thread hangs on the question by now', async () => {
  const rig = await startMessages();
  const direct = rig.slack.places.direct(rig.person, rig.installation);
  const message = rig.slack.people.say(rig.person, direct, { text: 'waht?' });
  await rig.settle();
  rig.slack.people.say(rig.person, direct, { text: 'aside', inThreadOf: message });
  await rig.clock.advance(1_000);
  rig.slack.people.edit(message, 'what?');
  await rig.settle();
  expect(rig.turns().map(({ text, thread }) => [text, thread])).toEqual([
    ['waht?', direct.id],
    ['aside', message.ts],
    ['what?', direct.id],
  ]);
  expect(await rig.end()).toBe(0);
});

it('takes an edit once, however often it is delivered', async () => {
  const rig = await startMessages({ settings: { deliverTimes: 4 } });
  const message = rig.slack.people.say(rig.person, rig.channel, { mentionsBot: true, text: 'waht?' });
  await rig.clock.advance(1_000);
  rig.slack.people.edit(message, call(rig, 'what?'));
  await rig.settle();
  expect(rig.events.map(({ type }) => type)).toEqual(['turn', 'changed']);
  expect(await rig.end()).toBe(0);
});

it('takes an edit that newly calls the bot for a question', async () => {
  const rig = await startMessages();
  const message = rig.slack.people.say(rig.person, rig.channel, { text: 'what?' });
  await rig.clock.advance(1_000);
  rig.slack.people.edit(message, call(rig, 'what?'));
  await rig.settle();
  expect(rig.events.map(({ type }) => type)).toEqual(['changed']);
  expect(rig.turn()).toMatchObject({ text: 'what?', opensThread: true, message: message.ts });
  expect(await rig.end()).toBe(0);
});

it('makes one asking of an edit that comes as a mention, too', async () => {
  const rig = await startMessages();
  const message = rig.slack.people.say(rig.person, rig.channel, { text: 'what?' });
  await rig.clock.advance(1_000);
  rig.slack.people.edit(message, call(rig, 'what?'));
  rig.slack.settings.mentions.sends = 'mention';
  rig.slack.people.announceAgain(message);
  await rig.clock.advance(2_000);
  expect(rig.turn().text).toBe('what?');
  expect(await rig.end()).toBe(0);
});

it('does not ask again for previews, replies or an edit that changes nothing', async () => {
  const rig = await startMessages();
  const message = rig.slack.people.say(rig.person, rig.channel, {
    mentionsBot: true,
    text: 'see https://example.com/cat',
  });
  await rig.settle();
  rig.slack.people.unfurl(message, { url: 'https://example.com/cat', imageUrl: 'https://example.com/cat.png' });
  await rig.clock.advance(1_000);
  rig.slack.people.edit(message, message.text);
  rig.slack.people.unfurl(message, { url: 'https://example.com/dog', imageUrl: 'https://example.com/dog.png' });
  await rig.settle();
  expect(rig.events.map(({ type }) => type)).toEqual(['turn']);
  expect(await rig.end()).toBe(0);
});

it('does not hear its own messages being changed or deleted', async () => {
  const rig = await startMessages();
  const direct = rig.slack.places.direct(rig.person, rig.installation);
  const post = { channel: direct.id, text: 'one', unfurl_links: false, unfurl_media: false };
  const { body } = await rig.call('chat.postMessage', post);
  const ts = String(body['ts']);
  await rig.call('chat.update', { channel: direct.id, ts, text: 'two' });
  await rig.call('chat.delete', { channel: direct.id, ts });
  await rig.settle();
  expect(rig.slack.deliveries.log().length).toBeGreaterThanOrEqual(3);
  expect(rig.events).toEqual([]);
  expect(await rig.end()).toBe(0);
});

it.each([false, true])('tells that a question was deleted (a thread hangs on it: %s)', async (hasThread) => {
  const rig = await startMessages();
  const message = rig.slack.people.say(rig.person, rig.channel, { mentionsBot: true, text: 'what?' });
  if (hasThread) rig.slack.people.say(rig.person, rig.channel, { text: `<@U0BOB> look`, inThreadOf: message });
  await rig.settle();
  rig.slack.people.remove(message);
  await rig.settle();
  expect(rig.events[1]).toEqual({ type: 'deleted', subject: rig.turns()[0]?.subject });
  expect(await rig.end()).toBe(0);
});

it('tells of a deletion after the question, although both wait', async () => {
  const rig = await startMessages();
  rig.slack.faults.next({ method: 'users.info' }, { type: 'slow', delayMs: 500 });
  const message = rig.slack.people.say(rig.person, rig.channel, { mentionsBot: true, text: 'what?' });
  rig.slack.people.remove(message);
  await rig.clock.advance(1_000);
  expect(rig.events.map(({ type }) => type)).toEqual(['turn', 'deleted']);
  expect(await rig.end()).toBe(0);
});

it('has Slack repeat a deletion that could not be stored', async () => {
  const rig = await startMessages();
  const message = rig.slack.people.say(rig.person, rig.channel, { mentionsBot: true, text: 'what?' });
  await rig.settle();
  rig.failNext(1);
  rig.slack.people.remove(message);
  await rig.settle();
  expect(rig.events.map(({ type }) => type)).toEqual(['turn', 'deleted']);
  expect(await rig.end()).toBe(0);
});

it('does not take it for an edit that a file of an edited question is gone', async () => {
  const rig = await startMessages();
  const edited = { user: rig.person.id, ts: '5.0' };
  const message = { type: 'message', user: rig.person.id, ts: '1.0', text: call(rig, 'what?'), edited };
  const changed = {
    type: 'message',
    subtype: 'message_changed',
    channel: rig.channel.id,
    channel_type: 'channel',
    ts: '6.0',
  };
  await rig.take({ ...changed, message, previous_message: { ...message, files: [{ id: 'F1' }] } });
  expect(rig.events).toEqual([]);
  const before = { ...message, edited: { ...edited, ts: '4.0' } };
  await rig.take({ ...changed, message, previous_message: { ...before, files: [{ id: 'F1' }] } });
  expect(rig.turn().id).toMatch(/:1\.0~5\.0$/);
  expect(await rig.end()).toBe(0);
});

it('takes an edit of which Slack does not say what was there before', async () => {
  const rig = await startMessages();
  const message = { type: 'message', user: rig.person.id, ts: '1.0', text: call(rig, 'what?'), edited: { ts: '5.0' } };
  await rig.take({ type: 'message', subtype: 'message_changed', channel: rig.channel.id, ts: '6.0', message });
  expect(rig.turn().id).toMatch(/:1\.0~5\.0$/);
  expect(await rig.end()).toBe(0);
});

it('does not tell of a message of its own that became a stone under a thread', async () => {
  const rig = await startMessages();
  const direct = rig.slack.places.direct(rig.person, rig.installation);
  const post = { channel: direct.id, text: 'one', unfurl_links: false, unfurl_media: false };
  const { body } = await rig.call('chat.postMessage', post);
  const ts = String(body['ts']);
  const root = direct.messages.get(ts);
  if (root === undefined) throw new Error('nothing was posted');
  rig.slack.people.say(rig.person, direct, { text: 'thanks', inThreadOf: root });
  await rig.settle();
  await rig.call('chat.delete', { channel: direct.id, ts });
  await rig.settle();
  expect(root.subtype).toBe('tombstone');
  expect(rig.events.map(({ type }) => type)).toEqual(['turn']);
  expect(await rig.end()).toBe(0);
});
