import { expect, it } from 'vitest';
import { photo, startMessages } from './message-rig.ts';

const names = (pictures: readonly { readonly name: string }[]) => pictures.map(({ name }) => name);
const waitForTwinMs = 700;

it.each([
  ['message', 'with', 0],
  ['message', 'without', 0],
  ['mention', 'with', 0],
  ['mention', 'without', 0],
] as const)('makes one turn of twins: the %s first, the mention %s files', async (first, files, waitedMs) => {
  const rig = await startMessages({ settings: { mentions: { first, files, sends: 'both' } } });
  const startMs = rig.clock.now();
  rig.slack.people.say(rig.person, rig.channel, { mentionsBot: true, text: 'this', files: [photo] });
  await rig.settle();
  expect(rig.events).toHaveLength(1);
  expect(names(rig.turn().images)).toEqual(['cat.png']);
  expect(rig.clock.now() - startMs).toBe(waitedMs);
  expect(rig.calls('conversations.replies')).toBe(0);
  expect(rig.slack.deliveries.log()).toHaveLength(2);
  expect(await rig.end()).toBe(0);
});

it.each(['message', 'mention'] as const)('does not wait for the files of a %s that has none', async (first) => {
  const rig = await startMessages({ settings: { mentions: { first, files: 'with', sends: 'both' } } });
  rig.slack.people.say(rig.person, rig.channel, { mentionsBot: true, text: 'hi' });
  await rig.settle();
  expect(rig.events).toHaveLength(1);
  expect(rig.calls('conversations.replies')).toBe(0);
  expect(await rig.end()).toBe(0);
});

it('asks for the message where a mention comes without files and its twin never', async () => {
  const rig = await startMessages({ settings: { mentions: { first: 'mention', files: 'without', sends: 'mention' } } });
  rig.slack.people.say(rig.person, rig.channel, { mentionsBot: true, text: 'this', files: [photo] });
  await rig.clock.advance(waitForTwinMs - 1);
  expect(rig.events).toEqual([]);
  await rig.clock.advance(1);
  expect(names(rig.turn().images)).toEqual(['cat.png']);
  expect(rig.calls('conversations.replies')).toBe(1);
  expect(await rig.end()).toBe(0);
});

it('asks for a reply itself, and for the root beside it', async () => {
  const rig = await startMessages({ settings: { mentions: { first: 'mention', files: 'without', sends: 'mention' } } });
  const root = rig.slack.people.say(rig.person, rig.channel, { text: 'holiday' });
  rig.slack.people.say(rig.person, rig.channel, { mentionsBot: true, text: 'this', files: [photo], inThreadOf: root });
  await rig.clock.advance(waitForTwinMs);
  expect(names(rig.turn().images)).toEqual(['cat.png']);
  expect(rig.calls('conversations.replies')).toBe(2);
  expect(await rig.end()).toBe(0);
});

it('waits no longer than the twin takes, and does not ask then', async () => {
  const rig = await startMessages({ settings: { mentions: { first: 'mention', files: 'without', sends: 'mention' } } });
  const message = rig.slack.people.say(rig.person, rig.channel, { mentionsBot: true, text: 'this', files: [photo] });
  await rig.clock.advance(300);
  rig.slack.settings.mentions.sends = 'message';
  rig.slack.people.announceAgain(message);
  await rig.settle();
  expect(names(rig.turn().images)).toEqual(['cat.png']);
  expect(rig.events).toHaveLength(1);
  expect(rig.calls('conversations.replies')).toBe(0);
  expect(await rig.end()).toBe(0);
});

