import { expect, it } from 'vitest';
import { toObject, toObjects } from '../discord/json.ts';
import { plainPost } from './call-api.ts';
import { createSlackRig } from './slack-rig.ts';

it('posts, changes and deletes messages, and shows what people see', async () => {
  const { slack, channel, call, clock } = createSlackRig();
  const posted = await call('chat.postMessage', plainPost(channel.id, 'hello'));
  expect(posted).toMatchObject({ status: 200, ok: true, body: { channel: channel.id } });
  const ts = String(posted.body['ts']);
  expect(ts).toMatch(/^\d{10}\.\d{6}$/);
  await clock.advance(1_000);
  expect((await call('chat.update', { channel: channel.id, ts, text: 'hello &amp; more' })).ok).toBe(true);
  expect(slack.screen.botMessages()).toMatchObject([{ ts, text: 'hello & more', edited: true, state: 'posted' }]);
  await call('chat.delete', { channel: channel.id, ts });
  expect(slack.screen.timeline()).toEqual([
    [0, 'hello'],
    [1_000, 'hello & more'],
    [1_000, null],
  ]);
  expect(slack.screen.vanishedWords()).toEqual(['hello more → ']);
  slack.expectNoViolations();
});

it('refuses with the codes that Slack has', async () => {
  const { slack, team, channel, person, call } = createSlackRig();
  const post = (channelId: string, more = {}) => call('chat.postMessage', plainPost(channelId, 'a', more));
  const codes = async (...calls: readonly Promise<{ error: string | null }>[]) =>
    (await Promise.all(calls)).map(({ error }) => error);
  const other = slack.places.createChannel(team);
  const secret = slack.places.createChannel(team, { kind: 'group' });
  const theirs = slack.people.say(person, channel, { text: 'mine' });
  expect(
    await codes(
      post('C404'),
      post(other.id),
      post(secret.id),
      call('chat.postMessage', { ...plainPost(channel.id, ' ') }),
      post(channel.id, { thread_ts: '1.000000' }),
      call('chat.update', { channel: channel.id, ts: '1.000000', text: 'b' }),
      call('chat.update', { channel: channel.id, ts: theirs.ts, text: 'b' }),
      call('chat.delete', { channel: channel.id, ts: theirs.ts }),
      call('chat.unheardOf', {}),
      call('auth.test', {}, 'xoxb-wrong'),
      call('auth.test', {}, slack.app.appToken),
      call('apps.connections.open'),
    ),
  ).toEqual([
    'channel_not_found',
    'not_in_channel',
    'channel_not_found',
    'no_text',
    'thread_not_found',
    'message_not_found',
    'cant_update_message',
    'cant_delete_message',
    'unknown_method',
    'invalid_auth',
    'not_allowed_token_type',
    'not_allowed_token_type',
  ]);
  slack.places.setRestricted(channel, true);
  expect((await post(channel.id)).error).toBe('restricted_action');
  slack.places.setArchived(channel, true);
  expect((await post(channel.id)).error).toBe('is_archived');
});

it('names the scope that is missing', async () => {
  const { slack, team, person } = createSlackRig();
  const { token } = slack.installing.install(team, { installer: person, scopes: ['app_mentions:read'] });
  const response = await slack.fetch('https://slack.com/api/users.info', {
    method: 'POST',
    headers: { 'content-type': 'application/json; charset=utf-8', authorization: `Bearer ${token}` },
    body: JSON.stringify({ user: person.id }),
  });
  expect([response.status, await response.json()]).toEqual([
    200,
    { ok: false, error: 'missing_scope', needed: 'users:read', provided: 'app_mentions:read' },
  ]);
});

it('says when a token is revoked, run out or of a workspace that is gone', async () => {
  const { installation, call } = createSlackRig();
  expect((await call('auth.revoke')).body['revoked']).toBe(true);
  expect((await call('auth.test')).error).toBe('token_revoked');
  installation.state = 'inactive';
  expect((await call('auth.test')).error).toBe('account_inactive');
  installation.state = 'active';
  installation.expiresAtMs = 0;
  expect((await call('auth.test')).error).toBe('token_expired');
});

it('takes arguments as forms and as JSON, and warns about charsets', async () => {
  const { slack, channel, installation } = createSlackRig();
  const send = async (contentType: string, body: string) => {
    const response = await slack.fetch('https://slack.com/api/chat.postMessage', {
      method: 'POST',
      headers: { 'content-type': contentType },
      body,
    });
    return toObject(await response.json());
  };
  const args = { ...plainPost(channel.id, 'hi'), token: installation.token };
  expect(await send('application/json', JSON.stringify(args))).toMatchObject({ ok: true, warning: 'missing_charset' });
  const form = new URLSearchParams({
    ...args,
    unfurl_links: 'false',
    unfurl_media: 'false',
    channel: channel.id,
    text: 'a',
  });
  expect(await send('application/x-www-form-urlencoded', form.toString())).toMatchObject({ ok: true });
  expect(await send('application/json; charset=utf-8', 'nonsense')).toEqual({ ok: false, error: 'invalid_json' });
});

