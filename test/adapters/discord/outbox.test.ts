import { afterEach, describe, expect, it } from 'vitest';
import type { Place } from '../../../src/delivery/outbox.ts';
import type { Turn } from '../../../src/turn/turn.ts';
import { createOutboxRig, failureOf, never, part, routes } from './outbox-rig.ts';

const rigs: ReturnType<typeof createOutboxRig>[] = [];
function start(options: Parameters<typeof createOutboxRig>[0] = {}) {
  const rig = createOutboxRig(options);
  rigs.push(rig);
  return rig;
}
afterEach(() => {
  for (const rig of rigs.splice(0)) rig.expectQuiet();
});

const minuteMs = 60_000;
const stop = (turn: Turn) => ({ type: 'stop', subject: turn.subject }) as const;
const again = (turn: Turn) => ({ type: 'again', subject: turn.subject }) as const;

/** A question in a channel, and its thread. */
async function startInThread(options: Parameters<typeof createOutboxRig>[0] = {}) {
  const rig = start(options);
  const { turn } = rig.ask();
  const place = await rig.outbox.open(turn, never);
  const post = (text: string, index = 0, outbox = rig.outbox) =>
    outbox.post(place, part(text, 'streaming', stop(turn)), `${turn.id}:${index}`, never);
  return { ...rig, turn, place, post };
}

/** A question that is answered by replies. */
async function startWithReply() {
  const rig = start();
  rig.denyThreads();
  const { turn } = rig.ask();
  return { ...rig, turn, place: await rig.outbox.open(turn, never) };
}

describe('while the store is broken', () => {
  it('opens threads and replies and posts in them all the same', async () => {
    const rig = start();
    rig.breakStore();
    const { turn } = rig.ask();
    const place = await rig.outbox.open(turn, never);
    const message = await rig.outbox.post(place, part('one sentence'), `${turn.id}:lost`, never);
    await rig.outbox.edit(place, message, part('another'), never);
    rig.denyThreads();
    const second = rig.ask().turn;
    const reply = await rig.outbox.open(second, never);
    await rig.outbox.post(reply, part('a reply'), `${second.id}:lost`, never);
    expect([rig.shown(turn.message), rig.shown(second.channel)]).toEqual([['another'], ['a reply']]);
  });
});

