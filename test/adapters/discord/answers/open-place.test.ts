import { afterEach, describe, expect, it } from 'vitest';
import { createOutboxRig, failureOf, never, part, routes } from '../outbox-rig.ts';

const rigs: ReturnType<typeof createOutboxRig>[] = [];
function start(options: Parameters<typeof createOutboxRig>[0] = {}) {
  const rig = createOutboxRig(options);
  rigs.push(rig);
  return rig;
}
afterEach(() => {
  for (const rig of rigs.splice(0)) rig.expectQuiet();
});

const threadHint = 'To ask more, mention me or reply to me here.';
const replyHint = 'To ask more, reply to this message.';

describe('opening a thread', () => {
  it('names it after the question and answers in it', async () => {
    const { outbox, ask, thread, shown, memory, bodies } = start();
    const { turn } = ask();
    const place = await outbox.open(turn, never);
    await outbox.post(place, part('a bicycle'), `${turn.id}:0`, never);
    expect(thread(turn.message).name).toBe('what is this?');
    expect(shown(turn.message)).toEqual(['a bicycle']);
    expect(await memory.isBotThread(turn.message)).toBe(true);
    expect(bodies('POST', routes.threads)).toEqual([{ name: 'what is this?', auto_archive_duration: 1_440 }]);
    expect(place).toMatchObject({ scope: `channel:${turn.message}`, hint: threadHint });
  });

  it('says how to go on only where the bot cannot read what does not name it', async () => {
    const { outbox, ask } = start({ messageContent: true });
    expect((await outbox.open(ask().turn, never)).hint).toBeNull();
  });

  it('gives the same place again, also after a restart, without asking again', async () => {
    const { outbox, ask, start: restart, count } = start();
    const { turn } = ask();
    const place = await outbox.open(turn, never);
    expect(await outbox.open(turn, never)).toEqual(place);
    expect(await restart().open(turn, never)).toEqual(place);
    expect(count('POST', routes.threads)).toBe(1);
  });

  it('opens none for a command, or for a question without any picture', async () => {
    const { outbox, ask, count } = start();
    for (const change of [{ text: '/new' }, { images: [], quotedImages: [] }]) {
      const { turn } = ask();
      expect(await outbox.open({ ...turn, ...change }, never)).toMatchObject({ scope: `channel:${turn.channel}` });
    }
    expect(count('POST', routes.threads)).toBe(0);
  });

  it('opens none where it could not write in it, and replies instead', async () => {
    const { outbox, ask, count, start: restart } = start({ mayWriteInThreads: false });
    const { turn } = ask();
    const place = await outbox.open(turn, never);
    expect(place).toMatchObject({ scope: `channel:${turn.channel}`, hint: replyHint });
    expect(await restart().open(turn, never)).toEqual(place);
    expect(count('POST', routes.threads)).toBe(0);
  });

  it('takes the thread that somebody else opened on the question', async () => {
    const { outbox, ask, discord, person, shown } = start();
    const { message, turn } = ask();
    discord.people.openThread(person, message, 'mine');
    const place = await outbox.open(turn, never);
    await outbox.post(place, part('a bicycle'), 'key:0', never);
    expect(shown(message.id)).toEqual(['a bicycle']);
  });

  it('takes the thread of a question that was deleted', async () => {
    const { outbox, ask, discord, person } = start();
    const { message, turn } = ask();
    const opened = discord.people.openThread(person, message, 'mine');
    discord.people.remove(message);
    const place = await outbox.open(turn, never);
    expect(place.scope).toBe(`channel:${opened.id}`);
  });

  it('gives the place up when the question is gone and there is no thread', async () => {
    const { outbox, ask, discord } = start();
    const { message, turn } = ask();
    discord.people.remove(message);
    expect(await failureOf(outbox.open(turn, never))).toMatchObject({ code: 'platform-place-gone', retryable: false });
  });

  it('tries again when Discord cannot be reached, and opens one thread', async () => {
    const { outbox, ask, discord, clock, shown } = start();
    const { turn } = ask();
    discord.faults.next({ method: 'POST', path: /threads$/ }, { type: 'refused' });
    discord.faults.next({ method: 'POST', path: /threads$/ }, { type: 'lost-reply' });
    const place = await clock.runUntil(outbox.open(turn, never));
    await outbox.post(place, part('a bicycle'), 'key:0', never);
    expect(shown(turn.message)).toEqual(['a bicycle']);
  });

  it('fails rather than answering elsewhere when Discord stays out of reach', async () => {
    const { outbox, ask, discord, clock } = start();
    const restored = discord.faults.always({ method: 'POST', path: /threads$/ }, { type: 'refused' });
    const { turn } = ask();
    const failure = await clock.runUntil(failureOf(outbox.open(turn, never)));
    expect(failure).toMatchObject({ code: 'platform-unreachable', retryable: true });
    restored();
    expect((await clock.runUntil(outbox.open(turn, never))).scope).toBe(`channel:${turn.message}`);
  });

  it('waits for a limit that is soon over', async () => {
    const { outbox, ask, discord, clock, thread } = start();
    const { turn } = ask();
    discord.faults.next({ path: /threads$/ }, { type: 'rate-limited', retryAfterMs: 3_000 });
    await clock.runUntil(outbox.open(turn, never));
    expect(thread(turn.message).parentId).toBe(turn.channel);
  });

  it('fails, and does not reply, when the token is refused', async () => {
    const { outbox, ask, discord } = start();
    discord.faults.next({ path: /threads$/ }, { type: 'status', status: 401, code: 0, message: '401: Unauthorized' });
    const { turn } = ask();
    expect(await failureOf(outbox.open(turn, never))).toMatchObject({ code: 'platform-forbidden' });
    expect((await outbox.open(turn, never)).scope).toBe(`channel:${turn.message}`);
  });
});