it('keeps threads, and gives history and replies with metadata where asked', async () => {
  const { slack, channel, person, call, clock } = createSlackRig();
  const root = slack.people.say(person, channel, { text: 'question' });
  const metadata = { event_type: 'answer', event_payload: { marker: 'a1' } };
  const answer = await call('chat.postMessage', plainPost(channel.id, 'answer', { thread_ts: root.ts, metadata }));
  const ts = String(answer.body['ts']);
  // A reply's timestamp leads to its thread.
  await call('chat.postMessage', plainPost(channel.id, 'more', { thread_ts: ts }));
  const replies = await call('conversations.replies', { channel: channel.id, ts: root.ts, include_all_metadata: true });
  expect(toObjects(replies.body['messages'])).toMatchObject([
    { text: 'question', user: person.id, thread_ts: root.ts, reply_count: 2 },
    { text: 'answer', thread_ts: root.ts, parent_user_id: person.id, metadata },
    { text: 'more', thread_ts: root.ts },
  ]);
  const plain = await call('conversations.replies', { channel: channel.id, ts: root.ts, limit: 2 });
  expect(plain.body).toMatchObject({ has_more: true, messages: [{}, { text: 'answer' }] });
  expect(toObjects(plain.body['messages'])[1]).not.toHaveProperty('metadata');
  const { next_cursor: cursor } = toObject(plain.body['response_metadata']);
  const next = await call('conversations.replies', { channel: channel.id, ts: root.ts, limit: 2, cursor });
  expect(next.body).toMatchObject({ has_more: false, messages: [{ text: 'more' }] });
  const history = await call('conversations.history', { channel: channel.id });
  expect(toObjects(history.body['messages']).map((message) => message['text'])).toEqual(['question']);
  expect((await call('conversations.replies', { channel: channel.id, ts: '1.000001' })).error).toBe('thread_not_found');
  slack.settings.historyLagMs = 500;
  await clock.advance(500);
  slack.people.say(person, channel, { text: 'fresh' });
  const early = await call('conversations.history', { channel: channel.id });
  await clock.advance(500);
  const late = await call('conversations.history', { channel: channel.id });
  expect([early, late].map(({ body }) => toObjects(body['messages']).length)).toEqual([1, 2]);
});

it('keeps two workspaces with the same channel id apart', async () => {
  const { slack, channel, call } = createSlackRig();
  const team = slack.places.createTeam({ name: 'Sculptors' });
  const other = slack.places.createPerson(team, { name: 'bob' });
  const there = slack.installing.install(team, { installer: other });
  const twin = slack.places.createChannel(team, { id: channel.id });
  slack.places.join(twin, there.bot);
  const said = slack.people.say(other, twin, { text: 'ours' });
  expect((await call('conversations.replies', { channel: channel.id, ts: said.ts })).error).toBe('thread_not_found');
  await call('chat.postMessage', plainPost(channel.id, 'here'));
  await call('chat.postMessage', plainPost(channel.id, 'there'), there.token);
  expect(slack.screen.botMessages({ channel }).map(({ text }) => text)).toEqual(['here']);
  expect(slack.screen.botMessages({ channel: twin }).map(({ text }) => text)).toEqual(['there']);
  expect(slack.requests({ teamId: team.id }).map(({ method }) => method)).toEqual(['chat.postMessage']);
});

it('splits long posts, of which it tells one, and cuts longer ones', async () => {
  const { slack, channel, call } = createSlackRig();
  const posted = await call('chat.postMessage', plainPost(channel.id, 'x'.repeat(8_000)));
  const shown = slack.screen.botMessages();
  expect(shown.map(({ text }) => text.length)).toEqual([4_000, 4_000]);
  expect(posted.body['ts']).toBe(shown[0]?.ts);
  slack.settings.splitsLongPosts = false;
  await call('chat.postMessage', plainPost(channel.id, 'y'.repeat(40_001)));
  expect(slack.screen.botMessages().at(-1)?.text.length).toBe(40_000);
});

it('counts the text of updates in bytes', async () => {
  const { channel, call } = createSlackRig();
  const { body } = await call('chat.postMessage', plainPost(channel.id, 'a'));
  const update = (more: object) => call('chat.update', { channel: channel.id, ts: body['ts'], ...more });
  expect((await update({ text: 'x'.repeat(4_000) })).ok).toBe(true);
  expect((await update({ text: `${'ü'.repeat(2_000)}x` })).error).toBe('msg_too_long');
  expect((await update({ markdown_text: 'x'.repeat(12_000) })).ok).toBe(true);
  expect((await update({ markdown_text: 'x'.repeat(12_001) })).error).toBe('msg_too_long');
  expect((await update({ markdown_text: 'x', text: 'y' })).error).toBe('markdown_text_conflict');
});

