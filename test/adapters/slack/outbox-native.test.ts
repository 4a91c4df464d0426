import { afterEach, describe, expect, it } from 'vitest';
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

/** A question in a channel, its place, and an answer of which the first words are streamed. */
async function startStreaming(options: Parameters<typeof createOutboxRig>[0] = {}) {
  const rig = start(options);
  const turn = rig.ask();
  const place = await rig.outbox.open(turn, never);
  const key = `${turn.id}:0`;
  const ref = await rig.outbox.post(place, part('A red', 'streaming', stop(turn)), key, never);
  const grow = (text: string, outbox = rig.outbox) =>
    outbox.edit(place, ref, part(text, 'streaming', stop(turn)), never);
  const finish = (text: string, outbox = rig.outbox) =>
    outbox.edit(place, ref, part(text, 'final', again(turn)), never);
  return { ...rig, turn, place, key, ref, grow, finish };
}

describe('the place of a question in a thread', () => {
  it('is streamed, with limits of its own', async () => {
    const { place, team } = await startStreaming();
    expect(place).toMatchObject({
      scope: `append:${team.id}`,
      mostMessages: null,
      limits: {
        text: { max: 9_000, unit: 'utf8-bytes' },
        edits: { count: 100 },
        growth: { type: 'continued', forMs: 210_000 },
      },
    });
  });

  it('is the bot’s thread from then on', async () => {
    const { memory, turn } = await startStreaming();
    expect(await memory.isBotThread(turn.tenant, turn.channel, turn.thread)).toBe(true);
  });

  it('stays the same for the same turn, also after a restart and when there is no room left', async () => {
    const rig = start();
    const turns = Array.from({ length: 22 }, () => rig.ask());
    const places = [];
    for (const turn of turns) places.push(await rig.outbox.open(turn, never));
    expect(places.map(({ limits }) => limits !== null)).toEqual(turns.map((_, index) => index < 20));
    const restarted = rig.start();
    for (const [index, turn] of turns.entries()) expect(await restarted.open(turn, never)).toEqual(places[index]);
  });

  it('is streamed again when a minute has passed', async () => {
    const rig = start();
    for (let index = 0; index < 20; index += 1) await rig.outbox.open(rig.ask(), never);
    expect((await rig.outbox.open(rig.ask(), never)).limits).toBeNull();
    await rig.clock.advance(61_000);
    expect((await rig.outbox.open(rig.ask(), never)).limits).not.toBeNull();
  });

  it('is not streamed for commands, nor where nobody knows who asked, nor outside of threads', async () => {
    const rig = start();
    const turns = [
      rig.ask(rig.channel, { overrides: { text: '/help' } }),
      rig.ask(rig.channel, { route: { askerTeam: null } }),
      rig.ask(rig.direct()),
    ];
    const places = await Promise.all(turns.map((turn) => rig.outbox.open(turn, never)));
    expect(places.map(({ limits, scope }) => [limits, scope])).toEqual(
      turns.map(() => [null, `update:${rig.team.id}`]),
    );
  });

  it('is streamed in a thread of direct messages, whoever asked', async () => {
    const rig = start();
    const { channel, root } = rig.slack.people.openAssistant(rig.person);
    const turn = rig.ask(channel, { inThreadOf: root, route: { askerTeam: null } });
    const place = await rig.outbox.open(turn, never);
    await rig.outbox.post(place, part('A red', 'streaming', stop(turn)), 'key:0', never);
    expect(rig.shown(turn).map(({ text, state }) => [text, state])).toContainEqual(['A red', 'streaming']);
    expect(rig.sent('chat.startStream')[0]).not.toHaveProperty('recipient_team_id');
  });
});