describe('replying where no thread can be opened', () => {
  const causes: readonly [string, (rig: ReturnType<typeof createOutboxRig>) => void][] = [
    ['the bot may not open threads', (rig) => rig.denyThreads()],
    [
      'the server has too many threads',
      (rig) => {
        rig.guild.activeThreadLimit = 0;
      },
    ],
    ...[50_001, 50_024, 50_068, 160_006, 30_033, 200_001].map(
      (code): [string, (rig: ReturnType<typeof createOutboxRig>) => void] => [
        `Discord refuses with ${code}`,
        (rig) => rig.discord.faults.next({ path: /threads$/ }, { type: 'status', status: 400, code, message: 'no' }),
      ],
    ),
    [
      'the limit lasts longer than a person waits',
      (rig) => rig.discord.faults.next({ path: /threads$/ }, { type: 'rate-limited', retryAfterMs: 300_000 }),
    ],
  ];

  it.each(causes)('answers the question itself when %s', async (_, arrange) => {
    const rig = start();
    arrange(rig);
    const { turn } = rig.ask();
    const place = await rig.clock.runUntil(rig.outbox.open(turn, never));
    expect(place).toMatchObject({ scope: `channel:${rig.channel.id}`, hint: replyHint });
    const ref = await rig.outbox.post(place, part('a bicycle'), `${turn.id}:0`, never);
    expect(rig.discord.world.messages.get(rig.channel.id)?.get(ref)?.reference?.messageId).toBe(turn.message);
    expect(await rig.memory.threadOfReply(ref)).toBe(turn.thread);
  });

  it('stays a reply after a restart, when threads can be opened again', async () => {
    const rig = start();
    rig.denyThreads();
    const { turn } = rig.ask();
    const place = await rig.outbox.open(turn, never);
    rig.discord.places.denyBot(rig.channel, 0n);
    expect(await rig.start().open(turn, never)).toEqual(place);
    expect(rig.count('POST', routes.threads)).toBe(1);
  });
});

describe('other places', () => {
  it('replies in direct messages without saying how to go on', async () => {
    const { outbox, ask, discord, person, shown, memory } = start();
    const direct = discord.places.direct(person);
    const { turn } = ask(direct, { direct: true, thread: direct.id, opensThread: false });
    const place = await outbox.open(turn, never);
    const ref = await outbox.post(place, part('a bicycle'), 'key:0', never);
    expect(place).toMatchObject({ scope: `channel:${direct.id}`, hint: null });
    expect(shown(direct.id)).toEqual(['a bicycle']);
    expect(await memory.threadOfReply(ref)).toBeNull();
  });

  it('goes on with a chain of replies', async () => {
    const { outbox, ask, channel, memory } = start();
    const { turn } = ask(channel, { route: '{"type":"reply"}', thread: '4711', opensThread: false });
    const place = await outbox.open(turn, never);
    const ref = await outbox.post(place, part('a bicycle'), 'key:0', never);
    expect(place.hint).toBe(replyHint);
    expect(await memory.threadOfReply(ref)).toBe('4711');
  });

  it('answers in the thread that the question was written in, and goes on there', async () => {
    const { outbox, ask, discord, person, channel, shown, memory } = start();
    const thread = discord.people.openThread(person, channel, 'ours');
    const { turn } = ask(thread);
    const place = await outbox.open(turn, never);
    const ref = await outbox.post(place, part('a bicycle'), 'key:0', never);
    expect(place).toMatchObject({ scope: `channel:${thread.id}`, hint: threadHint });
    expect(await outbox.open(turn, never)).toEqual(place);
    expect((await outbox.open(ask(thread).turn, never)).hint).toBeNull();
    expect(shown(thread.id)).toEqual(['a bicycle']);
    expect(await memory.isBotThread(thread.id)).toBe(true);
    expect(discord.world.messages.get(thread.id)?.get(ref)?.reference).toBeNull();
  });

  it('rejects with the reason of an aborted signal', async () => {
    const { outbox, ask } = start();
    await expect(outbox.open(ask().turn, AbortSignal.abort(new Error('shutting down')))).rejects.toThrow(
      'shutting down',
    );
  });
});