describe('posting into a channel', () => {
  it('sends a nonce that Discord keeps, the same for the same key alone', async () => {
    const { outbox, place, bodies } = await startInThread();
    for (const key of ['a:0', 'a:1', 'b:0']) await outbox.post(place, part(key), key, never);
    const sent = bodies('POST', routes.messages);
    expect(sent).toMatchObject([1, 2, 3].map(() => ({ nonce: expect.stringMatching(/^.{22}$/), enforce_nonce: true })));
    expect(new Set(sent.map((body) => Object.entries(body ?? {}).find(([name]) => name === 'nonce')?.[1])).size).toBe(
      3,
    );
  });

  it('replies to the question with the first message and no other', async () => {
    const { outbox, place, turn, bodies } = await startWithReply();
    for (const index of [0, 1]) await outbox.post(place, part(`part ${index}`), `${turn.id}:${index}`, never);
    const [first, second] = bodies('POST', routes.messages);
    expect(first).toMatchObject({ message_reference: { message_id: turn.message, fail_if_not_exists: false } });
    expect(second).not.toHaveProperty('message_reference');
  });

  it('links every message of a reply to its conversation', async () => {
    const { outbox, place, turn, memory } = await startWithReply();
    const refs = [
      await outbox.post(place, part('one'), `${turn.id}:0`, never),
      await outbox.post(place, part('two'), `${turn.id}:1`, never),
    ];
    expect(await Promise.all(refs.map((ref) => memory.threadOfReply(ref)))).toEqual([turn.thread, turn.thread]);
  });

  it('posts without a reference where it may not read what was written before', async () => {
    const { outbox, place, discord, shown, channel } = await startWithReply();
    discord.faults.next({ method: 'POST', path: /messages$/ }, { type: 'status', status: 400, code: 160_002 });
    await outbox.post(place, part('a bicycle'), 'key:0', never);
    expect(shown(channel.id)).toEqual(['a bicycle']);
  });

  it('answers although the question was deleted', async () => {
    const { outbox, place, turn, discord, channel, shown } = await startWithReply();
    discord.world.messages.get(channel.id)?.delete(turn.message);
    await outbox.post(place, part('a bicycle'), 'key:0', never);
    expect(shown(channel.id)).toEqual(['a bicycle']);
  });

  it('has posted once when the reply got lost and it posts again', async () => {
    const { post, discord, shown, turn } = await startInThread();
    discord.faults.next({ method: 'POST', path: /messages$/ }, { type: 'lost-reply' });
    expect(await failureOf(post('a bicycle'))).toMatchObject({ code: 'platform-unreachable', retryable: true });
    const ref = await post('a bicycle');
    expect(await post('a bicycle')).toBe(ref);
    expect(shown(turn.message)).toEqual(['a bicycle']);
  });

  it('refuses what is too long or shows nothing before any call', async () => {
    const { outbox, place, discord } = await startInThread();
    const before = discord.requests().length;
    const refused = [part('x'.repeat(2_001)), part(' \n ')].map((each) =>
      failureOf(outbox.post(place, each, 'key:0', never)),
    );
    expect((await Promise.all(refused)).map(({ code }) => code)).toEqual([
      'platform-text-too-long',
      'platform-rejected',
    ]);
    expect(discord.requests()).toHaveLength(before);
  });

  it('knows no place but its own', async () => {
    const { outbox } = start();
    const place: Place = {
      id: 'nowhere',
      scope: 'nowhere',
      hint: null,
      mostMessages: null,
      limits: null,
      commandSign: '/',
    };
    expect(await failureOf(outbox.post(place, part('x'), 'key:0', never))).toMatchObject({
      code: 'platform-place-gone',
    });
  });
});

describe('posting again when Discord has forgotten the nonce', () => {
  it('finds the message of an earlier start by what stands under it, although the text is another', async () => {
    const { post, clock, start: restart, shown, turn } = await startInThread();
    const ref = await post('a bi');
    await clock.advance(10 * minuteMs);
    expect(await post('a bicycle', 0, restart())).toBe(ref);
    expect(shown(turn.message)).toEqual(['a bi']);
  });

  it('finds a message without controls by its text', async () => {
    const { outbox, place, clock, start: restart, shown, turn } = await startInThread();
    const first = await outbox.post(place, part('the first part'), 'key:0', never);
    const second = await outbox.post(place, part('the second part'), 'key:1', never);
    await clock.advance(10 * minuteMs);
    const later = restart();
    expect(await later.post(place, part('the second part'), 'key:1', never)).toBe(second);
    expect(await later.post(place, part('the first part'), 'key:0', never)).toBe(first);
    expect(shown(turn.message)).toHaveLength(2);
  });

  it('takes no other message for its own', async () => {
    const {
      outbox,
      post,
      place,
      clock,
      discord,
      person,
      thread,
      start: restart,
      shown,
      turn,
    } = await startInThread({
      discord: { privileged: { messageContent: true } },
    });
    await post('another message of the answer', 1);
    await outbox.post(place, part('a bicycle', 'final', stop({ ...turn, subject: 'discord:4711' })), 'x:0', never);
    discord.people.say(person, thread(turn.message), { text: 'a bicycle' });
    await clock.advance(10 * minuteMs);
    await post('a bicycle', 0, restart());
    expect(shown(turn.message)).toEqual(['another message of the answer', 'a bicycle', 'a bicycle']);
  });

  it('reads on where much was written meanwhile', async () => {
    const { post, clock, discord, person, thread, start: restart, turn } = await startInThread();
    for (let index = 0; index < 150; index += 1) discord.people.say(person, thread(turn.message), { text: `${index}` });
    const ref = await post('a bi');
    await clock.advance(10 * minuteMs);
    expect(await post('a bicycle', 0, restart())).toBe(ref);
  });

  it('posts when there is nothing to be found, also where it may not read', async () => {
    const { post, clock, discord, start: restart, shown, turn } = await startInThread();
    await clock.advance(10 * minuteMs);
    discord.faults.next(
      { method: 'GET', path: routes.messages.replace(':channel', ':id') },
      { type: 'status', status: 403, code: 50_001 },
    );
    await post('a bicycle', 0, restart());
    expect(shown(turn.message)).toEqual(['a bicycle']);
  });

  it('does not look while the nonce is good, nor for what this start was asked', async () => {
    const { post, clock, start: restart, count } = await startInThread();
    await clock.advance(minuteMs);
    await post('one', 0, restart());
    await clock.advance(10 * minuteMs);
    await post('two', 1);
    expect(count('GET', routes.messages)).toBe(0);
  });

  it('looks for what this start may have posted itself', async () => {
    const { post, clock, discord, shown, turn } = await startInThread();
    discord.faults.next({ method: 'POST', path: /messages$/ }, { type: 'lost-reply' });
    await failureOf(post('a bicycle'));
    await clock.advance(10 * minuteMs);
    await post('a bicycle');
    expect(shown(turn.message)).toEqual(['a bicycle']);
  });

  it('does not look for what was refused', async () => {
    const { post, clock, discord, count } = await startInThread();
    discord.faults.next({ method: 'POST', path: /messages$/ }, { type: 'rate-limited', retryAfterMs: 1_000 });
    await failureOf(post('a bicycle'));
    await clock.advance(10 * minuteMs);
    await post('a bicycle');
    expect(count('GET', routes.messages)).toBe(0);
  });
});

