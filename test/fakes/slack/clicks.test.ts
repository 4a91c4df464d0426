import { expect, it } from 'vitest';
import { type JsonObject, toObject } from '../discord/json.ts';
import { plainPost } from './call-api.ts';
import { type Acknowledging, createSlackRig } from './slack-rig.ts';

const plain = (text: string) => ({ type: 'plain_text', text });
const option = (value: string) => ({ text: plain(value), value });
const select = {
  type: 'external_select',
  action_id: 'model',
  placeholder: plain('Try another model'),
  min_query_length: 2,
};
const modal = {
  type: 'modal',
  callback_id: 'ask',
  title: plain('Ask'),
  submit: plain('Go'),
  private_metadata: 'C1',
  blocks: [
    {
      type: 'input',
      block_id: 'q',
      label: plain('Question'),
      element: { type: 'plain_text_input', action_id: 'question' },
    },
    {
      type: 'input',
      block_id: 'v',
      optional: true,
      label: plain('Who sees it'),
      element: { type: 'static_select', action_id: 'visibility', options: [option('all'), option('me')] },
    },
  ],
};

/** An answer with buttons, whose clicks go to `acknowledging`. */
async function startWithAnswer(acknowledging: Acknowledging = 'at-once') {
  const rig = createSlackRig();
  const socket = await rig.connect(acknowledging);
  const blocks = [
    { type: 'markdown', text: 'a cat' },
    {
      type: 'actions',
      block_id: 'under',
      elements: [{ type: 'button', action_id: 'again', text: plain('Try again'), value: 't1' }, select],
    },
  ];
  const posted = await rig.call('chat.postMessage', plainPost(rig.channel.id, 'a cat', { blocks }));
  const message = rig.channel.messages.get(String(posted.body['ts']));
  if (message === undefined) throw new Error('nothing was posted');
  const last = (): JsonObject => toObject(socket.frames.at(-1)?.['payload']);
  const respond = async (url: unknown, body: JsonObject) => {
    const response = await rig.slack.fetch(String(url), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return [response.status, await response.text()];
  };
  return { ...rig, socket, message, last, respond };
}

it('presses buttons', async () => {
  const { slack, person, message, last, team, channel, installation } = await startWithAnswer();
  expect(await slack.clicks.press(person, message, 'Try again')).toEqual({ type: 'done', answer: {} });
  expect(last()).toMatchObject({
    type: 'block_actions',
    team: { id: team.id },
    user: { id: person.id },
    container: { type: 'message', message_ts: message.ts, channel_id: channel.id },
    message: { ts: message.ts, bot_id: installation.botId },
    trigger_id: expect.any(String),
    response_url: expect.stringMatching(/^https:\/\/hooks\.slack\.com\/actions\//),
    actions: [{ type: 'button', action_id: 'again', block_id: 'under', value: 't1' }],
  });
});

it('asks for options, and chooses among them', async () => {
  const { slack, person, message, last } = await startWithAnswer((frame) =>
    toObject(frame['payload'])['type'] === 'block_suggestion' ? { options: [option('gpt-4o')] } : {},
  );
  expect(await slack.clicks.suggest(person, message, 'model', 'g')).toEqual([]);
  expect(await slack.clicks.suggest(person, message, 'model', 'gp')).toEqual([option('gpt-4o')]);
  expect(last()).toMatchObject({ type: 'block_suggestion', action_id: 'model', block_id: 'under', value: 'gp' });
  await slack.clicks.choose(person, message, 'model', 'gpt-4o');
  expect(last()).toMatchObject({ actions: [{ action_id: 'model', selected_option: { value: 'gpt-4o' } }] });
  expect(() => slack.clicks.choose(person, message, 'model', 'other')).toThrow('not among');
});

it('shows no options that are not in form, or too late', async () => {
  const many = { options: Array.from({ length: 101 }, (_, index) => option(`${index}`)) };
  const broken = await startWithAnswer(() => many);
  expect(await broken.slack.clicks.suggest(broken.person, broken.message, 'model', 'gpt')).toBeNull();
  const late = await startWithAnswer('never');
  const waiting = late.slack.clicks.suggest(late.person, late.message, 'model', 'gpt');
  expect(await late.clock.runUntil(waiting)).toBeNull();
});

it('shows an error when the app says nothing within three seconds', async () => {
  const { slack, person, message, clock, channel } = await startWithAnswer('never');
  const startMs = clock.now();
  const pressed = await clock.runUntil(slack.clicks.press(person, message, 'Try again'));
  expect([pressed.type, clock.now() - startMs]).toEqual(['failed', 3_000]);
  const asked = await clock.runUntil(slack.clicks.slash(person, channel, '/ask'));
  expect(asked).toEqual({ type: 'failed', shown: '/ask failed with the error "operation_timeout"' });
});

it('takes commands in channels, and none in threads', async () => {
  const { slack, person, channel, last, team } = await startWithAnswer(() => ({ text: 'done' }));
  const done = await slack.clicks.slash(person, channel, '/model', 'gpt-4o');
  expect(done).toEqual({ type: 'done', answer: { text: 'done' } });
  expect(last()).toMatchObject({
    command: '/model',
    text: 'gpt-4o',
    team_id: team.id,
    team_domain: 'painters',
    channel_id: channel.id,
    channel_name: 'pictures',
    user_id: person.id,
    is_enterprise_install: 'false',
  });
  expect(slack.screen.botMessages().at(-1)).toMatchObject({ text: 'done', visibleTo: person.id });
  const refused = await slack.clicks.slash(person, channel, '/model', '', { inThread: true });
  expect(refused).toEqual({ type: 'refused', shown: '/model is not supported in threads. Sorry!' });
});

it('answers at a response_url five times within half an hour', async () => {
  const { slack, person, message, last, respond, clock } = await startWithAnswer();
  await slack.clicks.press(person, message, 'Try again');
  const url = last()['response_url'];
  expect(await respond(url, { text: 'only you' })).toEqual([200, 'ok']);
  expect(
    await respond(url, { text: 'all', response_type: 'in_channel', unfurl_links: false, unfurl_media: false }),
  ).toEqual([200, 'ok']);
  expect(await respond(url, { text: 'instead', replace_original: true })).toEqual([200, 'ok']);
  expect(await respond(url, {})).toEqual([400, 'no_text']);
  expect(slack.screen.botMessages().map(({ text, visibleTo }) => [text, visibleTo])).toEqual([
    ['instead', null],
    ['only you', person.id],
    ['all', null],
  ]);
  expect(await respond(url, { delete_original: true })).toEqual([200, 'ok']);
  expect(await respond(url, { text: 'more' })).toEqual([404, 'used_url']);
  expect(slack.screen.botMessages()).toHaveLength(2);
  await slack.clicks.messageShortcut(person, message, 'ask');
  const late = last()['response_url'];
  await clock.advance(1_800_000);
  expect(await respond(late, { text: 'late' })).toEqual([404, 'expired_url']);
});

it('lets people press what only they see', async () => {
  const { slack, person, message, last, respond, call, channel } = await startWithAnswer();
  await call('chat.postEphemeral', { channel: channel.id, user: person.id, blocks: message.blocks });
  const shown = slack.screen.botMessages().find(({ visibleTo }) => visibleTo === person.id);
  if (shown === undefined) throw new Error('nothing is shown to one person');
  await slack.clicks.press(person, slack.screen.recordOf(shown), 'again');
  expect(last()).toMatchObject({ container: { is_ephemeral: true, message_ts: shown.ts } });
  await respond(last()['response_url'], { text: 'instead', replace_original: true });
  expect(slack.screen.botMessages().map(({ text }) => text)).toEqual(['a cat', 'instead']);
});

it('opens a modal from a shortcut, within three seconds and once', async () => {
  const { slack, person, message, last, call, clock } = await startWithAnswer();
  await slack.clicks.messageShortcut(person, message, 'ask');
  expect(last()).toMatchObject({ type: 'message_action', callback_id: 'ask', message: { ts: message.ts } });
  const open = (trigger: unknown, view: object = modal) => call('views.open', { trigger_id: trigger, view });
  const trigger = last()['trigger_id'];
  expect((await open(trigger, { ...modal, title: plain('x'.repeat(25)) })).error).toBe('invalid_arguments');
  const opened = await open(trigger);
  expect(opened.body).toMatchObject({ ok: true, view: { callback_id: 'ask', private_metadata: 'C1' } });
  expect((await open(trigger)).error).toBe('exchanged_trigger_id');
  expect((await open('nonsense')).error).toBe('invalid_trigger_id');
  await slack.clicks.globalShortcut(person, 'start');
  expect(last()).toMatchObject({ type: 'shortcut', callback_id: 'start' });
  await clock.advance(3_000);
  expect((await open(last()['trigger_id'])).error).toBe('expired_trigger_id');
});

it('fills in a modal, is told of errors, and submits it', async () => {
  let says: unknown = { response_action: 'errors', errors: { q: 'Too short' } };
  const rig = await startWithAnswer((frame) => (frame['type'] === 'interactive' ? says : {}));
  const { slack, person, message, last, call } = rig;
  await slack.clicks.messageShortcut(person, message, 'ask');
  const opened = await call('views.open', { trigger_id: last()['trigger_id'], view: modal });
  const { id, hash } = toObject(opened.body['view']);
  const update = (given: unknown) => call('views.update', { view_id: id, hash: given, view: modal });
  expect((await update('old')).error).toBe('hash_conflict');
  expect((await update(hash)).ok).toBe(true);
  expect(await slack.clicks.submit(person)).toMatchObject({ type: 'refused' });
  expect(await slack.clicks.submit(person, { question: 'why?', visibility: 'me' })).toMatchObject({ answer: says });
  expect(last()).toMatchObject({
    type: 'view_submission',
    view: {
      id,
      callback_id: 'ask',
      state: {
        values: {
          q: { question: { type: 'plain_text_input', value: 'why?' } },
          v: { visibility: { selected_option: { value: 'me' } } },
        },
      },
    },
  });
  expect(slack.clicks.openView(person)?.id).toBe(id);
  says = { response_action: 'push', view: { ...modal, callback_id: 'second' } };
  await slack.clicks.submit(person, { question: 'why?' });
  expect(slack.clicks.openView(person)?.content['callback_id']).toBe('second');
  says = {};
  await slack.clicks.submit(person, { question: 'why?' });
  expect(slack.clicks.openView(person)?.id).toBe(id);
  await slack.clicks.close(person);
  expect(slack.clicks.openView(person)).toBeNull();
  expect((await update(undefined)).error).toBe('not_found');
});

it('sends the same over HTTP, as forms', async () => {
  const { slack, person, channel, clock } = createSlackRig({ settings: { socketMode: false } });
  const bodies: URLSearchParams[] = [];
  await slack.http.setRequestUrl('http://127.0.0.1:1/slack/events', async (_url, init) => {
    const body = String(init.body);
    if (body.startsWith('{')) return Response.json(toObject(JSON.parse(body)));
    bodies.push(new URLSearchParams(body));
    return Response.json({ text: 'done' });
  });
  await clock.runUntil(slack.clicks.slash(person, channel, '/ask', 'a & b'));
  await clock.runUntil(slack.clicks.globalShortcut(person, 'start'));
  expect(bodies[0]?.get('text')).toBe('a & b');
  expect(JSON.parse(bodies[1]?.get('payload') ?? '')).toMatchObject({ type: 'shortcut', callback_id: 'start' });
  expect(slack.screen.botMessages()).toMatchObject([{ text: 'done', visibleTo: person.id }]);
});

it('takes up what a form asks for, and no other files', async () => {
  const { slack, person, channel, last, call } = await startWithAnswer();
  const element = { type: 'file_input', action_id: 'files', filetypes: ['png'], max_files: 1 };
  const view = { ...modal, blocks: [{ type: 'input', block_id: 'f', label: plain('Files'), element }] };
  await slack.clicks.slash(person, channel, '/ask');
  await call('views.open', { trigger_id: last()['trigger_id'], view });
  const file = { name: 'cat.png', bytes: new Uint8Array(3) };
  const refused = [[], [file, file], [{ ...file, name: 'cat.txt' }], [{ ...file, bytes: new Uint8Array(10_485_761) }]];
  for (const files of refused) expect(await slack.clicks.submit(person, { files })).toMatchObject({ type: 'refused' });
  await slack.clicks.submit(person, { files: [file] });
  expect(last()).toMatchObject({
    view: {
      state: {
        values: {
          f: { files: { type: 'file_input', files: [{ name: 'cat.png', size: 3, url_private: expect.any(String) }] } },
        },
      },
    },
  });
});

it('names no workspace when a whole organisation has the app', async () => {
  const { slack, last } = await startWithAnswer();
  const team = slack.places.createTeam({ name: 'Museum', enterpriseId: 'E1' });
  const eve = slack.places.createPerson(team, { name: 'eve' });
  slack.installing.install(team, { installer: eve, organisation: true });
  await slack.clicks.globalShortcut(eve, 'start');
  expect(last()).toMatchObject({
    team: null,
    enterprise: { id: 'E1' },
    is_enterprise_install: true,
    user: { team_id: team.id },
  });
});
