import { expect, it } from 'vitest';
import { photo, startMessages } from './message-rig.ts';

it('takes a mention in a channel for a question, in a thread that opens on it', async () => {
  const rig = await startMessages();
  const message = rig.slack.people.say(rig.person, rig.channel, { mentionsBot: true, text: 'what is this?' });
  await rig.settle();
  const id = `slack:${rig.team.id}:${rig.channel.id}:${message.ts}`;
  expect(rig.turn()).toEqual({
    id,
    subject: id,
    platform: 'slack',
    tenant: rig.team.id,
    channel: rig.channel.id,
    thread: message.ts,
    opensThread: true,
    message: message.ts,
    route: JSON.stringify({ type: 'messages', via: rig.team.id, askerTeam: rig.team.id }),
    direct: false,
    aside: false,
    person: { id: rig.person.id, name: 'ada', moderator: false, managesChannel: false, managesServer: false },
    text: 'what is this?',
    model: null,
    images: [],
    quotedImages: [],
    unseen: null,
    receivedAtMs: rig.clock.now(),
  });
  expect(rig.slack.deliveries.log().map(({ outcome }) => outcome)).toEqual(['taken', 'taken']);
  expect(await rig.end()).toBe(0);
});

it.each(['group', 'mpim'] as const)(
  'takes a mention in a %s for a question, and no other message there',
  async (kind) => {
    const rig = await startMessages();
    const place = rig.slack.places.createChannel(rig.team, { kind, members: [rig.person, rig.bot] });
    rig.slack.people.say(rig.person, place, { text: 'hello all' });
    rig.slack.people.say(rig.person, place, { mentionsBot: true, text: 'hello you' });
    await rig.settle();
    expect(rig.turn()).toMatchObject({ text: 'hello you', direct: false, opensThread: true });
    expect(await rig.end()).toBe(0);
  },
);

it('takes every direct message for a question of one conversation, and a thread there for another one', async () => {
  const rig = await startMessages();
  const direct = rig.slack.places.direct(rig.person, rig.installation);
  const first = rig.slack.people.say(rig.person, direct, { text: 'hi' });
  rig.slack.people.say(rig.person, direct, { text: 'and this?' });
  await rig.settle();
  rig.slack.people.say(rig.person, direct, { text: 'in a thread', inThreadOf: first });
  await rig.settle();
  expect(
    rig.turns().map(({ text, thread, direct: isDirect, opensThread }) => [text, thread, isDirect, opensThread]),
  ).toEqual([
    ['hi', direct.id, true, false],
    ['and this?', direct.id, true, false],
    ['in a thread', first.ts, true, false],
  ]);
  expect(rig.turns()[0]?.person).toMatchObject({ moderator: true, managesChannel: true, managesServer: false });
  expect(await rig.end()).toBe(0);
});

it('hears every message of a thread that it answers in, but what is said to somebody else', async () => {
  const rig = await startMessages();
  const { people, places } = rig.slack;
  const bob = places.createPerson(rig.team, { name: 'bob' });
  rig.channel.memberIds.add(bob.id);
  const root = people.say(rig.person, rig.channel, { text: 'holiday' });
  await rig.memory.markBotThread(rig.team.id, rig.channel.id, root.ts);
  people.say(bob, rig.channel, { text: 'and the second one?', inThreadOf: root });
  people.say(rig.person, rig.channel, { text: `<@${bob.id}> where was that?`, inThreadOf: root });
  people.say(rig.person, rig.channel, { text: '<!here> look', inThreadOf: root });
  people.say(rig.person, rig.channel, { text: `<@${bob.id}> ask <@${rig.bot.id}>`, inThreadOf: root });
  people.say(rig.person, rig.channel, { text: '', inThreadOf: root });
  await rig.settle();
  expect(rig.turns().map(({ text, opensThread, thread }) => [text, opensThread, thread])).toEqual([
    ['and the second one?', false, root.ts],
    ['@bob ask', false, root.ts],
  ]);
  expect(await rig.end()).toBe(0);
});

