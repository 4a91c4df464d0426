import { afterEach, describe, expect, it } from 'vitest';
import type { Place } from '../../../src/delivery/outbox.ts';
import { toObject, toObjects } from '../../fakes/discord/json.ts';
import { commercialReading, defaultLimits } from '../../fakes/slack/limits.ts';
import { addWorkspace, again, createOutboxRig, failureOf, never, part, stop } from './outbox-rig.ts';

const rigs: ReturnType<typeof createOutboxRig>[] = [];
function start(options: Parameters<typeof createOutboxRig>[0] = {}) {
  const rig = createOutboxRig(options);
  rigs.push(rig);
  return rig;
}
afterEach(() => {
  for (const rig of rigs.splice(0)) rig.expectQuiet();
});

/** A question in direct messages, whose answer is posted and changed. */
async function startAnswer(options: Parameters<typeof createOutboxRig>[0] = {}) {
  const rig = start(options);
  const turn = rig.ask(rig.direct());
  const place = await rig.outbox.open(turn, never);
  const post = (text: string, index = 0, outbox = rig.outbox) =>
    outbox.post(place, part(text, 'streaming', stop(turn)), `${turn.id}:${index}`, never);
  return { ...rig, turn, place, post };
}

/** The same in the thread of a channel, as a command has it. */
async function startInThread(options: Parameters<typeof createOutboxRig>[0] = {}) {
  const rig = start(options);
  const turn = rig.ask(rig.channel, { overrides: { text: '/help' } });
  const place = await rig.outbox.open(turn, never);
  const post = (text: string, index = 0, outbox = rig.outbox) =>
    outbox.post(place, part(text), `${turn.id}:${index}`, never);
  return { ...rig, turn, place, post };
}