describe('an answer that is streamed', () => {
  it('shows its first words with the button that stops it', async () => {
    const { shown, turn, sent, team, person } = await startStreaming();
    expect(shown(turn)).toMatchObject([{ text: 'A red', controls: ['Stop'], state: 'streaming' }]);
    expect(sent('chat.startStream')).toMatchObject([
      { thread_ts: turn.thread, recipient_team_id: team.id, recipient_user_id: person.id },
    ]);
    expect(sent('chat.startStream')[0]).not.toHaveProperty('markdown_text');
  });

  it('sends only what is new, however little', async () => {
    const { grow, sent, shown, turn } = await startStreaming();
    await grow('A red b');
    await grow('A red bicycle');
    expect(sent('chat.appendStream').map(({ chunks }) => chunks)).toEqual([
      [{ type: 'markdown_text', text: ' b' }],
      [{ type: 'markdown_text', text: 'icycle' }],
    ]);
    expect(shown(turn)).toMatchObject([{ text: 'A red bicycle', state: 'streaming' }]);
  });

  it('sends nothing when there is nothing new', async () => {
    const { grow, counts } = await startStreaming();
    expect(await grow('A red')).not.toBeNull();
    expect(counts()['chat.appendStream']).toBeUndefined();
  });

  it('is ended, and changed from then on, by a text that does not continue it: the question was asked anew', async () => {
    const rig = await startStreaming();
    await rig.grow('A blue');
    await rig.grow('A blue car');
    expect(rig.shown(rig.turn)).toMatchObject([
      { ts: rig.ref, text: 'A blue car', state: 'posted', controls: ['Stop'] },
    ]);
    expect(rig.counts()).toMatchObject({ 'chat.stopStream': 1, 'chat.update': 2 });
    expect(rig.counts()['chat.appendStream']).toBeUndefined();
  });

  it('reports the room that is left for appends', async () => {
    const { grow } = await startStreaming();
    await grow('A red b');
    expect(await grow('A red bi')).toMatchObject({ count: 100, remaining: 98, resetAfterMs: 61_000 });
  });

  it('is finished with the rest and then with other buttons, and carries its marker', async () => {
    const rig = await startStreaming();
    await rig.finish('A red bicycle.');
    expect(rig.shown(rig.turn)).toMatchObject([
      {
        ts: rig.ref,
        text: 'A red bicycle.',
        state: 'posted',
        controls: ['Try again', 'Try another model', '👍', '👎'],
      },
    ]);
    expect(rig.sent('chat.stopStream')[0]).toMatchObject({ chunks: [{ type: 'markdown_text', text: ' bicycle.' }] });
    expect(rig.record(rig.turn, rig.ref).metadata?.payload).toEqual({ marker: expect.stringMatching(/^sightline-/) });
    expect(rig.counts()).toMatchObject({ 'chat.stopStream': 1, 'chat.update': 1 });
    expect(rig.slack.screen.vanishedWords()).toEqual([]);
  });

  it('is finished with the exact text where that does not continue what stands', async () => {
    const { finish, shown, turn, sent } = await startStreaming();
    await finish('Something went wrong.');
    expect(sent('chat.stopStream')[0]).not.toHaveProperty('chunks');
    expect(shown(turn).map(({ text }) => text)).toEqual(['Something went wrong.']);
  });

  it('loses its button when it goes on in another message', async () => {
    const { outbox, place, ref, turn, shown } = await startStreaming();
    await outbox.edit(place, ref, part('A red bicycle', 'final', null), never);
    const second = await outbox.post(place, part('and a dog', 'streaming', stop(turn)), `${turn.id}:1`, never);
    expect(shown(turn)).toMatchObject([
      { ts: ref, controls: [], state: 'posted' },
      { ts: second, controls: ['Stop'], state: 'streaming' },
    ]);
  });

  it('is posted at once where it is whole already', async () => {
    const rig = start();
    const turn = rig.ask();
    const place = await rig.outbox.open(turn, never);
    await rig.outbox.post(place, part('A red bicycle.', 'final', again(turn)), 'key:0', never);
    expect(rig.shown(turn)).toMatchObject([{ text: 'A red bicycle.', state: 'posted' }]);
    expect(rig.counts()['chat.startStream']).toBeUndefined();
  });

  it('says whose stream it is until it is finished', async () => {
    const { outbox, finish, ref, turn, team } = await startStreaming();
    expect(outbox.subjectOfStream(team.id, turn.channel, ref)).toBe(turn.subject);
    expect(outbox.subjectOfStream('T-other', turn.channel, ref)).toBeNull();
    await finish('A red bicycle.');
    expect(outbox.subjectOfStream(team.id, turn.channel, ref)).toBeNull();
  });

  it('refuses what a stream cannot hold before any call', async () => {
    const { outbox, place, turn, slack } = await startStreaming();
    const before = slack.requests().length;
    const fits = 'ä'.repeat(4_500);
    expect((await failureOf(outbox.post(place, part(`${fits}x`), 'key:1', never))).code).toBe('platform-text-too-long');
    expect((await failureOf(outbox.post(place, part(' \n '), 'key:1', never))).code).toBe('platform-rejected');
    expect(slack.requests()).toHaveLength(before);
    await outbox.post(place, part(fits, 'streaming', stop(turn)), 'key:1', never);
  });
});

