import { expect, it } from 'vitest';
import { type JsonObject, toObject, toObjects } from '../discord/json.ts';
import { plainPost } from './call-api.ts';
import { createSlackRig, eventsOf } from './slack-rig.ts';

const png = new Uint8Array(
  Buffer.from('\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x08\0\0\0\x08\x08\x02\0\0\0\0\0\0\0', 'latin1'),
);
const picture = { name: 'a.png', bytes: png };

async function listen(options: Parameters<typeof createSlackRig>[0] = {}) {
  const rig = createSlackRig(options);
  const socket = await rig.connect();
  return {
    ...rig,
    socket,
    events: () => eventsOf(socket),
    kinds: () => eventsOf(socket).map(({ type, subtype }) => (subtype === undefined ? type : `${type}/${subtype}`)),
    envelopes: (): readonly JsonObject[] => socket.frames.slice(1).map((frame) => toObject(frame['payload'])),
  };
}

it('sends a mention twice: as a message and as a mention', async () => {
  const { slack, person, bot, channel, events, envelopes } = await listen();
  const said = slack.people.say(person, channel, { text: 'what is this?', mentionsBot: true, files: [picture] });
  expect(events()).toMatchObject([
    {
      type: 'message',
      subtype: 'file_share',
      text: `<@${bot.id}> what is this?`,
      ts: said.ts,
      files: [{ name: 'a.png', original_w: 8 }],
      client_msg_id: expect.any(String),
      blocks: [{ type: 'rich_text', elements: [{ elements: [{ type: 'user', user_id: bot.id }, { type: 'text' }] }] }],
    },
    { type: 'app_mention', ts: said.ts, channel: channel.id, files: [{ name: 'a.png' }] },
  ]);
  // Messages with files lack the workspace of their author; mentions have no kind of channel.
  expect(events()[0]).not.toHaveProperty('team');
  expect(events()[1]).not.toHaveProperty('channel_type');
  expect(new Set(envelopes().map((envelope) => envelope['event_id'])).size).toBe(2);
});

it('can keep files from mentions, turn the twins round, and send one alone', async () => {
  const { slack, person, channel, events, kinds } = await listen();
  slack.settings.mentions = { files: 'without', sends: 'both', first: 'mention' };
  slack.people.say(person, channel, { mentionsBot: true, files: [picture] });
  expect(kinds()).toEqual(['app_mention', 'message/file_share']);
  expect(events()[0]).not.toHaveProperty('files');
  slack.settings.mentions = { files: 'with', sends: 'message', first: 'message' };
  slack.people.say(person, channel, { mentionsBot: true });
  slack.settings.mentions = { files: 'with', sends: 'mention', first: 'message' };
  slack.people.say(person, channel, { mentionsBot: true });
  slack.people.say(person, channel, { text: 'no mention' });
  expect(kinds().slice(2)).toEqual(['message', 'app_mention', 'message']);
});

it('tells of messages in every kind of channel, where scope and subscription allow', async () => {
  const { slack, team, person, bot, installation, channel, events } = await listen();
  const members = [person, bot];
  const places = [
    channel,
    slack.places.createChannel(team, { kind: 'group', members }),
    slack.places.createChannel(team, { kind: 'mpim', members }),
    slack.places.direct(person, installation),
  ];
  const sayEverywhere = () => {
    for (const place of places) slack.people.say(person, place, { text: 'hi' });
  };
  sayEverywhere();
  expect(events().map((event) => event['channel_type'])).toEqual(['channel', 'group', 'mpim', 'im']);
  installation.scopes.delete('groups:history');
  slack.settings.subscriptions = new Set(['message.channels', 'message.groups']);
  sayEverywhere();
  expect(events().slice(4)).toMatchObject([{ channel_type: 'channel' }]);
  slack.places.leave(channel, bot);
  sayEverywhere();
  expect(events()).toHaveLength(5);
});