describe('a message that is posted and changed', () => {
  it('has limits of its own', async () => {
    const { outbox, place, team } = await startAnswer();
    expect(outbox.limits).toMatchObject({
      text: { max: 3_900, unit: 'utf8-bytes' },
      edits: { count: 50 },
      growth: { type: 'replaced' },
    });
    expect(place).toMatchObject({
      scope: `update:${team.id}`,
      limits: null,
      commandSign: '/',
      hint: null,
      mostMessages: null,
    });
  });

  it('is shown with its button, then with others', async () => {
    const { outbox, post, place, turn, shown } = await startAnswer();
    const ref = await post('A red');
    expect(shown(turn)).toMatchObject([{ ts: ref, text: 'A red', controls: ['Stop'] }]);
    await outbox.edit(place, ref, part('A red bicycle.', 'final', again(turn)), never);
    expect(shown(turn)).toMatchObject([
      { ts: ref, text: 'A red bicycle.', controls: ['Try again', 'Try another model', '👍', '👎'] },
    ]);
    await outbox.edit(place, ref, part('A red bicycle.'), never);
    expect(shown(turn)).toMatchObject([{ controls: [], edited: false }]);
  });

  it('stands in the thread, shows no previews, parses nothing and has words for notifications', async () => {
    const { post, sent, turn } = await startInThread();
    await post('**A** <b> & `c`');
    const [args] = sent('chat.postMessage');
    expect(args).toMatchObject({ thread_ts: turn.thread, text: '*A* &lt;b&gt; &amp; `c`' });
    expect([args?.['unfurl_links'], args?.['unfurl_media']].map(String)).toEqual(['false', 'false']);
    expect(args).not.toHaveProperty('link_names');
    expect(args).not.toHaveProperty('parse');
    expect(args?.['blocks']).toEqual([{ type: 'markdown', text: '**A** <b> & `c`' }]);
  });

  it('takes a text of the longest length in bytes, and refuses more before any call', async () => {
    const { post, outbox, place, slack, shown, turn } = await startAnswer();
    const longest = 'ä'.repeat(1_950);
    const ref = await post(longest);
    const before = slack.requests().length;
    const refused = [part(`${longest}x`), part(' \n ')];
    const failures = await Promise.all(refused.map((each) => failureOf(outbox.edit(place, ref, each, never))));
    expect(failures.map(({ code }) => code)).toEqual(['platform-text-too-long', 'platform-rejected']);
    expect(slack.requests()).toHaveLength(before);
    expect(shown(turn)[0]?.text).toBe(longest);
  });

  it('is changed as often as is declared, and once more after the wait that is named', async () => {
    const { outbox, post, place, clock, shown, turn } = await startAnswer();
    const ref = await post('0');
    const { count, windowMs } = outbox.limits.edits;
    const edit = (text: string) => outbox.edit(place, ref, part(text, 'streaming'), never);
    for (let index = 1; index <= count; index += 1) {
      expect(await edit(String(index))).toEqual({ count, remaining: count - index, resetAfterMs: windowMs });
    }
    const refusal = await failureOf(edit('one more'));
    expect(refusal).toMatchObject({ code: 'platform-rate-limited', retryable: true, retryAfterMs: windowMs });
    await clock.advance(windowMs);
    await edit('last');
    expect(shown(turn)[0]?.text).toBe('last');
  });

  it.each([
    ['message_not_found', 'platform-message-gone'],
    ['channel_not_found', 'platform-place-gone'],
    ['is_archived', 'platform-place-gone'],
    ['cannot_reply_to_message', 'platform-place-gone'],
    ['edit_window_closed', 'platform-forbidden'],
    ['cant_update_message', 'platform-forbidden'],
  ])('that is refused with %s says so', async (error, code) => {
    const { outbox, post, place, slack } = await startAnswer();
    const ref = await post('A red');
    slack.faults.next({ method: 'chat.update' }, { type: 'error', error });
    const failure = await failureOf(outbox.edit(place, ref, part('x'), never));
    expect(failure).toMatchObject({ code, retryable: false });
    expect(failure.message).toContain(error);
  });

  it.each(['chat.postMessage', 'chat.delete'])('waits as long as Slack says (%s)', async (method) => {
    const { outbox, post, place, slack } = await startAnswer();
    const ref = await post('A red');
    slack.faults.next({ method }, { type: 'rate-limited', retryAfterSeconds: 9 });
    const again = method === 'chat.delete' ? outbox.remove(place, ref, never) : post('more', 1);
    expect(await failureOf(again)).toMatchObject({ code: 'platform-rate-limited', retryAfterMs: 9_000 });
  });

  it('is taken away, and that it is gone already is no failure', async () => {
    const { outbox, post, place, shown, turn } = await startAnswer();
    const ref = await post('a mistake');
    await outbox.remove(place, ref, never);
    await outbox.remove(place, ref, never);
    expect(shown(turn)).toEqual([]);
    expect((await failureOf(outbox.edit(place, ref, part('x'), never))).code).toBe('platform-message-gone');
  });

  it('is posted in no place but its own', async () => {
    const { outbox } = start();
    const place: Place = {
      id: 'nowhere',
      scope: 'nowhere',
      hint: null,
      mostMessages: null,
      limits: null,
      commandSign: '/',
    };
    expect((await failureOf(outbox.post(place, part('x'), 'key:0', never))).code).toBe('platform-place-gone');
    await outbox.typing(place, false, never);
  });

  it('is not posted for a signal that has aborted', async () => {
    const { outbox, place, turn, slack } = await startAnswer();
    const stopping = AbortSignal.abort(new Error('shutting down'));
    await expect(outbox.open(turn, stopping)).rejects.toThrow('shutting down');
    await expect(outbox.post(place, part('x'), 'key:0', stopping)).rejects.toThrow('shutting down');
    expect(slack.requests()).toEqual([]);
  });
});