describe('a stream that Slack ends', () => {
  it('at its lifetime is changed from then on', async () => {
    const { clock, grow, finish, shown, turn, counts } = await startStreaming();
    await clock.advance(301_000);
    await grow('A red bicycle');
    expect(shown(turn)).toMatchObject([{ text: 'A red bicycle', controls: ['Stop'], state: 'posted' }]);
    await grow('A red bicycle and');
    await finish('A red bicycle and a dog.');
    expect(shown(turn)).toMatchObject([{ text: 'A red bicycle and a dog.', state: 'posted' }]);
    expect(counts()).toMatchObject({ 'chat.appendStream': 1, 'chat.update': 3 });
    expect(counts()['chat.stopStream']).toBeUndefined();
  });

  it('between its last frame and its last words still gets those', async () => {
    const { clock, finish, shown, turn } = await startStreaming();
    await clock.advance(301_000);
    await finish('A red bicycle.');
    expect(shown(turn)).toMatchObject([{ text: 'A red bicycle.', state: 'posted' }]);
  });

  it('for its size is ended and changed from then on', async () => {
    const { grow, finish, shown, turn } = await startStreaming({ settings: { streamBytes: 300 } });
    const long = `A red ${'bicycle '.repeat(60)}`;
    await grow(long);
    expect(shown(turn)).toMatchObject([{ text: long, state: 'posted' }]);
    await finish(`${long} and a dog`);
    expect(shown(turn)).toMatchObject([{ text: `${long} and a dog`, controls: expect.arrayContaining(['👍']) }]);
  });

  it('for the size of its last words is finished all the same', async () => {
    const { finish, shown, turn } = await startStreaming({ settings: { streamBytes: 300 } });
    const long = `A red ${'bicycle '.repeat(60)}`;
    await finish(long);
    expect(shown(turn)).toMatchObject([{ text: long, state: 'posted' }]);
  });

  it('because a person pressed Slack’s own button gets no more frames, and its last words', async () => {
    const { slack, person, channel, grow, finish, shown, turn, outbox, team, ref } = await startStreaming();
    slack.people.stopAgent(person, channel, turn.thread);
    expect(await grow('A red bicycle')).toBeNull();
    expect(await grow('A red bicycle and')).toBeNull();
    expect(outbox.subjectOfStream(team.id, turn.channel, ref)).toBe(turn.subject);
    expect(shown(turn)).toMatchObject([{ text: 'A red' }]);
    await finish('A red bicycle');
    expect(shown(turn)).toMatchObject([{ text: 'A red bicycle', state: 'posted' }]);
  });

  it('leaves frames out where the last words of others need the room', async () => {
    const { clock, grow, finish, turn, shown, counts } = await startStreaming();
    await clock.advance(301_000);
    let text = 'A red';
    for (let index = 0; index < 60; index += 1) {
      text += ' x';
      await grow(text);
    }
    expect(counts()['chat.update']).toBe(40);
    await finish(`${text}.`);
    expect(shown(turn)[0]?.text).toBe(`${text}.`);
  });
});

