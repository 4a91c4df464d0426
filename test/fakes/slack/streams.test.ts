import { expect, it } from 'vitest';
import { createSlackRig, eventsOf } from './slack-rig.ts';

async function startStream(more: object = {}, options: Parameters<typeof createSlackRig>[0] = {}) {
  const rig = createSlackRig(options);
  const { slack, channel, person, team, call } = rig;
  const root = slack.people.say(person, channel, { text: 'question' });
  const recipient = { recipient_team_id: team.id, recipient_user_id: person.id };
  const start = (args: object) =>
    call('chat.startStream', { channel: channel.id, thread_ts: root.ts, ...recipient, ...args });
  const started = await start(more);
  const at = { channel: channel.id, ts: String(started.body['ts']) };
  return {
    ...rig,
    root,
    start,
    started,
    at,
    append: (args: object) => call('chat.appendStream', { ...at, ...args }),
    stop: (args: object = {}) => call('chat.stopStream', { ...at, ...args }),
    update: (text: string) => call('chat.update', { ...at, text }),
    shown: () => slack.screen.botMessages().map(({ text, state }) => [text, state]),
  };
}

it('streams into a thread, and ends with blocks', async () => {
  const { append, stop, shown, slack, clock, started, root, channel, call } = await startStream({
    markdown_text: 'The',
  });
  expect(started.ok).toBe(true);
  await clock.advance(600);
  await append({ markdown_text: ' picture' });
  expect(shown()).toEqual([['The picture', 'streaming']]);
  await clock.advance(600);
  const button = { type: 'button', action_id: 'again', text: { type: 'plain_text', text: 'Try again' } };
  const metadata = { event_type: 'answer', event_payload: { marker: 'a' } };
  await stop({ markdown_text: '.', blocks: [{ type: 'actions', elements: [button] }], metadata });
  expect(shown()).toEqual([['The picture.', 'posted']]);
  expect(slack.screen.botMessages()[0]?.controls).toEqual(['Try again']);
  expect(slack.screen.timeline({ channel, threadTs: root.ts })).toEqual([
    [0, 'The'],
    [600, 'The picture'],
    [1_200, 'The picture.'],
  ]);
  expect(slack.screen.leftovers()).toEqual([]);
  const { body } = await call('conversations.replies', {
    channel: channel.id,
    ts: root.ts,
    include_all_metadata: true,
  });
  expect(body).toMatchObject({ messages: [{}, { text: 'The picture.', metadata }] });
  expect((await append({ markdown_text: 'late' })).error).toBe('message_not_in_streaming_state');
});

it('takes the chunks that the SDK sends, and tasks', async () => {
  const { append, stop, shown } = await startStream({ chunks: [{ type: 'markdown_text', text: 'Looking' }] });
  const task = { type: 'task_update', id: 't1', title: 'Reading', status: 'in_progress' };
  expect((await append({ chunks: [task] })).ok).toBe(true);
  expect((await append({ chunks: [{ ...task, title: 'Read', status: 'complete' }] })).ok).toBe(true);
  expect(shown()).toEqual([['Looking\nRead', 'streaming']]);
  expect((await append({ chunks: [{ type: 'task_update', id: 't2' }] })).error).toBe('invalid_chunks');
  expect((await append({ markdown_text: 'x' })).error).toBe('streaming_mode_mismatch');
  expect((await append({})).error).toBe('no_text');
  expect((await stop({ session_status: 'active' })).ok).toBe(true);
});

it('may start and stop without a word in between', async () => {
  const { stop, shown } = await startStream();
  await stop({ chunks: [{ type: 'markdown_text', text: 'short' }] });
  expect(shown()).toEqual([['short', 'posted']]);
});