it('hears a thread from the moment that it was called there', async () => {
  const rig = await startMessages();
  const root = rig.slack.people.say(rig.person, rig.channel, { mentionsBot: true, text: 'one' });
  await rig.settle();
  rig.slack.people.say(rig.person, rig.channel, { text: 'two', inThreadOf: root });
  await rig.settle();
  expect(rig.turns().map(({ text }) => text)).toEqual(['one', 'two']);
  expect(await rig.end()).toBe(0);
});

it('leaves threads alone in which it was never called', async () => {
  const rig = await startMessages();
  const root = rig.slack.people.say(rig.person, rig.channel, { text: 'lunch?' });
  rig.slack.people.say(rig.person, rig.channel, { text: 'yes', inThreadOf: root, broadcast: true });
  await rig.settle();
  expect(rig.events).toEqual([]);
  expect(rig.slack.requests()).toEqual([]);
  expect(await rig.end()).toBe(0);
});

it('never answers bots, itself, Slackbot, what happened, or a call of everybody', async () => {
  const rig = await startMessages();
  const { people, places } = rig.slack;
  const call = `<@${rig.bot.id}> hi`;
  const joined = { type: 'message', subtype: 'channel_join', channel: rig.channel.id, user: rig.person.id };
  const other = places.createBot(rig.team, 'weather');
  rig.channel.memberIds.add(other.id);
  people.say(other, rig.channel, { text: call });
  people.say(other, rig.channel, { text: call, subtype: 'bot_message' });
  people.say(rig.bot, rig.channel, { text: call });
  people.say(places.slackbot(rig.team), rig.channel, { text: call });
  people.say(rig.person, rig.channel, { text: '<!channel> <!here> <!everyone> <!subteam^S012|@painters> hi' });
  people.say(rig.person, rig.channel, { text: `&lt;@${rig.bot.id}&gt; hi` });
  await rig.settle();
  await rig.take({
    type: 'message',
    channel: rig.channel.id,
    user: rig.person.id,
    ts: '1.1',
    hidden: true,
    text: call,
  });
  await rig.take({ type: 'message', channel: rig.channel.id, user: rig.bot.id, ts: '1.2', text: call });
  await rig.take({ type: 'message', channel: rig.channel.id, ts: '1.3', text: call });
  await rig.take({
    type: 'message',
    subtype: 'message_replied',
    channel: rig.channel.id,
    ts: '1.4',
    user: rig.person.id,
    text: call,
  });
  await rig.take({ ...joined, ts: '1.5', text: call });
  await rig.take({ ...joined, type: 'app_mention', ts: '1.6', bot_id: 'B1', text: call });
  expect(rig.events).toEqual([]);
  expect(await rig.end()).toBe(0);
});

it('answers a message that is spoken in the third person', async () => {
  const rig = await startMessages();
  rig.slack.people.say(rig.person, rig.channel, { mentionsBot: true, text: 'waves', subtype: 'me_message' });
  await rig.settle();
  expect(rig.turn()).toMatchObject({ text: 'waves' });
  expect(await rig.end()).toBe(0);
});

it('leaves deliveries of other kinds to others', async () => {
  const rig = await startMessages();
  expect(rig.take({ type: 'app_home_opened' })).toBeNull();
  expect(
    rig.inbox.take({ kind: 'command', payload: {}, retry: null }, async () => 'accepted', new AbortController().signal),
  ).toBeNull();
  expect(await rig.end()).toBe(0);
});

it('takes what it cannot read, and says so once', async () => {
  const rig = await startMessages();
  await rig.take({ type: 'message', channel: rig.channel.id });
  await rig.take({ type: 'message', channel: 7, ts: '1.1' });
  expect(rig.warnings()).toEqual(['Slack sent something that cannot be read; it is left out.']);
  expect(await rig.end()).toBe(0);
});

it('writes the text as people read it, with the names that Slack knows', async () => {
  const rig = await startMessages();
  const bob = rig.slack.places.createPerson(rig.team, { name: 'bob' });
  const text = `compare with <@${bob.id}> in <#${rig.channel.id}|> &amp; <#C0FAR|far>: &lt;b&gt; <https://example.com/a|this page> <@U0GONE> :tada:`;
  rig.slack.people.say(rig.person, rig.channel, { mentionsBot: true, text });
  await rig.settle();
  expect(rig.turn().text).toBe('compare with @bob in #pictures & #far: <b> this page @somebody :tada:');
  expect(await rig.end()).toBe(0);
});