it('tells of edits, deletions, stones, unfurled pictures and its own messages', async () => {
  const { slack, person, bot, channel, call, kinds, events } = await listen();
  const said = slack.people.say(person, channel, { text: 'firts' });
  slack.people.edit(said, 'first');
  expect(events().at(-1)).toMatchObject({
    subtype: 'message_changed',
    hidden: true,
    channel: channel.id,
    message: { text: 'first', ts: said.ts, edited: { user: person.id } },
    previous_message: { text: 'firts' },
  });
  slack.people.unfurl(said, { url: 'https://example.org/a', imageUrl: 'https://example.org/a.png' });
  expect(events().at(-1)).toMatchObject({
    subtype: 'message_changed',
    message: { attachments: [{ from_url: 'https://example.org/a', image_url: 'https://example.org/a.png' }] },
  });
  const own = await call('chat.postMessage', plainPost(channel.id, 'mine', { thread_ts: said.ts }));
  expect(events().at(-1)).toMatchObject({ user: bot.id, bot_id: bot.botId, app_id: slack.app.id, thread_ts: said.ts });
  await call('chat.update', { channel: channel.id, ts: own.body['ts'], text: 'mine, too' });
  expect(events().at(-1)).not.toHaveProperty('user');
  slack.people.remove(said);
  expect(events().at(-1)).toMatchObject({ message: { subtype: 'tombstone' } });
  const brief = slack.people.say(person, channel, { text: 'oops' });
  slack.people.remove(brief);
  expect(events().at(-1)).toMatchObject({ subtype: 'message_deleted', deleted_ts: brief.ts });
  expect(kinds()).toHaveLength(8);
});

it('lets people reply, broadcast, share, and speak of themselves; other bots and Slackbot write as well', async () => {
  const { slack, team, person, channel, events } = await listen();
  const root = slack.people.say(person, channel, { text: 'question', files: [picture] });
  slack.people.say(person, channel, { text: 'a', inThreadOf: root });
  slack.people.say(person, channel, { text: 'b', inThreadOf: root, broadcast: true });
  slack.people.say(person, channel, { text: 'c', subtype: 'me_message' });
  slack.people.say(slack.places.createBot(team, 'ci'), channel, { text: 'd' });
  slack.people.say(slack.places.createBot(team, 'old'), channel, { text: 'e', subtype: 'bot_message' });
  slack.people.say(slack.places.slackbot(team), channel, { text: 'f' });
  slack.people.share(person, root, channel, { text: 'see' });
  const [, reply, broadcast, me, bot, old, slackbot, shared] = events();
  expect(reply).toMatchObject({ thread_ts: root.ts, parent_user_id: person.id });
  expect(broadcast).toMatchObject({ subtype: 'thread_broadcast', thread_ts: root.ts });
  expect(me).toMatchObject({ subtype: 'me_message' });
  expect(bot).toMatchObject({ bot_id: expect.stringMatching(/^B/), bot_profile: { name: 'ci' } });
  expect(old).toMatchObject({ subtype: 'bot_message', username: 'old' });
  expect(slackbot).toMatchObject({ user: 'USLACKBOT' });
  expect(shared).toMatchObject({
    attachments: [{ is_share: true, author_id: person.id, ts: root.ts, text: 'question', files: [{ name: 'a.png' }] }],
  });
});