it('closes the window for edits where a workspace wants that', async () => {
  const { channel, call, clock } = createSlackRig({ settings: { editWindowMs: 60_000 } });
  const { body } = await call('chat.postMessage', plainPost(channel.id, 'a'));
  await clock.advance(60_001);
  const late = await call('chat.update', { channel: channel.id, ts: body['ts'], text: 'b' });
  expect(late.error).toBe('edit_window_closed');
});

it('keeps blocks when only the text changes, and shows "edited" for text alone', async () => {
  const { slack, channel, call } = createSlackRig();
  const blocks = [{ type: 'section', text: { type: 'mrkdwn', text: 'in a *block*' } }];
  const { body } = await call('chat.postMessage', plainPost(channel.id, 'fallback', { blocks }));
  const shown = () => slack.screen.botMessages().map(({ text, edited }) => [text, edited]);
  expect(shown()).toEqual([['in a *block*', false]]);
  await call('chat.update', {
    channel: channel.id,
    ts: body['ts'],
    text: 'new',
    blocks: [{ type: 'markdown', text: 'md' }],
  });
  expect(shown()).toEqual([['md', false]]);
  await call('chat.update', { channel: channel.id, ts: body['ts'], text: 'newer' });
  expect(shown()).toEqual([['md', true]]);
});

it('shows ephemeral messages to one person, and lets nobody update them', async () => {
  const { slack, channel, person, call } = createSlackRig();
  const { body } = await call('chat.postEphemeral', { channel: channel.id, user: person.id, text: 'psst' });
  expect(slack.screen.botMessages()).toMatchObject([{ text: 'psst', visibleTo: person.id }]);
  const late = await call('chat.update', { channel: channel.id, ts: body['message_ts'], text: 'b' });
  expect(late.error).toBe('message_not_found');
  const nobody = await call('chat.postEphemeral', { channel: channel.id, user: 'U404', text: 'psst' });
  expect(nobody.error).toBe('user_not_in_channel');
});

it('wants a scope for names and faces other than its own', async () => {
  const { channel, installation, call } = createSlackRig();
  const post = () => call('chat.postMessage', plainPost(channel.id, 'a', { username: 'gpt-4o' }));
  expect((await post()).body).toMatchObject({ error: 'missing_scope', needed: 'chat:write.customize' });
  installation.scopes.add('chat:write.customize');
  expect((await post()).ok).toBe(true);
});

it('takes or ignores client_msg_id, as told', async () => {
  const { slack, channel, call } = createSlackRig();
  const post = () => call('chat.postMessage', plainPost(channel.id, 'once', { client_msg_id: 'c1' }));
  await post();
  await post();
  expect(slack.screen.doubledMessages()).toEqual(['once']);
  slack.settings.clientMessageId = 'recognised';
  const third = await post();
  const fourth = await post();
  expect(fourth.body['ts']).toBe(third.body['ts']);
});

it('leaves a stone where the root of a thread was', async () => {
  const { slack, channel, person, call } = createSlackRig();
  const root = slack.people.say(person, channel, { text: 'question' });
  await call('chat.postMessage', plainPost(channel.id, 'answer', { thread_ts: root.ts }));
  slack.people.remove(root);
  const { body } = await call('conversations.replies', { channel: channel.id, ts: root.ts });
  expect(toObjects(body['messages'])).toMatchObject([{ subtype: 'tombstone' }, { text: 'answer' }]);
});

it('tells what a token and the things around it are', async () => {
  const { team, person, bot, channel, installation, call } = createSlackRig();
  expect((await call('auth.test')).body).toMatchObject({
    url: 'https://painters.slack.com/',
    team_id: team.id,
    user_id: bot.id,
    bot_id: installation.botId,
  });
  expect((await call('users.info', { user: person.id, include_locale: true })).body).toMatchObject({
    user: { id: person.id, name: 'ada', locale: 'en-US', is_bot: false },
  });
  expect((await call('bots.info', { bot: installation.botId })).body).toMatchObject({ bot: { user_id: bot.id } });
  expect((await call('team.info')).body).toMatchObject({ team: { id: team.id, domain: 'painters' } });
  expect((await call('conversations.info', { channel: channel.id })).body).toMatchObject({
    channel: { id: channel.id, is_member: true, is_private: false },
  });
  const opened = await call('conversations.open', { users: person.id });
  const direct = await call('chat.postMessage', plainPost(person.id, 'hi'));
  expect(direct.body['channel']).toBe(toObject(opened.body['channel'])['id']);
});

it('takes reactions once', async () => {
  const { slack, channel, person, call } = createSlackRig();
  const said = slack.people.say(person, channel, { text: 'look' });
  const react = (name: string) => call('reactions.add', { channel: channel.id, timestamp: said.ts, name });
  expect([(await react('eyes')).error, (await react('eyes')).error]).toEqual([null, 'already_reacted']);
  const { body } = await call('conversations.history', { channel: channel.id });
  expect(toObjects(body['messages'])).toMatchObject([{ reactions: [{ name: 'eyes', count: 1 }] }]);
});