it.each([1_000, 60_000, 3_600_000])('neither waits nor asks for a twin that comes %d ms later', async (laterMs) => {
  const rig = await startMessages({ settings: { mentions: { first: 'message', files: 'without', sends: 'message' } } });
  const message = rig.slack.people.say(rig.person, rig.channel, { mentionsBot: true, text: 'this', files: [photo] });
  await rig.clock.advance(laterMs);
  rig.slack.settings.mentions.sends = 'mention';
  rig.slack.people.announceAgain(message);
  await rig.settle();
  expect(rig.events).toHaveLength(1);
  expect(rig.slack.deliveries.log().map(({ outcome }) => outcome)).toEqual(['taken', 'taken']);
  expect(rig.calls('conversations.replies')).toBe(0);
  expect(await rig.end()).toBe(0);
});

it('goes on without the files where Slack does not tell of them in time', async () => {
  const rig = await startMessages({ settings: { mentions: { first: 'mention', files: 'without', sends: 'mention' } } });
  rig.slack.faults.always({ method: 'conversations.replies' }, { type: 'silent' });
  rig.slack.people.say(rig.person, rig.channel, { mentionsBot: true, text: 'this', files: [photo] });
  await rig.clock.advance(1_500);
  expect(rig.turn()).toMatchObject({ text: 'this', images: [] });
  expect(rig.slack.deliveries.log()).toMatchObject([{ outcome: 'taken' }]);
  expect(await rig.end()).toBe(0);
});

it('makes one turn of an event that is delivered four times', async () => {
  const rig = await startMessages({ settings: { deliverTimes: 4 } });
  rig.slack.people.say(rig.person, rig.channel, { mentionsBot: true, text: 'hi' });
  await rig.settle();
  expect(rig.slack.deliveries.log().map(({ outcome }) => outcome)).toEqual(Array(8).fill('taken'));
  expect(rig.turn().text).toBe('hi');
  expect(rig.events).toHaveLength(1);
  expect(await rig.end()).toBe(0);
});

it('does not say twice that it is busy', async () => {
  const rig = await startMessages();
  rig.answerWith('busy');
  rig.slack.people.say(rig.person, rig.channel, { mentionsBot: true, text: 'hi' });
  await rig.settle();
  expect(rig.events).toHaveLength(1);
  expect(await rig.end()).toBe(0);
});

it('has Slack repeat what could not be stored, and takes it then', async () => {
  const rig = await startMessages({ settings: { mentions: { first: 'message', files: 'with', sends: 'message' } } });
  rig.failNext(2);
  rig.slack.people.say(rig.person, rig.channel, { mentionsBot: true, text: 'hi', files: [photo] });
  await rig.clock.advance(59_000);
  expect(rig.events).toEqual([]);
  await rig.clock.advance(1_000);
  expect(rig.slack.deliveries.log().map(({ outcome }) => outcome)).toEqual(['http_error', 'http_error', 'taken']);
  expect(names(rig.turn().images)).toEqual(['cat.png']);
  expect(await rig.end()).toBe(0);
});

it('does not take a reply for none of its affair because the store cannot say whose thread it is', async () => {
  const rig = await startMessages();
  const root = rig.slack.people.say(rig.person, rig.channel, { text: 'lunch?' });
  rig.store.fail();
  rig.slack.people.say(rig.person, rig.channel, { text: 'yes', inThreadOf: root });
  await rig.settle();
  expect(
    rig.slack.deliveries
      .log()
      .slice(1)
      .map(({ outcome }) => outcome),
  ).toEqual(['http_error', 'http_error']);
  expect(await rig.end()).toBe(0);
});

it('waits for the files of a message whose files are not there yet', async () => {
  const rig = await startMessages();
  const message = { channel: rig.channel.id, user: rig.person.id, ts: '1.0', text: `<@${rig.bot.id}> this` };
  const taking = rig.take({
    ...message,
    type: 'message',
    subtype: 'file_share',
    upload: true,
    channel_type: 'channel',
  });
  await rig.clock.advance(100);
  expect(rig.events).toEqual([]);
  const file = { id: 'F1', name: 'cat.png', mimetype: 'image/png', url_private: 'https://files.slack.com/F1/cat.png' };
  await rig.take({ ...message, type: 'app_mention', files: [file] });
  await taking;
  expect(names(rig.turn().images)).toEqual(['cat.png']);
  expect(await rig.end()).toBe(0);
});