it('closes a stream five minutes after its start, traffic or not', async () => {
  const { append, stop, update, shown, slack, clock } = await startStream({ markdown_text: 'a' });
  for (let minute = 0; minute < 4; minute += 1) {
    await clock.advance(60_000);
    expect((await append({ markdown_text: 'b' })).ok).toBe(true);
  }
  await clock.advance(59_999);
  expect((await append({ markdown_text: 'c' })).ok).toBe(true);
  await clock.advance(1);
  expect((await append({ markdown_text: 'd' })).error).toBe('message_not_in_streaming_state');
  expect((await stop()).error).toBe('message_not_in_streaming_state');
  expect(shown()).toEqual([['abbbbc', 'broken']]);
  expect(slack.screen.leftovers()).toMatchObject([expect.stringContaining('a stream that is broken')]);
  expect((await update('abbbbcd')).ok).toBe(true);
  expect(shown()).toEqual([['abbbbcd', 'posted']]);
});

it('holds 11,000 bytes in all, and 12,000 characters a call', async () => {
  const { append, stop, start } = await startStream({ markdown_text: 'ü'.repeat(5_000) });
  expect((await append({ markdown_text: 'x'.repeat(1_000) })).ok).toBe(true);
  expect((await append({ markdown_text: 'x' })).error).toBe('msg_too_long');
  expect((await stop({ markdown_text: 'x' })).error).toBe('msg_too_long');
  expect((await stop()).ok).toBe(true);
  expect((await start({ markdown_text: 'x'.repeat(12_001) })).error).toBe('msg_too_long');
});

it('lets no update come between', async () => {
  const { update, stop, shown } = await startStream({ markdown_text: 'a' });
  expect((await update('b')).error).toBe('streaming_state_conflict');
  await stop();
  expect((await update('b')).ok).toBe(true);
  expect(shown()).toEqual([['b', 'posted']]);
});

it('needs a recipient outside of direct messages', async () => {
  const { start, slack, person, installation, call } = await startStream();
  expect((await start({ recipient_team_id: undefined })).error).toBe('missing_recipient_team_id');
  expect((await start({ recipient_user_id: undefined })).error).toBe('missing_recipient_user_id');
  expect((await start({ recipient_team_id: '{"id":"T1"}' })).error).toBe('team_not_found');
  expect((await start({ recipient_user_id: 'U404' })).error).toBe('user_not_found');
  const direct = slack.places.direct(person, installation);
  const said = slack.people.say(person, direct, { text: 'hi' });
  const there = { channel: direct.id, markdown_text: 'a' };
  expect((await call('chat.startStream', there)).error).toBe('invalid_thread_ts');
  expect((await call('chat.startStream', { ...there, thread_ts: said.ts })).ok).toBe(true);
});

it('ends a stream when somebody presses the stop button, and tells the app', async () => {
  const { append, stop, at, slack, person, channel, root, connect } = await startStream({ markdown_text: 'a' });
  const socket = await connect();
  slack.people.stopAgent(person, channel, root.ts);
  expect((await append({ markdown_text: 'b' })).error).toBe('stopped_by_user');
  expect((await stop()).error).toBe('stopped_by_user');
  expect(eventsOf(socket).at(-1)).toMatchObject({
    type: 'agent_session_stopped',
    user: person.id,
    channel: channel.id,
    thread_ts: root.ts,
    streaming_message_ts: [at.ts],
  });
});

it('is judged as a whole: calls in two pieces, code that began earlier', async () => {
  const { append, slack } = await startStream({ markdown_text: '```\n' });
  await append({ markdown_text: '<!channel>\n```\nand <!he' });
  slack.expectNoViolations();
  await append({ markdown_text: 're>' });
  await append({ markdown_text: ' and more' });
  expect(slack.takeViolations()).toMatchObject([{ rule: 'callsNobody', message: 'the text calls <!here>' }]);
  expect(slack.screen.pings()).toMatchObject([expect.stringContaining('<!here>')]);
});

it('is not there everywhere', async () => {
  const { start, slack } = await startStream();
  slack.faults.always({ method: /Stream$/ }, { type: 'error', error: 'unknown_method' });
  expect((await start({})).error).toBe('unknown_method');
});