it.each([
  ['model <http://gemini-2.5|gemini-2.5>', 'model gemini-2.5'],
  ['model `gpt-4o` me', 'model gpt-4o me'],
  ['!m gemini-2.5-pro what is this?', '!m gemini-2.5-pro what is this?'],
  ['!m “gpt-4.1” what is “this”?', '!m gpt-4.1 what is “this”?'],
  ['/websearch on', '/search on'],
  ['websearch off', '/search off'],
  ['websearch for towers', 'websearch for towers'],
])('hands the command %s over as it was meant', async (written, meant) => {
  const rig = await startMessages();
  rig.slack.people.say(rig.person, rig.channel, { mentionsBot: true, text: written });
  await rig.settle();
  expect(rig.turn().text).toBe(meant);
  expect(await rig.end()).toBe(0);
});

it('reads what stands below a message that has no words of its own', async () => {
  const rig = await startMessages();
  const direct = rig.slack.places.direct(rig.person, rig.installation);
  await rig.take({
    type: 'message',
    channel: direct.id,
    channel_type: 'im',
    user: rig.person.id,
    ts: '1.1',
    text: '',
    attachments: [{ fallback: 'from afar' }],
  });
  expect(rig.turn().text).toBe('from afar');
  expect(await rig.end()).toBe(0);
});

it('takes no words of a message that somebody passed on without a comment: they are somebody else’s', async () => {
  const rig = await startMessages();
  const direct = rig.slack.places.direct(rig.person, rig.installation);
  const posted = rig.slack.people.say(rig.person, rig.channel, { text: 'new' });
  rig.slack.people.share(rig.person, posted, direct);
  await rig.settle();
  expect(rig.turn().text).toBe('');
  expect(await rig.end()).toBe(0);
});

it.each([
  ['owner', { moderator: true, managesChannel: true, managesServer: true }],
  ['admin', { moderator: true, managesChannel: true, managesServer: true }],
  ['member', { moderator: false, managesChannel: false, managesServer: false }],
  ['guest', { moderator: false, managesChannel: false, managesServer: false }],
] as const)('gives an %s of the workspace the rights that go with it', async (role, rights) => {
  const rig = await startMessages();
  rig.person.role = role;
  rig.slack.people.say(rig.person, rig.channel, { mentionsBot: true, text: 'hi' });
  await rig.settle();
  expect(rig.turn().person).toMatchObject(rights);
  expect(await rig.end()).toBe(0);
});

it('lets whoever made the channel set what it uses', async () => {
  const rig = await startMessages();
  rig.channel.creatorId = rig.person.id;
  rig.slack.people.say(rig.person, rig.channel, { mentionsBot: true, text: 'hi' });
  await rig.settle();
  expect(rig.turn().person).toMatchObject({ moderator: true, managesChannel: true, managesServer: false });
  expect(await rig.end()).toBe(0);
});

it('answers nobody who may not use it, silently and without asking Slack anything', async () => {
  const rig = await startMessages({ denied: { people: ['U0BAD'] } });
  const bad = rig.slack.places.createPerson(rig.team, { id: 'U0BAD', name: 'mallory' });
  rig.channel.memberIds.add(bad.id);
  rig.slack.people.say(bad, rig.channel, { mentionsBot: true, text: 'hi' });
  rig.slack.people.say(bad, rig.slack.places.direct(bad, rig.installation), { text: 'hi' });
  await rig.settle();
  expect(rig.events).toEqual([]);
  expect(rig.slack.requests()).toEqual([]);
  expect(rig.slack.deliveries.log().every(({ outcome }) => outcome === 'taken')).toBe(true);
  expect(await rig.end()).toBe(0);
});