describe('posted once', () => {
  it('for each key, and apart for each place', async () => {
    const { outbox, place, ask, direct, shown, turn } = await startAnswer();
    const other = await outbox.open(ask(direct()), never);
    const refs = [];
    for (const [where, key] of [
      [place, 'a'],
      [place, 'a'],
      [place, 'b'],
      [other, 'a'],
    ] as const) {
      refs.push(await outbox.post(where, part(`${key} ${refs.length}`), key, never));
    }
    expect(refs[0]).toBe(refs[1]);
    expect(new Set(refs).size).toBe(3);
    expect(shown(turn)).toHaveLength(3);
  });

  it.each(['thread', 'direct messages'])('when the reply got lost, in a %s', async (where) => {
    const { post, slack, shown, turn } = where === 'thread' ? await startInThread() : await startAnswer();
    slack.faults.next({ method: 'chat.postMessage' }, { type: 'lost-reply' });
    expect(await failureOf(post('A red'))).toMatchObject({ code: 'platform-unreachable', retryable: true });
    const ref = await post('A red');
    expect(await post('A red')).toBe(ref);
    expect(shown(turn)).toMatchObject([{ ts: ref }]);
  });

  it.each(['thread', 'direct messages'])('when the program was killed before it noted that, in a %s', async (where) => {
    const {
      post,
      start: restart,
      clock,
      shown,
      turn,
    } = where === 'thread' ? await startInThread() : await startAnswer();
    const ref = await post('A red');
    await clock.advance(1_000);
    expect(await post('A blue', 0, restart())).toBe(ref);
    expect(shown(turn).map(({ text }) => text)).toEqual(['A red']);
  });

  it('is posted again when it did not get there', async () => {
    const { post, slack, shown, turn } = await startInThread();
    slack.faults.next({ method: 'chat.postMessage' }, { type: 'refused' });
    await failureOf(post('A red'));
    await post('A red');
    expect(shown(turn)).toHaveLength(1);
  });

  it('looks for nothing that this start knows not to stand there', async () => {
    const { post, counts } = await startInThread();
    await post('A red');
    await post('more', 1);
    expect(counts()).toEqual({ 'chat.postMessage': 2 });
  });

  it('takes nobody else’s message for its own, whatever stands beside it', async () => {
    const { post, start: restart, clock, shown, turn, slack, record, channel, team, call } = await startInThread();
    const ref = await post('A red');
    const copied = record(turn, ref).metadata;
    await call('chat.delete', { channel: channel.id, ts: ref });
    const stranger = slack.places.createBot(team, 'mallory');
    channel.memberIds.add(stranger.id);
    const root = channel.messages.get(turn.thread);
    if (root === undefined) throw new Error('the question is gone');
    slack.people.say(stranger, channel, { text: 'A red', inThreadOf: root }).metadata = copied;
    await clock.advance(1_000);
    expect(await post('A red', 0, restart())).not.toBe(ref);
    expect(shown(turn)).toHaveLength(1);
  });

  it('finds it among what many others wrote since, within two pages', async () => {
    const limits = { ...defaultLimits, historyObjects: 15 };
    const {
      post,
      start: restart,
      clock,
      person,
      channel,
      slack,
      turn,
      counts,
    } = await startInThread({
      settings: { limits },
    });
    const root = channel.messages.get(turn.thread);
    if (root === undefined) throw new Error('the question is gone');
    for (let index = 0; index < 20; index += 1)
      slack.people.say(person, channel, { text: `${index}`, inThreadOf: root });
    const ref = await post('A red');
    await clock.advance(1_000);
    expect(await post('A red', 0, restart())).toBe(ref);
    expect(counts()['conversations.replies']).toBe(2);
  });

  it('respects a limit of one page a minute', async () => {
    const limits = { ...defaultLimits, ...commercialReading };
    const { post, start: restart, clock, call, channel, turn } = await startInThread({ settings: { limits } });
    const ref = await post('A red');
    await call('conversations.replies', { channel: channel.id, ts: turn.thread });
    await clock.advance(1_000);
    const outbox = restart();
    const refusal = await failureOf(post('A red', 0, outbox));
    expect(refusal).toMatchObject({ code: 'platform-rate-limited', retryable: true });
    await clock.advance(refusal.retryAfterMs ?? 0);
    expect(await post('A red', 0, outbox)).toBe(ref);
  });

  it('posts where it may not read', async () => {
    const { post, start: restart, clock, installation, shown, turn } = await startInThread();
    installation.scopes.delete('channels:history');
    await clock.advance(1_000);
    await post('A red', 0, restart());
    expect(shown(turn)).toHaveLength(1);
  });

  it('carries a marker that says nothing, and is another for every key and place', async () => {
    const { outbox, place, ask, direct, record, turn } = await startAnswer();
    const other = await outbox.open(ask(direct()), never);
    const refs = [
      await outbox.post(place, part('one'), 'a', never),
      await outbox.post(place, part('two'), 'b', never),
      await outbox.post(other, part('three'), 'a', never),
    ];
    const markers = refs.map((ref) => toObject(record(turn, ref).metadata?.payload)['marker']);
    expect(new Set(markers).size).toBe(3);
    for (const marker of markers) expect(marker).toMatch(/^sightline-[\w-]{43}$/);
  });
});

describe('while the store is broken', () => {
  it('opens places and posts in them all the same', async () => {
    const rig = start();
    rig.store.fail();
    for (const turn of [rig.ask(), rig.ask(rig.direct())]) {
      const place = await rig.outbox.open(turn, never);
      expect(await rig.outbox.open(turn, never)).toEqual(place);
      const ref = await rig.outbox.post(place, part('one sentence'), 'key:0', never);
      await rig.outbox.edit(place, ref, part('another'), never);
      expect(rig.shown(turn).map(({ text }) => text)).toEqual(['another']);
    }
  });
});