it('asks for no root of a thread where the message has a picture, or where the bot wrote it', async () => {
  const rig = await startMessages();
  const root = rig.slack.people.say(rig.person, rig.channel, { text: 'see', files: [photo] });
  rig.slack.people.say(rig.person, rig.channel, { mentionsBot: true, text: 'hi', inThreadOf: root, files: [photo] });
  const post = { channel: rig.channel.id, text: 'hello', unfurl_links: false, unfurl_media: false };
  const { body } = await rig.call('chat.postMessage', post);
  const own = rig.channel.messages.get(String(body['ts']));
  if (own === undefined) throw new Error('nothing was posted');
  rig.slack.people.say(rig.person, rig.channel, { mentionsBot: true, text: 'hi', inThreadOf: own });
  await rig.settle();
  expect(rig.turns()).toHaveLength(2);
  expect(rig.calls('conversations.replies')).toBe(0);
  expect(await rig.end()).toBe(0);
});

it('looks up no more than a few of the people and channels in a text', async () => {
  const rig = await startMessages();
  const others = Array.from({ length: 12 }, (_, index) =>
    rig.slack.places.createPerson(rig.team, { name: `other${index}` }),
  );
  const text = others.map(({ id }) => `<@${id}>`).join(' ');
  rig.slack.people.say(rig.person, rig.channel, { mentionsBot: true, text });
  await rig.settle();
  expect(rig.turn().text).toMatch(/^@other0 .* @other4 @somebody/);
  expect(rig.calls('users.info')).toBe(6);
  expect(await rig.end()).toBe(0);
});

/** The channel of one workspace, shared with another one; the app is in both. */
async function startShared(settings: Parameters<typeof startMessages>[0] = {}) {
  const rig = await startMessages(settings);
  const guests = rig.slack.places.createTeam({ name: 'Guests' });
  const mary = rig.slack.places.createPerson(guests, { name: 'mary' });
  mary.role = 'owner';
  const theirs = rig.slack.installing.install(guests, { installer: mary });
  rig.slack.places.connect(rig.channel, guests);
  rig.channel.memberIds.add(mary.id);
  rig.channel.memberIds.add(theirs.bot.id);
  return { ...rig, guests, mary, theirs };
}

it('makes one turn of the copies of a message in a channel that two organisations share', async () => {
  const rig = await startShared();
  const root = rig.slack.people.say(rig.person, rig.channel, { text: 'holiday' });
  await rig.memory.markBotThread(rig.team.id, rig.channel.id, root.ts);
  const message = rig.slack.people.say(rig.mary, rig.channel, { text: 'and this?', inThreadOf: root });
  await rig.settle();
  expect(new Set(rig.slack.deliveries.log().map(({ teamId }) => teamId))).toEqual(
    new Set([rig.team.id, rig.guests.id]),
  );
  expect(rig.turn()).toMatchObject({ id: `slack:${rig.team.id}:${rig.channel.id}:${message.ts}`, tenant: rig.team.id });
  expect(rig.events).toHaveLength(1);
  expect(await rig.end()).toBe(0);
});

it('knows its threads and its questions in a shared channel through whichever workspace it hears of them', async () => {
  const rig = await startShared();
  const root = rig.slack.people.say(rig.person, rig.channel, { text: 'holiday' });
  await rig.memory.markBotThread(rig.team.id, rig.channel.id, root.ts);
  rig.channel.memberIds.delete(rig.bot.id);
  const message = rig.slack.people.say(rig.mary, rig.channel, { text: 'and this?', inThreadOf: root });
  await rig.settle();
  expect(rig.turn()).toMatchObject({ tenant: rig.team.id, text: 'and this?' });
  rig.slack.people.remove(message);
  await rig.settle();
  expect(rig.events[1]).toEqual({ type: 'deleted', subject: rig.turn().subject });
  expect(await rig.end()).toBe(0);
});