describe('an append without a reply', () => {
  it('is not sent again: the message is changed from then on, and nothing stands there twice', async () => {
    const { slack, grow, finish, shown, turn } = await startStreaming();
    slack.faults.next({ method: 'chat.appendStream' }, { type: 'lost-reply' });
    expect(await failureOf(grow('A red bi'))).toMatchObject({ code: 'platform-unreachable', retryable: true });
    await grow('A red bicycle');
    expect(shown(turn)).toMatchObject([{ text: 'A red bicycle' }]);
    await finish('A red bicycle.');
    expect(shown(turn)).toMatchObject([{ text: 'A red bicycle.', state: 'posted' }]);
  });

  it('leaves the end to a change where it was the last', async () => {
    const { slack, finish, shown, turn } = await startStreaming();
    slack.faults.next({ method: 'chat.stopStream' }, { type: 'lost-reply' });
    expect((await failureOf(finish('A red bicycle.'))).retryable).toBe(true);
    await finish('A red bicycle.');
    expect(shown(turn)).toMatchObject([{ text: 'A red bicycle.', state: 'posted' }]);
  });
});

describe('where Slack takes no stream', () => {
  it.each(['unknown_method', 'method_deprecated', 'feature_not_enabled'])(
    'because of %s, posts instead and streams nothing there for some hours',
    async (error) => {
      const rig = start();
      const [first, second] = [rig.ask(), rig.ask()];
      const place = await rig.outbox.open(first, never);
      rig.slack.faults.next({ method: 'chat.startStream' }, { type: 'error', error });
      const ref = await rig.outbox.post(place, part('A red', 'streaming', stop(first)), 'key:0', never);
      expect(rig.shown(first)).toMatchObject([{ ts: ref, text: 'A red', controls: ['Stop'], state: 'posted' }]);
      await rig.outbox.edit(place, ref, part('A red bicycle', 'streaming', stop(first)), never);
      expect(rig.shown(first)).toMatchObject([{ text: 'A red bicycle' }]);
      await rig.outbox.post(place, part('more', 'streaming', stop(first)), 'key:1', never);
      expect((await rig.outbox.open(second, never)).limits).toBeNull();
      expect(rig.counts()['chat.startStream']).toBe(1);
      await rig.clock.advance(7 * 3_600_000);
      expect((await rig.outbox.open(rig.ask(), never)).limits).not.toBeNull();
    },
  );

  it('in one channel, streams in others', async () => {
    const rig = start();
    const other = rig.slack.places.createChannel(rig.team, { name: 'other', members: [rig.person, rig.bot] });
    const turn = rig.ask();
    const place = await rig.outbox.open(turn, never);
    rig.slack.faults.next({ method: 'chat.startStream' }, { type: 'error', error: 'channel_type_not_supported' });
    await rig.outbox.post(place, part('A red', 'streaming', stop(turn)), 'key:0', never);
    expect((await rig.outbox.open(rig.ask(), never)).limits).toBeNull();
    expect((await rig.outbox.open(rig.ask(other), never)).limits).not.toBeNull();
  });

  it('in one workspace, streams in others', async () => {
    const rig = start();
    const other = addWorkspace(rig, 'Sculptors');
    const channel = rig.slack.places.createChannel(other.team, {
      id: rig.channel.id,
      members: [other.person, other.bot],
    });
    const turn = rig.ask();
    const place = await rig.outbox.open(turn, never);
    rig.slack.faults.next({ method: 'chat.startStream' }, { type: 'error', error: 'feature_not_enabled' });
    await rig.outbox.post(place, part('A red', 'streaming', stop(turn)), 'key:0', never);
    const elsewhere = rig.ask(channel, { route: { via: other.team.id } }, other.person);
    expect(await rig.outbox.open(elsewhere, never)).toMatchObject({ scope: `append:${other.team.id}` });
  });

  it.each(['missing_recipient_user_id', 'user_not_found', 'team_not_found', 'invalid_arguments'])(
    'this time because of %s, posts instead and streams the next',
    async (error) => {
      const rig = start();
      const turn = rig.ask();
      const place = await rig.outbox.open(turn, never);
      rig.slack.faults.next({ method: 'chat.startStream' }, { type: 'error', error }, 2);
      await rig.outbox.post(place, part('A red', 'streaming', stop(turn)), 'key:0', never);
      expect(rig.shown(turn)).toMatchObject([{ text: 'A red', state: 'posted' }]);
      expect((await rig.outbox.open(rig.ask(), never)).limits).not.toBeNull();
      rig.slack.faults.clear();
    },
  );

  it.each(['invalid_blocks', 'invalid_chunks', 'invalid_arguments'])(
    'with blocks (%s), streams without the button, there and from then on',
    async (error) => {
      const rig = start();
      const turn = rig.ask();
      const place = await rig.outbox.open(turn, never);
      rig.slack.faults.next({ method: 'chat.startStream' }, { type: 'error', error });
      const ref = await rig.outbox.post(place, part('A red', 'streaming', stop(turn)), 'key:0', never);
      await rig.outbox.edit(place, ref, part('A red bicycle.', 'final', null), never);
      expect(rig.shown(turn)).toMatchObject([{ text: 'A red bicycle.', controls: [], state: 'posted' }]);
      // All of it came with the end of the stream.
      expect(rig.counts()['chat.update']).toBeUndefined();
      await rig.outbox.post(place, part('more', 'streaming', stop(turn)), 'key:1', never);
      expect(rig.counts()['chat.startStream']).toBe(3);
    },
  );

  it('for the moment, posts instead', async () => {
    const rig = start();
    const turn = rig.ask();
    const place = await rig.outbox.open(turn, never);
    rig.slack.faults.next({ method: 'chat.startStream' }, { type: 'rate-limited', retryAfterSeconds: 30 });
    await rig.outbox.post(place, part('A red', 'streaming', stop(turn)), 'key:0', never);
    expect(rig.shown(turn)).toMatchObject([{ text: 'A red', state: 'posted' }]);
  });

  it('since the thread or the channel is gone, says so', async () => {
    const rig = start();
    const turn = rig.ask();
    const place = await rig.outbox.open(turn, never);
    rig.channel.messages.delete(turn.message);
    const post = () => rig.outbox.post(place, part('A red', 'streaming', stop(turn)), 'key:0', never);
    expect((await failureOf(post())).code).toBe('platform-place-gone');
    rig.slack.places.setArchived(rig.channel, true);
    expect((await failureOf(post())).code).toBe('platform-place-gone');
  });
});