describe('editing in a channel', () => {
  it('shows the part, says what is left of the limit, and takes old controls away', async () => {
    const { outbox, post, place, turn, discord, shown } = await startInThread();
    const ref = await post('a bi');
    const report = await outbox.edit(place, ref, part('a bicycle'), never);
    expect(report).toEqual({ count: 5, remaining: 4, resetAfterMs: expect.any(Number) });
    expect(shown(turn.message)).toEqual(['a bicycle']);
    expect(discord.world.messages.get(turn.message)?.get(ref)?.components).toEqual([]);
  });

  it('keeps saying which message of the answer it is', async () => {
    const { outbox, post, place, turn, bodies } = await startInThread();
    await post('one');
    const ref = await post('two', 1);
    await outbox.edit(place, ref, part('two and more', 'final', again(turn)), never);
    expect(bodies('PATCH', routes.message)).toMatchObject([
      { components: [{ components: [{ custom_id: `again|${turn.subject}|1` }] }, {}] },
    ]);
  });

  it('leaves out what is streamed into messages older than an hour, never the last text', async () => {
    const { outbox, post, place, turn, clock, shown, count } = await startInThread();
    const ref = await post('a bi');
    await clock.advance(60 * minuteMs);
    await outbox.edit(place, ref, part('just in time', 'streaming'), never);
    await clock.advance(1);
    expect(await outbox.edit(place, ref, part('too late', 'streaming'), never)).toBeNull();
    expect(count('PATCH', routes.message)).toBe(1);
    await outbox.edit(place, ref, part('a bicycle'), never);
    expect(shown(turn.message)).toEqual(['a bicycle']);
  });

  it('says when an old message can be edited again', async () => {
    const { outbox, post, place, clock } = await startInThread();
    const ref = await post('a bi');
    await clock.advance(61 * minuteMs);
    for (const text of ['1', '2', '3']) await outbox.edit(place, ref, part(text), never);
    const failure = await failureOf(outbox.edit(place, ref, part('4'), never));
    expect(failure).toMatchObject({ code: 'platform-rate-limited', retryable: true, facts: { discordCode: 30_046 } });
    await clock.advance(failure.retryAfterMs ?? 0);
    await outbox.edit(place, ref, part('4'), never);
  });

  it('opens an archived thread again', async () => {
    const { outbox, post, place, turn, discord, thread, shown, bodies } = await startInThread();
    const ref = await post('a bi');
    discord.places.setArchived(thread(turn.message), true);
    await outbox.edit(place, ref, part('a bicycle'), never);
    expect(shown(turn.message)).toEqual(['a bicycle']);
    expect(bodies('PATCH', routes.channel)).toEqual([{ archived: false }]);
  });

  it('gives up when the thread cannot be opened again', async () => {
    const { outbox, post, place, turn, discord, thread, count } = await startInThread();
    const ref = await post('a bi');
    discord.places.setArchived(thread(turn.message), true);
    discord.faults.next({ method: 'PATCH', path: /^\/channels\/\d+$/ }, { type: 'status', status: 403, code: 50_013 });
    const failure = await failureOf(outbox.edit(place, ref, part('a bicycle'), never));
    expect(failure).toMatchObject({ code: 'platform-place-gone', facts: { discordCode: 50_083 } });
    expect(count('PATCH', routes.channel)).toBe(1);
  });

  it('can be tried again when opening the thread met trouble', async () => {
    const { outbox, post, place, turn, discord, thread } = await startInThread();
    const ref = await post('a bi');
    discord.places.setArchived(thread(turn.message), true);
    discord.faults.next({ method: 'PATCH', path: /^\/channels\/\d+$/ }, { type: 'refused' });
    const failure = await failureOf(outbox.edit(place, ref, part('a bicycle'), never));
    expect(failure).toMatchObject({ code: 'platform-unreachable', retryable: true });
    await outbox.edit(place, ref, part('a bicycle'), never);
  });
});