it('sends what happens in a shared channel once to each workspace, files as stubs', async () => {
  const { slack, team, channel, envelopes } = await listen();
  const partner = slack.places.createTeam({ name: 'Sculptors' });
  const guest = slack.places.createPerson(partner, { name: 'bob' });
  const there = slack.installing.install(partner);
  slack.places.connect(channel, partner);
  channel.memberIds.add(guest.id).add(there.bot.id);
  const said = slack.people.say(guest, channel, { text: 'ours', files: [picture] });
  expect(envelopes()).toMatchObject([
    { team_id: team.id, is_ext_shared_channel: true, authorizations: [{ team_id: team.id }] },
    { team_id: partner.id, is_ext_shared_channel: true, authorizations: [{ team_id: partner.id }] },
  ]);
  for (const envelope of envelopes()) {
    const event = toObject(envelope['event']);
    expect(event).toMatchObject({ ts: said.ts, channel: channel.id, user: guest.id, user_team: partner.id });
    expect(toObjects(event['files'])).toMatchObject([{ file_access: 'check_file_info' }]);
  }
  expect(await slack.clicks.slash(guest, channel, '/ask')).not.toMatchObject({ type: 'refused' });
  slack.people.uninstall(there);
  expect(await slack.clicks.slash(guest, channel, '/ask')).toMatchObject({ type: 'refused' });
});

it('knows organisations: one installation for many workspaces', async () => {
  const { slack, envelopes, call } = await listen();
  const [first, second] = ['North', 'South'].map((name) => slack.places.createTeam({ name, enterpriseId: 'E1' }));
  if (first === undefined || second === undefined) throw new Error('there are no workspaces');
  const { token, bot } = slack.installing.install(first, { organisation: true });
  const person = slack.places.createPerson(second);
  const channel = slack.places.createChannel(second, { members: [person, bot] });
  slack.people.say(person, channel, { text: 'hi' });
  expect(envelopes()).toMatchObject([
    {
      team_id: second.id,
      enterprise_id: 'E1',
      authorizations: [{ team_id: null, enterprise_id: 'E1', is_enterprise_install: true }],
    },
  ]);
  expect((await call('auth.test', {}, token)).body).toMatchObject({ is_enterprise_install: true, enterprise_id: 'E1' });
  expect((await call('chat.postMessage', plainPost(channel.id, 'hi'), token)).ok).toBe(true);
  expect((await call('team.info', {}, token)).error).toBe('missing_argument');
  expect((await call('team.info', { team_id: second.id }, token)).ok).toBe(true);
});

it('opens the agent: threads, their context, prompts, titles, statuses', async () => {
  const { slack, person, channel, call, events, clock } = await listen();
  const { channel: direct, threadTs, root } = slack.people.openAssistant(person, channel);
  const thread = { user_id: person.id, channel_id: direct.id, thread_ts: threadTs };
  expect(events().at(-1)).toMatchObject({
    type: 'assistant_thread_started',
    assistant_thread: { ...thread, context: { channel_id: channel.id } },
  });
  slack.people.changeContext(person, threadTs, channel);
  expect(events().at(-1)).toMatchObject({ type: 'assistant_thread_context_changed', assistant_thread: thread });
  slack.people.openHome(person, 'messages', channel);
  const context = { entities: [{ type: 'slack#/types/channel_id', value: channel.id }] };
  expect(events().at(-1)).toMatchObject({ type: 'app_home_opened', tab: 'messages', channel: direct.id, context });
  slack.people.lookAt(person, channel);
  expect(events().at(-1)).toMatchObject({ type: 'app_context_changed', user: person.id, context });
  slack.people.say(person, direct, { text: 'hi', inThreadOf: root });
  expect(events().at(-1)).toMatchObject({
    thread_ts: threadTs,
    assistant_thread: { action_token: expect.any(String) },
  });
  const at = { channel_id: direct.id, thread_ts: threadTs };
  const prompts = [{ title: 'Describe', message: 'What is this?' }];
  await call('assistant.threads.setSuggestedPrompts', { ...at, prompts });
  await call('assistant.threads.setTitle', { ...at, title: 'A cat' });
  await call('assistant.threads.setStatus', { ...at, status: 'is looking', loading_messages: ['Squinting'] });
  expect(slack.agents.of(direct, threadTs)).toMatchObject({ title: 'A cat', prompts });
  expect(slack.screen.statuses()).toMatchObject([{ text: 'is looking', loadingMessages: ['Squinting'] }]);
  expect(slack.screen.leftovers()).toEqual([`${threadTs}: the status "is looking"`]);
  await call('chat.postMessage', plainPost(direct.id, 'a cat', { thread_ts: threadTs }));
  expect(slack.screen.statuses()).toEqual([]);
  await call('assistant.threads.setStatus', { ...at, status: 'is thinking' });
  await clock.advance(120_000);
  expect(slack.screen.statuses()).toEqual([]);
  expect(slack.screen.statusChanges().map(([, text]) => text)).toEqual(['is looking', '', 'is thinking']);
  const five = Array.from({ length: 5 }, () => prompts[0]);
  expect((await call('assistant.threads.setSuggestedPrompts', { ...at, prompts: five })).error).toBe(
    'invalid_arguments',
  );
  slack.settings.isAgent = false;
  expect((await call('assistant.threads.setSuggestedPrompts', { ...at, prompts })).error).toBe('not_agent_app');
});