describe('too many calls', () => {
  it('of appends say when to come back, and the stream goes on then', async () => {
    const { slack, grow, clock, shown, turn } = await startStreaming();
    slack.faults.next({ method: 'chat.appendStream' }, { type: 'rate-limited', retryAfterSeconds: 7 });
    expect(await failureOf(grow('A red bi'))).toMatchObject({ code: 'platform-rate-limited', retryAfterMs: 7_000 });
    await clock.advance(7_000);
    await grow('A red bicycle');
    expect(shown(turn)).toMatchObject([{ text: 'A red bicycle', state: 'streaming' }]);
  });

  it.each(['chat.stopStream', 'chat.update'])(
    '(%s) hold back last words, and not everybody’s appends',
    async (method) => {
      const { slack, finish, clock, shown, turn } = await startStreaming();
      slack.faults.next({ method }, { type: 'rate-limited', retryAfterSeconds: 7 });
      expect(await failureOf(finish('A red bicycle.'))).toMatchObject({
        code: 'platform-unreachable',
        retryable: true,
        retryAfterMs: 7_000,
      });
      await clock.advance(7_000);
      await finish('A red bicycle.');
      expect(shown(turn)).toMatchObject([{ text: 'A red bicycle.', state: 'posted' }]);
    },
  );

  it('are not made when all streams end at once', async () => {
    const rig = start();
    const begin = async () => {
      const turn = rig.ask();
      const place = await rig.outbox.open(turn, never);
      const first = part(`A ${turn.message}`, 'streaming', stop(turn));
      if (place.limits === null) return null;
      const ref = await rig.outbox.post(place, first, turn.id, never);
      return () => rig.outbox.edit(place, ref, part(`A ${turn.message}.`, 'final', again(turn)), never);
    };
    const early = await Promise.all(Array.from({ length: 12 }, begin));
    await Promise.all(early.map((finish) => finish?.()));
    await rig.clock.advance(30_000);
    const late = await Promise.all(Array.from({ length: 12 }, begin));
    expect([early, late].map((each) => each.filter((finish) => finish !== null).length)).toEqual([12, 8]);
    await Promise.all(late.map((finish) => finish?.()));
    expect(rig.slack.requests({ status: 429 })).toEqual([]);
    expect(rig.slack.screen.leftovers()).toEqual([]);
  });

  it('are not made although the streams of the last minutes are all still open', async () => {
    const rig = start();
    const isStreamed = async () => {
      const turn = rig.ask();
      const place = await rig.outbox.open(turn, never);
      await rig.outbox.post(place, part(`A ${turn.message}`, 'streaming', stop(turn)), turn.id, never);
      return place.limits !== null;
    };
    for (let index = 0; index < 12; index += 1) expect(await isStreamed()).toBe(true);
    await rig.clock.advance(61_000);
    const later = [];
    for (let index = 0; index < 10; index += 1) {
      later.push(await isStreamed());
      await rig.clock.advance(1_000);
    }
    expect(later.filter((each) => each)).toHaveLength(8);
    // Those that nobody has ended by now Slack has closed by itself.
    await rig.clock.advance(300_000);
    expect(await isStreamed()).toBe(true);
  });

  it('are not made by the later messages of long answers, which are posted where there is no room', async () => {
    const { outbox, place, turn, counts, shown } = await startStreaming();
    for (let index = 1; index < 24; index += 1) {
      await outbox.post(place, part(`part ${index}`, 'streaming', stop(turn)), `${turn.id}:${index}`, never);
    }
    expect([counts()['chat.startStream'], counts()['chat.postMessage'], shown(turn).length]).toEqual([20, 4, 24]);
  });
});