describe('taking away and typing', () => {
  it('removes a message, also from an archived thread, and does not mind that it is gone', async () => {
    const { outbox, post, place, turn, discord, thread, shown } = await startInThread();
    const ref = await post('a mistake');
    discord.places.setArchived(thread(turn.message), true);
    await outbox.remove(place, ref, never);
    await outbox.remove(place, ref, never);
    expect(shown(turn.message)).toEqual([]);
  });

  it('posts anew what was removed', async () => {
    const { outbox, post, place, turn, shown } = await startInThread();
    await outbox.remove(place, await post('a mistake'), never);
    await post('a bicycle');
    expect(shown(turn.message)).toEqual(['a bicycle']);
  });

  it('does not mind that the whole channel is gone', async () => {
    const { outbox, post, place, turn, discord, thread } = await startInThread();
    const ref = await post('a bicycle');
    discord.places.deleteChannel(thread(turn.message));
    await expect(outbox.remove(place, ref, never)).resolves.toBeUndefined();
  });

  it('types in channels, and never fails', async () => {
    const { outbox, place, discord, count } = await startInThread();
    await outbox.typing(place, false, never);
    expect(count('POST', routes.typing)).toBe(1);
    discord.faults.next({ path: /typing$/ }, { type: 'refused' });
    await outbox.typing(place, false, never);
    await outbox.typing(place, false, AbortSignal.abort());
    await outbox.typing(
      { id: '', scope: '', hint: null, mostMessages: null, limits: null, commandSign: '/' },
      false,
      never,
    );
  });
});

/** A command in a channel, acknowledged. */
async function startWithCommand(...args: Parameters<ReturnType<typeof createOutboxRig>['command']>) {
  const rig = start();
  const given = await rig.command(...args);
  const { turn } = given;
  const place = await rig.outbox.open(turn, never);
  const post = (text: string, index = 0, outbox = rig.outbox) =>
    outbox.post(place, part(text, 'streaming', stop(turn)), `${turn.id}:${index}`, never);
  return { ...rig, ...given, place, post };
}