it('leaves out channels of a workspace that is not served, through whichever workspace it hears of them', async () => {
  const rig = await startShared({ denied: { servers: ['T0HOST'] } });
  const host = rig.slack.places.createTeam({ id: 'T0HOST', name: 'Host' });
  const theirs = rig.slack.places.createChannel(host, { members: [rig.person, rig.bot] });
  rig.slack.places.connect(theirs, rig.team);
  rig.slack.people.say(rig.person, theirs, { mentionsBot: true, text: 'hi' });
  await rig.settle();
  expect(rig.events).toEqual([]);
  expect(rig.slack.deliveries.log()).not.toEqual([]);
  expect(await rig.end()).toBe(0);
});

it('answers as the one of its bots that was called, and gives nobody rights over another’s workspace', async () => {
  const rig = await startShared();
  rig.slack.people.say(rig.mary, rig.channel, { text: `<@${rig.theirs.bot.id}> hi` });
  await rig.settle();
  const turn = rig.turn();
  expect(turn).toMatchObject({
    tenant: rig.team.id,
    text: 'hi',
    person: { name: 'mary', managesServer: false, moderator: false },
  });
  expect(turn.route).toBe(JSON.stringify({ type: 'messages', via: rig.guests.id, askerTeam: rig.guests.id }));
  rig.slack.people.say(rig.mary, rig.channel, { text: `<@${rig.bot.id}> hi` });
  await rig.settle();
  expect(rig.turns()[1]).toMatchObject({ person: { name: 'mary', managesServer: false, moderator: false } });
  expect(await rig.end()).toBe(0);
});

it('leaves out whoever is of a workspace that is not served, in a channel of one that is', async () => {
  const rig = await startShared({ denied: { servers: ['T0BAD'] } });
  const bad = rig.slack.places.createTeam({ id: 'T0BAD', name: 'Bad' });
  rig.slack.places.connect(rig.channel, bad);
  const mallory = rig.slack.places.createPerson(bad, { name: 'mallory' });
  rig.channel.memberIds.add(mallory.id);
  rig.slack.people.say(mallory, rig.channel, { mentionsBot: true, text: `<@${rig.bot.id}> hi`, files: [photo] });
  await rig.clock.advance(1_000);
  expect(rig.events).toEqual([]);
  expect(await rig.end()).toBe(0);
});

it('takes the channel for the workspace’s own where Slack does not say whose it is', async () => {
  const rig = await startShared();
  rig.slack.faults.always({ method: 'conversations.info' }, { type: 'silent' });
  rig.slack.people.say(rig.mary, rig.channel, { text: `<@${rig.theirs.bot.id}> hi` });
  await rig.clock.advance(1_500);
  expect(rig.turn()).toMatchObject({ tenant: rig.guests.id, person: { name: 'mary' } });
  expect(rig.slack.deliveries.log().every(({ outcome }) => outcome === 'taken')).toBe(true);
  expect(await rig.end()).toBe(0);
});

it('keeps workspaces apart whose channels have equal ids', async () => {
  const rig = await startMessages();
  const other = rig.slack.places.createTeam({ name: 'Other' });
  const eve = rig.slack.places.createPerson(other, { name: 'eve' });
  const theirs = rig.slack.installing.install(other, { installer: eve });
  const twin = rig.slack.places.createChannel(other, { id: rig.channel.id, members: [eve, theirs.bot] });
  const ours = rig.slack.people.say(rig.person, rig.channel, { mentionsBot: true, text: 'ours' });
  const their = rig.slack.people.say(eve, twin, { text: `<@${theirs.bot.id}> theirs` });
  await rig.settle();
  expect(their.ts).toBe(ours.ts);
  expect(rig.turns().map(({ text, tenant, person }) => [text, tenant, person.name])).toEqual([
    ['ours', rig.team.id, 'ada'],
    ['theirs', other.id, 'eve'],
  ]);
  rig.slack.people.say(eve, twin, { text: 'not in a thread of theirs', inThreadOf: their });
  await rig.memory.forget(other.id);
  expect(await rig.end()).toBe(0);
});