describe('posted once', () => {
  it('a stream whose start got no reply is found by its button', async () => {
    const rig = start();
    const turn = rig.ask();
    const place = await rig.outbox.open(turn, never);
    const post = () => rig.outbox.post(place, part('A red', 'streaming', stop(turn)), 'key:0', never);
    rig.slack.faults.next({ method: 'chat.startStream' }, { type: 'lost-reply' });
    expect((await failureOf(post())).code).toBe('platform-unreachable');
    const ref = await post();
    expect(rig.shown(turn)).toMatchObject([{ ts: ref }]);
    await rig.outbox.edit(place, ref, part('A red bicycle', 'streaming', stop(turn)), never);
    await rig.outbox.edit(place, ref, part('A red bicycle.', 'final', again(turn)), never);
    expect(rig.shown(turn)).toMatchObject([{ text: 'A red bicycle.', state: 'posted' }]);
  });

  it('a stream of an earlier start is found, ended and changed', async () => {
    const { start: restart, place, key, ref, turn, shown, clock, finish } = await startStreaming();
    await clock.advance(1_000);
    const outbox = restart();
    expect(await outbox.post(place, part('A r', 'streaming', stop(turn)), key, never)).toBe(ref);
    await finish('A red bicycle.', outbox);
    expect(shown(turn)).toMatchObject([{ ts: ref, text: 'A red bicycle.', state: 'posted' }]);
  });

  it('a stream of an earlier start that nobody looks for is ended and changed, too', async () => {
    const { start: restart, turn, shown, grow, finish } = await startStreaming();
    const outbox = restart();
    await grow('A red bicycle', outbox);
    await finish('A red bicycle.', outbox);
    expect(shown(turn)).toMatchObject([{ text: 'A red bicycle.', state: 'posted' }]);
  });
});