describe('where Slack does not take all blocks', () => {
  /** Blocks of these types are refused, as by a Slack that does not know them. */
  function refuseBlocks(rig: ReturnType<typeof createOutboxRig>, types: readonly string[]) {
    const { handle } = rig.slack.server;
    rig.slack.server.handle = (request) => {
      const blocks = toObjects(JSON.parse(new URLSearchParams(request.body).get('blocks') ?? '[]'));
      const refuses = blocks.some((block) => types.includes(String(block['type'])));
      if (refuses) rig.slack.faults.next({ method: request.method }, { type: 'error', error: 'invalid_blocks' });
      return handle(request);
    };
  }
  const markdown = 'It is **red**:\n\n| part | colour |\n|---|---|\n| frame | red & <!channel> |\n';

  it('has ordinary buttons in place of Slack’s own', async () => {
    const rig = await startAnswer();
    refuseBlocks(rig, ['context_actions']);
    for (const index of [0, 1]) {
      await rig.outbox.post(rig.place, part(`A ${index}`, 'final', again(rig.turn)), `key:${index}`, never);
    }
    expect(rig.shown(rig.turn).map(({ controls }) => controls)).toEqual([
      ['Try again', 'Try another model', '👍', '👎'],
      ['Try again', 'Try another model', '👍', '👎'],
    ]);
    // The second one knows.
    expect(rig.counts()['chat.postMessage']).toBe(3);
  });

  it('writes in Slack’s own markup, with its buttons, tables in columns and nobody called', async () => {
    const rig = await startAnswer();
    refuseBlocks(rig, ['markdown', 'context_actions']);
    const ref = await rig.post('It is');
    await rig.outbox.edit(rig.place, ref, part(markdown, 'final', again(rig.turn)), never);
    expect(rig.shown(rig.turn)).toMatchObject([
      {
        text: 'It is *red*:\n```\npart  | colour\n------|-----------------\nframe | red & <!channel>\n```',
        controls: ['Try again', 'Try another model', '👍', '👎'],
      },
    ]);
  });

  it('writes plain text where nothing else goes', async () => {
    const rig = await startAnswer();
    refuseBlocks(rig, ['markdown', 'context_actions', 'section', 'actions']);
    const ref = await rig.post('It is');
    await rig.outbox.edit(rig.place, ref, part(markdown, 'final', again(rig.turn)), never);
    expect(rig.shown(rig.turn)).toMatchObject([{ text: expect.stringContaining('It is *red*:'), controls: [] }]);
    await rig.outbox.edit(rig.place, ref, part('&'.repeat(3_900)), never);
    expect(rig.shown(rig.turn)[0]?.text).toMatch(/^&{700,800}…$/);
  });

  it('tries again what is richer after some hours, and in other workspaces at once', async () => {
    const rig = await startAnswer();
    rig.slack.faults.next({ method: 'chat.postMessage' }, { type: 'error', error: 'invalid_blocks' });
    await rig.post('one');
    const other = addWorkspace(rig, 'Sculptors');
    const channel = rig.slack.places.createChannel(other.team, { members: [other.person, other.bot] });
    const elsewhere = rig.ask(channel, { route: { via: other.team.id }, overrides: { text: '/help' } }, other.person);
    await rig.outbox.post(await rig.outbox.open(elsewhere, never), part('two'), 'key:0', never);
    await rig.post('three', 1);
    await rig.clock.advance(7 * 3_600_000);
    await rig.post('four', 2);
    const types = rig.sent('chat.postMessage').map(({ blocks }) => toObjects(blocks)[0]?.['type']);
    expect(types).toEqual(['markdown', 'section', 'markdown', 'section', 'markdown']);
  });

  it('fails with Slack’s word where even text is refused', async () => {
    const rig = await startAnswer();
    rig.slack.faults.next({ method: 'chat.postMessage' }, { type: 'error', error: 'invalid_blocks' }, 4);
    expect(await failureOf(rig.post('one'))).toMatchObject({ facts: { slackError: 'invalid_blocks' } });
  });
});