it.each([
  ['silent', { type: 'silent' }, 1_500],
  ['refused', { type: 'error', error: 'ratelimited' }, 0],
  ['rate-limited', { type: 'rate-limited', retryAfterSeconds: 30 }, 0],
] as const)(
  'gives no name and no rights where users.info is %s, and still takes the message in time',
  async (_, fault, withinMs) => {
    const rig = await startMessages();
    rig.person.role = 'admin';
    rig.slack.faults.always({ method: 'users.info' }, fault);
    rig.slack.people.say(rig.person, rig.channel, { mentionsBot: true, text: 'hi' });
    await rig.clock.advance(withinMs);
    expect(rig.turn().person).toEqual({
      id: rig.person.id,
      name: 'somebody',
      moderator: false,
      managesChannel: false,
      managesServer: false,
    });
    expect(rig.slack.deliveries.log().map(({ outcome }) => outcome)).toEqual(['taken', 'taken']);
    expect(await rig.end()).toBe(0);
  },
);

it('takes every message within the time even where nothing of Slack answers', async () => {
  const rig = await startShared({ settings: { mentions: { first: 'mention', files: 'without', sends: 'mention' } } });
  rig.slack.faults.always({}, { type: 'silent' });
  const root = rig.slack.people.say(rig.person, rig.channel, { text: 'see' });
  const text = '<@U0ONE> <@U0TWO> <#C0ONE> look';
  rig.slack.people.say(rig.person, rig.channel, { mentionsBot: true, text, inThreadOf: root, files: [photo] });
  await rig.clock.advance(1_600);
  expect(rig.turn().text).toBe('@somebody @somebody #channel look');
  expect(rig.slack.deliveries.log().every(({ outcome, retry }) => outcome === 'taken' && retry === 0)).toBe(true);
  expect(await rig.end()).toBe(0);
});

it('hands over what was written in one thread in the order in which it came', async () => {
  const rig = await startMessages();
  const root = rig.slack.people.say(rig.person, rig.channel, { mentionsBot: true, text: '0' });
  rig.slack.faults.next({ method: 'users.info' }, { type: 'slow', delayMs: 600 });
  for (const text of ['1', '2', '3'])
    rig.slack.people.say(rig.person, rig.channel, { text, inThreadOf: root, mentionsBot: text === '2' });
  await rig.clock.advance(2_000);
  // The first one is a thread of its own until it has been taken.
  expect(rig.turns().map(({ text }) => text)).toEqual(['0', '1', '2', '3']);
  expect(await rig.end()).toBe(0);
});

it('asks once for each person, however much they write', async () => {
  const rig = await startMessages();
  for (let count = 0; count < 400; count += 1) {
    rig.slack.people.say(rig.person, rig.channel, { mentionsBot: true, text: `question ${count}` });
  }
  for (let count = 0; count < 400; count += 1) rig.slack.people.say(rig.person, rig.channel, { text: `talk ${count}` });
  await rig.clock.advance(2_000);
  expect(rig.turns()).toHaveLength(400);
  expect(rig.calls('users.info')).toBe(1);
  expect(rig.calls('conversations.info')).toBe(1);
  expect(await rig.end()).toBe(0);
});

it('leaves for Slack to repeat what comes faster than it can be taken', async () => {
  const rig = await startMessages();
  const direct = rig.slack.places.direct(rig.person, rig.installation);
  rig.slack.faults.next({ method: 'users.info' }, { type: 'silent' });
  for (let count = 0; count < 120; count += 1) rig.slack.people.say(rig.person, direct, { text: `question ${count}` });
  await rig.clock.advance(1_100);
  expect(rig.turns().length).toBeGreaterThanOrEqual(100);
  await rig.clock.advance(60_000);
  expect(rig.turns()).toHaveLength(120);
  expect(await rig.end()).toBe(0);
});