it('keeps the session of an agent, and warns where its stop button would be dead', async () => {
  const { slack, person, channel, call } = await listen();
  const root = slack.people.say(person, channel, { text: 'question' });
  const at = { channel_id: channel.id, thread_ts: root.ts };
  const started = await call('agents.sessions.setStatus', { ...at, status: 'processing', title: 'A cat' });
  expect(started.body).toEqual({ ok: true, status: 'processing', agent_status: 'processing', title: 'A cat' });
  expect((await call('agents.sessions.setStatus', { ...at, status: 'asleep' })).error).toBe('invalid_status');
  expect((await call('agents.sessions.rename', { ...at, title: 'A dog' })).ok).toBe(true);
  slack.settings.subscriptions = new Set();
  const warned = await call('agents.sessions.setStatus', { ...at, status: 'active' });
  expect(warned.body).toMatchObject({ title: 'A dog', warning: 'missing_agent_session_stopped_event_subscription' });
});

it('ends: tokens revoked, app uninstalled', async () => {
  const { slack, installation, bot, channel, person, call, kinds, events } = await listen();
  slack.people.uninstall(installation);
  expect(kinds()).toEqual(['tokens_revoked', 'app_uninstalled']);
  expect(events()[0]).toMatchObject({ tokens: { bot: [bot.id] } });
  expect((await call('auth.test')).error).toBe('account_inactive');
  slack.people.say(person, channel, { text: 'hello?' });
  expect(kinds()).toHaveLength(2);
});

it('tells of joining, and says a message again under a new id', async () => {
  const { slack, team, person, bot, events, envelopes } = await listen();
  const channel = slack.places.createChannel(team);
  slack.places.join(channel, bot);
  expect(events()).toMatchObject([{ type: 'member_joined_channel', user: bot.id, channel: channel.id }]);
  const said = slack.people.say(person, channel, { text: 'hi' });
  slack.people.announceAgain(said);
  const [, first, second] = envelopes();
  expect(first?.['event']).toEqual(second?.['event']);
  expect(first?.['event_id']).not.toBe(second?.['event_id']);
});

it('judges what people saw', async () => {
  const { slack, channel, person, call } = await listen();
  const root = slack.people.say(person, channel, { text: 'question' });
  const post = (text: string) => call('chat.postMessage', plainPost(channel.id, text, { thread_ts: root.ts }));
  const { body } = await post('Looking …');
  await call('chat.update', { channel: channel.id, ts: body['ts'], text: 'The cat' });
  await call('chat.update', { channel: channel.id, ts: body['ts'], text: 'A cat' });
  await post('A cat');
  await post('Looking …');
  const { screen } = slack;
  expect(screen.doubledMessages()).toEqual(['A cat']);
  expect(screen.vanishedWords()).toEqual(['Looking → The cat', 'The cat → A cat']);
  expect(screen.leftovers(/^Looking/)).toHaveLength(1);
  expect(screen.messages({ channel, threadTs: root.ts })).toHaveLength(4);
  expect(screen.messages({ channel, threadTs: null })).toHaveLength(1);
});