describe('two workspaces with equal ids', () => {
  it('keep their messages, their limits and their threads apart', async () => {
    const rig = start();
    const other = addWorkspace(rig, 'Sculptors');
    const channel = rig.slack.places.createChannel(other.team, {
      id: rig.channel.id,
      members: [other.person, other.bot],
    });
    const turns = [
      rig.ask(rig.channel, { overrides: { text: '/help' } }),
      rig.ask(channel, { route: { via: other.team.id }, overrides: { text: '/help' } }, other.person),
    ];
    const places = [];
    for (const turn of turns) places.push(await rig.outbox.open(turn, never));
    expect(places.map(({ scope }) => scope)).toEqual([`update:${rig.team.id}`, `update:${other.team.id}`]);
    for (const [index, place] of places.entries()) await rig.outbox.post(place, part(`for ${index}`), 'same', never);
    expect(rig.slack.screen.botMessages().map(({ teamId, text }) => [teamId, text])).toEqual([
      [rig.team.id, 'for 0'],
      [other.team.id, 'for 1'],
    ]);
  });
});

describe('the line that an answer is on its way', () => {
  it('is shown and cleared in the thread, and is over with each message', async () => {
    const { outbox, place, post, statuses, team, channel, turn } = await startInThread();
    await outbox.typing(place, false, never);
    await post('A red');
    await outbox.typing(place, true, never);
    const where = { via: team.id, channel: channel.id, threadTs: turn.thread };
    expect(statuses).toEqual([
      ['show', { ...where, title: null }],
      ['ended', where],
      ['clear', where],
    ]);
  });

  it('tells whose answer is under way in the thread, before it has a word', async () => {
    const { outbox, place, team, channel, turn } = await startInThread();
    expect(outbox.subjectInThread(team.id, channel.id, turn.thread)).toBeNull();
    await outbox.typing(place, false, never);
    expect(outbox.subjectInThread(team.id, channel.id, turn.thread)).toBe(turn.subject);
    expect(outbox.subjectInThread('T-other', channel.id, turn.thread)).toBeNull();
  });

  it('names a thread with the agent after its first question alone', async () => {
    const rig = start();
    const { channel, root } = rig.slack.people.openAssistant(rig.person);
    for (const text of ['what is this?', 'and that?']) {
      const place = await rig.outbox.open(rig.ask(channel, { inThreadOf: root, overrides: { text } }), never);
      await rig.outbox.typing(place, false, never);
    }
    expect(rig.statuses.map(([, where]) => toObject(where)['title'])).toEqual(['what is this?', null]);
  });

  it('is not shown outside of threads', async () => {
    const { outbox, place, post, statuses } = await startAnswer();
    await outbox.typing(place, false, never);
    await post('A red');
    expect(statuses).toEqual([]);
  });
});

describe('an answer to a command', () => {
  it('is seen by one person, and sent when it is whole', async () => {
    const rig = start();
    const place = await rig.outbox.open(await rig.command(), never);
    expect(place).toMatchObject({ mostMessages: 4, limits: null, commandSign: '/' });
    const ref = await rig.outbox.post(place, part('There', 'streaming'), 'key:0', never);
    expect(await rig.outbox.edit(place, ref, part('There are', 'streaming'), never)).toBeNull();
    expect(rig.slack.screen.botMessages()).toEqual([]);
    await rig.outbox.edit(place, ref, part('There are **two** models.'), never);
    await rig.outbox.edit(place, ref, part('There are **two** models.'), never);
    await rig.outbox.remove(place, ref, never);
    await rig.outbox.typing(place, true, never);
    expect(rig.slack.screen.botMessages()).toMatchObject([
      { text: 'There are **two** models.', visibleTo: rig.person.id },
    ]);
  });

  it('is sent once for each key, also after a restart', async () => {
    const rig = start();
    const place = await rig.outbox.open(await rig.command(), never);
    for (const outbox of [rig.outbox, rig.outbox, rig.start()]) {
      expect(await outbox.post(place, part('There are two.'), 'key:0', never)).toBe('key:0');
    }
    expect(rig.slack.screen.botMessages()).toHaveLength(1);
  });

  it('is refused when its address is over', async () => {
    const rig = start();
    const place = await rig.outbox.open(await rig.command(), never);
    await rig.clock.advance(31 * 60_000);
    const failure = await failureOf(rig.outbox.post(place, part('late'), 'key:0', never));
    expect(failure).toMatchObject({ code: 'platform-place-gone', retryable: false });
  });

  it('is sent all the same while the store is broken', async () => {
    const rig = start();
    const place = await rig.outbox.open(await rig.command(), never);
    rig.store.fail();
    for (const key of ['a', 'a', 'b']) await rig.outbox.post(place, part(key), key, never);
    expect(rig.slack.screen.botMessages().map(({ text }) => text)).toEqual(['a', 'b']);
  });
});