describe('answering an interaction', () => {
  it('takes the place of “is thinking…”, then follows up', async () => {
    const { outbox, place, post, interaction, channel, discord, shown } = await startWithCommand();
    const first = await post('one');
    const second = await post('two', 1);
    await outbox.edit(place, first, part('one, edited'), never);
    await outbox.edit(place, second, part('two, edited'), never);
    expect(first).toBe(interaction.originalMessageId);
    expect(shown(channel.id)).toEqual(['one, edited', 'two, edited']);
    expect(discord.screen.leftWaiting()).toEqual([]);
  });

  it('has edits of its own, says how to go on, and links its messages', async () => {
    const { place, post, interaction, memory } = await startWithCommand();
    expect(place.scope).toBe(`interaction:${interaction.id}`);
    expect(place.hint).toBe('To ask more, reply to this message and mention me.');
    const refs = [await post('one'), await post('two', 1)];
    expect(await Promise.all(refs.map((ref) => memory.threadOfReply(ref)))).toEqual([interaction.id, interaction.id]);
  });

  it('shows a private answer to the person alone', async () => {
    const { place, post, person, discord, memory, bodies } = await startWithCommand(undefined, 'private');
    const refs = [await post('one'), await post('two', 1)];
    expect(discord.screen.botMessages().map(({ visibleTo }) => visibleTo)).toEqual([person.id, person.id]);
    expect(bodies('POST', routes.followUps)).toMatchObject([{ flags: 68 }]);
    expect(bodies('PATCH', routes.answer)).toMatchObject([{ flags: 4 }]);
    expect(place.hint).toBeNull();
    expect(await memory.threadOfReply(refs[0] ?? '')).toBeNull();
  });

  it('gives the same message for the same key, also after a restart', async () => {
    const { post, start: restart, channel, shown } = await startWithCommand();
    const refs = [await post('one'), await post('two', 1)];
    const later = restart();
    expect([await post('one', 0, later), await post('two', 1, later)]).toEqual(refs);
    expect(shown(channel.id)).toEqual(['one', 'two']);
  });

  it('finds a follow-up whose reply got lost', async () => {
    const { post, discord, clock, start: restart, channel, shown } = await startWithCommand();
    await post('one');
    for (const index of [1, 2]) {
      discord.faults.next({ method: 'POST', path: /^\/webhooks/ }, { type: 'lost-reply' });
      await failureOf(post(`message ${index}`, index));
    }
    await post('message 1', 1);
    await clock.advance(1_000);
    await post('message 2', 2, restart());
    expect(shown(channel.id)).toEqual(['one', 'message 1', 'message 2']);
  });

  it('does not type', async () => {
    const { outbox, place, count } = await startWithCommand();
    await outbox.typing(place, false, never);
    expect(count('POST', routes.typing)).toBe(0);
  });

  it('takes messages away', async () => {
    const { outbox, place, post, channel, shown } = await startWithCommand();
    await post('one');
    const second = await post('two', 1);
    await outbox.remove(place, second, never);
    await outbox.remove(place, second, never);
    expect(shown(channel.id)).toEqual(['one']);
  });

  it('is the conversation of its thread when it was given in one', async () => {
    const rig = start();
    const thread = rig.discord.people.openThread(rig.person, rig.channel, 'ours');
    const { turn } = await rig.command(thread);
    const place = await rig.outbox.open(turn, never);
    const ref = await rig.outbox.post(place, part('a bicycle'), `${turn.id}:0`, never);
    expect(rig.shown(thread.id)).toEqual(['a bicycle']);
    expect(await rig.memory.threadOfReply(ref)).toBeNull();
  });
});