describe('taking messages away', () => {
  it('ends the stream first', async () => {
    const { outbox, place, ref, turn, shown, counts } = await startStreaming();
    await outbox.remove(place, ref, never);
    await outbox.remove(place, ref, never);
    expect(shown(turn)).toEqual([]);
    expect(counts()).toMatchObject({ 'chat.stopStream': 1, 'chat.delete': 2 });
  });

  it('is no reason to post again into a message that is gone', async () => {
    const { outbox, place, ref, grow, channel } = await startStreaming();
    channel.messages.delete(ref);
    expect((await failureOf(grow('A red bicycle'))).code).toBe('platform-message-gone');
    expect((await failureOf(outbox.edit(place, ref, part('x'), never))).code).toBe('platform-message-gone');
  });
});

describe('a channel of two organisations', () => {
  it('is answered through the workspace that heard of it, and counted there', async () => {
    const rig = start();
    const host = addWorkspace(rig, 'Hosts');
    const shared = rig.slack.places.createChannel(host.team, { members: [host.person, rig.bot] });
    rig.slack.places.connect(shared, rig.team);
    const turn = rig.ask(shared, {}, host.person);
    const place = await rig.outbox.open(turn, never);
    expect([turn.tenant, place.scope]).toEqual([host.team.id, `append:${rig.team.id}`]);
    const ref = await rig.outbox.post(place, part('A red', 'streaming', stop(turn)), 'key:0', never);
    await rig.outbox.edit(place, ref, part('A red bicycle.', 'final', again(turn)), never);
    expect(rig.shown(turn)).toMatchObject([{ text: 'A red bicycle.' }]);
    expect(rig.sent('chat.startStream')).toMatchObject([{ recipient_team_id: host.team.id }]);
  });
});

describe('the session of a thread with the agent', () => {
  it('waits for the next question when the answer is over', async () => {
    const rig = start();
    const { channel, root } = rig.slack.people.openAssistant(rig.person);
    const turn = rig.ask(channel, { inThreadOf: root });
    const place = await rig.outbox.open(turn, never);
    const ref = await rig.outbox.post(place, part('A red', 'streaming', stop(turn)), 'key:0', never);
    await rig.outbox.edit(place, ref, part('A red bicycle.', 'final', again(turn)), never);
    expect(rig.sent('chat.stopStream')).toMatchObject([{ session_status: 'active' }]);
  });

  it('is not spoken of where Slack does not know it', async () => {
    const rig = start();
    const { channel, root } = rig.slack.people.openAssistant(rig.person);
    const answer = async (key: string) => {
      const turn = rig.ask(channel, { inThreadOf: root });
      const place = await rig.outbox.open(turn, never);
      const ref = await rig.outbox.post(place, part(`A ${key}`, 'streaming', stop(turn)), key, never);
      await rig.outbox.edit(place, ref, part(`A ${key}.`, 'final', again(turn)), never);
    };
    rig.slack.faults.next({ method: 'chat.stopStream' }, { type: 'error', error: 'invalid_arguments' });
    await answer('one');
    await answer('two');
    expect(rig.sent('chat.stopStream').map((args) => 'session_status' in args)).toEqual([true, false, false]);
  });
});