it('answers only in the workspaces that it is allowed to', async () => {
  const rig = await startMessages({ allowed: { servers: ['T0OTHER'] } });
  rig.slack.people.say(rig.person, rig.channel, { mentionsBot: true, text: 'hi' });
  rig.slack.people.say(rig.person, rig.slack.places.direct(rig.person, rig.installation), { text: 'hi' });
  await rig.settle();
  expect(rig.events).toEqual([]);
  expect(await rig.end()).toBe(0);
});

it('takes and leaves out what comes from a workspace that it is not installed in, and says so once', async () => {
  const rig = await startMessages();
  const event = { type: 'app_mention', channel: 'C1', user: 'U1', ts: '1.1', text: 'hi' };
  await rig.take(event, { team_id: 'T0GONE' });
  await rig.take({ ...event, ts: '1.2' }, { team_id: 'T0GONE' });
  await rig.take(
    { type: 'message', subtype: 'message_deleted', channel: 'C1', ts: '1.3', deleted_ts: '1.1' },
    { team_id: 'T0GONE' },
  );
  expect(rig.events).toEqual([]);
  expect(rig.logger.lines.filter(({ level }) => level === 'info').map(({ facts }) => facts)).toEqual([
    { workspace: 'T0GONE' },
  ]);
  expect(await rig.end()).toBe(0);
});

it('takes the workspace of an organisation that the event came by', async () => {
  const rig = await startMessages();
  const grid = rig.slack.places.createTeam({ name: 'Grid', enterpriseId: 'E1' });
  const eve = rig.slack.places.createPerson(grid, { name: 'eve' });
  const installation = rig.slack.installing.install(grid, { organisation: true, installer: eve });
  const channel = rig.slack.places.createChannel(grid, { members: [eve, installation.bot] });
  rig.slack.people.say(eve, channel, { text: `<@${installation.bot.id}> hi` });
  await rig.settle();
  expect(rig.turn()).toMatchObject({ tenant: grid.id, text: 'hi', person: { name: 'eve' } });
  expect(await rig.end()).toBe(0);
});

it('takes pictures of the message itself for its own, and what stands below it for quoted', async () => {
  const rig = await startMessages();
  const original = rig.slack.people.say(rig.person, rig.channel, { files: [{ ...photo, name: 'old.png' }] });
  rig.slack.people.say(rig.person, rig.channel, { mentionsBot: true, text: 'this', files: [photo] });
  rig.slack.people.share(rig.person, original, rig.channel, { mentionsBot: true, text: 'and that?' });
  await rig.settle();
  const shown = rig.turns().map((turn) => [turn.images, turn.quotedImages].map((some) => some.map(({ name }) => name)));
  expect(shown).toEqual([
    [['cat.png'], []],
    [[], ['old.png']],
  ]);
  expect(await rig.end()).toBe(0);
});

it('looks at the root of a thread that it is called into, and only the first time', async () => {
  const rig = await startMessages();
  const root = rig.slack.people.say(rig.person, rig.channel, { text: 'see', files: [photo] });
  rig.slack.people.say(rig.person, rig.channel, { mentionsBot: true, text: 'what is it?', inThreadOf: root });
  await rig.settle();
  rig.slack.people.say(rig.person, rig.channel, { mentionsBot: true, text: 'really?', inThreadOf: root });
  await rig.settle();
  expect(rig.turns().map(({ quotedImages }) => quotedImages.map(({ name }) => name))).toEqual([['cat.png'], []]);
  expect(rig.calls('conversations.replies')).toBe(1);
  expect(await rig.end()).toBe(0);
});

it.each(['tombstone', 'gone'])('answers in a thread whose root is a %s', async (kind) => {
  const rig = await startMessages();
  const root = rig.slack.people.say(rig.person, rig.channel, { text: 'see', files: [photo] });
  if (kind === 'tombstone') rig.slack.people.say(rig.person, rig.channel, { text: 'nice', inThreadOf: root });
  rig.slack.people.remove(root);
  rig.slack.people.say(rig.person, rig.channel, { mentionsBot: true, text: 'what was it?', inThreadOf: root });
  await rig.settle();
  expect(rig.turn()).toMatchObject({ text: 'what was it?', thread: root.ts, images: [], quotedImages: [] });
  expect(await rig.end()).toBe(0);
});