describe('when the token of an interaction is over', () => {
  const almostMs = 14.5 * minuteMs;

  it('goes on through the channel', async () => {
    const { outbox, place, post, turn, clock, channel, shown, count, memory } = await startWithCommand();
    const ref = await post('one');
    await clock.advance(almostMs - 1);
    await outbox.edit(place, ref, part('through the token', 'streaming'), never);
    expect(count('PATCH', routes.message)).toBe(0);
    await clock.advance(1);
    await outbox.edit(place, ref, part('through the channel', 'streaming'), never);
    const second = await post('two', 1);
    expect(shown(channel.id)).toEqual(['through the channel', 'two']);
    expect([count('PATCH', routes.message), count('POST', routes.messages)]).toEqual([1, 1]);
    expect(await memory.threadOfReply(second)).toBe(turn.thread);
    expect((await outbox.open(turn, never)).scope).toBe(`channel:${channel.id}`);
    await outbox.remove(place, second, never);
    expect(shown(channel.id)).toEqual(['through the channel']);
  });

  it.each([50_027, 10_015, 10_062])('goes on through the channel when Discord says so early: %i', async (code) => {
    const { outbox, place, post, discord, channel, shown, count } = await startWithCommand();
    const ref = await post('one');
    discord.faults.next({ path: /^\/webhooks/ }, { type: 'status', status: 404, code });
    await outbox.edit(place, ref, part('one, edited'), never);
    await outbox.edit(place, ref, part('one, edited again'), never);
    expect(shown(channel.id)).toEqual(['one, edited again']);
    expect(count('PATCH', routes.answer)).toBe(2);
  });

  it('replies to what it was about when nothing of it stands yet', async () => {
    const rig = start();
    const about = rig.discord.people.say(rig.person, rig.channel, { text: 'a picture' });
    const { turn } = await rig.command(rig.channel, 'public', { about: about.id });
    const place = await rig.outbox.open(turn, never);
    await rig.clock.advance(almostMs);
    const ref = await rig.outbox.post(place, part('a bicycle'), `${turn.id}:0`, never);
    expect(rig.discord.world.messages.get(rig.channel.id)?.get(ref)?.reference?.messageId).toBe(about.id);
  });

  it('does not double a follow-up that went through the token at last', async () => {
    const { post, discord, clock, channel, shown } = await startWithCommand();
    await post('one');
    await clock.advance(almostMs - 1);
    discord.faults.next({ method: 'POST', path: /^\/webhooks/ }, { type: 'lost-reply' });
    await failureOf(post('two', 1));
    await clock.advance(1);
    await post('two', 1);
    expect(shown(channel.id)).toEqual(['one', 'two']);
  });

  it.each(['private', 'where the bot is no member'])('gives the place up when it is %s', async (kind) => {
    const isPrivate = kind === 'private';
    const { outbox, place, post, clock } = await startWithCommand(undefined, isPrivate ? 'private' : 'public', {
      botIsMember: isPrivate,
    });
    const ref = await post('one');
    await clock.advance(almostMs);
    const failures = [
      await failureOf(post('two', 1)),
      await failureOf(outbox.edit(place, ref, part('one, edited'), never)),
      await failureOf(outbox.remove(place, ref, never)),
    ];
    expect(failures.map(({ code, retryable }) => [code, retryable])).toEqual(
      failures.map(() => ['platform-place-gone', false]),
    );
  });

  it('says of other failures what they are', async () => {
    const { outbox, place, post, discord } = await startWithCommand();
    const ref = await post('one');
    discord.faults.next({ path: /^\/webhooks/ }, { type: 'status', status: 404, code: 10_008 });
    expect(await failureOf(outbox.edit(place, ref, part('x'), never))).toMatchObject({ code: 'platform-message-gone' });
    discord.faults.next({ path: /^\/webhooks/ }, { type: 'rate-limited', retryAfterMs: 2_000 });
    const limited = await failureOf(outbox.edit(place, ref, part('x'), never));
    expect(limited).toMatchObject({ code: 'platform-rate-limited', retryAfterMs: 2_000 });
  });
});

it('keeps tokens out of what is logged and of failures', async () => {
  const { post, interaction, discord, logger } = await startWithCommand();
  discord.faults.next({ path: /^\/webhooks/ }, { type: 'refused' });
  const failure = await failureOf(post('one'));
  expect(JSON.stringify([failure.message, failure.facts, logger.lines])).not.toContain(interaction.token);
});
