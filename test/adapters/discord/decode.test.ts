import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readRoute } from '../../../adapters/discord/answers/answer-route.ts';
import { createMessageRig, ids, readFixture } from './messages/message-rig.ts';

async function turnOf(
  fixture: string,
  options: Parameters<typeof createMessageRig>[0] & { isBotThread?: boolean } = {},
) {
  const rig = createMessageRig(options);
  rig.announce();
  if (options.isBotThread) await rig.memory.markBotThread(ids.thread, ids.text, ids.thread);
  await rig.take('MESSAGE_CREATE', readFixture(fixture));
  await rig.end();
  return rig.turns()[0] ?? null;
}

describe('which messages are for the bot', () => {
  it.each([
    ['message-mention-in-text', true],
    ['message-mention-in-announcement', true],
    ['message-mention-in-voice', true],
    ['message-mention-in-forum-post', true],
    ['message-mention-in-thread', true],
    ['message-direct-message', true],
    ['message-reply-with-ping', true],
    ['message-reply-without-ping', true],
    ['message-forward', true],
    ['message-webhook', false],
    ['message-other-bot', false],
    ['message-own-message', false],
    ['message-everyone', false],
    ['message-role-mention', false],
    ['message-pin-notice', false],
    ['message-talk', false],
    ['message-thread-talk', false],
  ])('%s: %s', async (fixture, expected) => {
    expect((await turnOf(fixture)) !== null).toBe(expected);
  });

  it.each([
    ['message-thread-talk', true],
    ['message-thread-talk-to-another', false],
    ['message-thread-reply-to-another', false],
    ['message-talk', false],
  ])('reading everything, in its own thread, %s: %s', async (fixture, expected) => {
    const turn = await turnOf(fixture, { messageContent: true, isBotThread: true });
    expect(turn !== null).toBe(expected);
  });

  it.each([
    ['calls for everybody', { content: '@everyone look', mention_everyone: true }],
    [
      'calls for the role of the bot',
      { content: '<@&1100000000000000302> look', mention_roles: ['1100000000000000302'] },
    ],
    ['a mention in code', { content: `\`<@${ids.bot}>\` is how to call it` }],
    ['a sticker in a thread of the bot', { content: '', channel_id: ids.thread, channel_type: 11 }],
  ])('does not answer %s, even where it reads everything', async (_, changes) => {
    const rig = createMessageRig({ messageContent: true });
    rig.announce();
    await rig.memory.markBotThread(ids.thread, ids.text, ids.thread);
    await rig.take('MESSAGE_CREATE', readFixture('message-talk', changes));
    expect(rig.events).toEqual([]);
    await rig.end();
  });

  it('leaves talk in threads of other people alone where it reads everything', async () => {
    expect(await turnOf('message-thread-talk', { messageContent: true })).toBeNull();
  });

  it('answers no refused person and says so in the log alone', async () => {
    const rig = createMessageRig({ denied: { roles: ['1100000000000000301'] } });
    rig.announce();
    await rig.take('MESSAGE_CREATE', readFixture('message-mention-in-text'));
    expect(rig.events).toEqual([]);
    expect(rig.paper.calls).toEqual([]);
    expect(rig.logger.lines.map(({ level }) => level)).toEqual(['debug']);
    await rig.end();
  });
});

describe('the turn that a message is', () => {
  it('opens a thread on a mention in a text channel', async () => {
    expect(await turnOf('message-mention-in-text')).toMatchObject({
      id: 'discord:1456100000000000101',
      subject: 'discord:1456100000000000101',
      platform: 'discord',
      tenant: ids.guild,
      channel: ids.text,
      thread: '1456100000000000101',
      opensThread: true,
      message: '1456100000000000101',
      route: '',
      direct: false,
      aside: false,
      person: { id: ids.ada, name: 'Countess', moderator: false, managesChannel: true, managesServer: false },
      text: 'what is this?',
      model: null,
      images: [{ id: '1456100000000000001', name: 'cat.png', sizeBytes: 123_456 }],
      quotedImages: [],
      unseen: null,
      receivedAtMs: 1_767_225_600_000,
    });
  });

  it.each([
    ['message-mention-in-announcement', { channel: ids.announcement, opensThread: true }],
    ['message-mention-in-forum-post', { channel: ids.forum, thread: ids.post, opensThread: false, route: '' }],
    ['message-mention-in-thread', { channel: ids.text, thread: ids.thread, opensThread: false, route: '' }],
    [
      'message-direct-message',
      { tenant: 'dm', channel: ids.direct, thread: ids.direct, opensThread: false, direct: true },
    ],
  ])('%s stands where it was written', async (fixture, place) => {
    expect(await turnOf(fixture)).toMatchObject(place);
  });

  it('stands in a thread of the bot that Discord has not told of, without asking', async () => {
    const rig = createMessageRig();
    rig.announce();
    await rig.memory.markBotThread('1456100000000000088', ids.text, '1456100000000000088');
    const said = readFixture('message-mention-in-thread', { channel_id: '1456100000000000088' });
    await rig.take('MESSAGE_CREATE', said);
    const place = { tenant: ids.guild, channel: ids.text, thread: '1456100000000000088', opensThread: false };
    expect(rig.turns()).toMatchObject([place]);
    expect(rig.paper.routes()).toEqual([]);
    await rig.end();
  });

  it.each([
    ['message-mention-in-text', { tenant: ids.guild, channel: ids.text, opensThread: true }],
    ['message-direct-message', { tenant: 'dm', channel: ids.direct, direct: true }],
  ])('%s stands where it says itself when Discord tells nothing of its channel', async (fixture, place) => {
    const rig = createMessageRig();
    const { channel_type: _, ...said } = readFixture(fixture);
    await rig.take('MESSAGE_CREATE', said);
    expect(rig.turns()).toMatchObject([place]);
    await rig.end();
  });

  it('replies where there are no threads', async () => {
    const turn = await turnOf('message-mention-in-voice');
    expect(turn).toMatchObject({ channel: ids.voice, thread: '1456100000000000103', opensThread: false });
    expect(readRoute(turn?.route ?? '')).toEqual({ type: 'reply' });
  });

  it('goes on in the conversation whose message is replied to', async () => {
    const rig = createMessageRig();
    rig.announce();
    await rig.memory.linkReply('1456100000000000050', '1456100000000000040');
    await rig.take('MESSAGE_CREATE', readFixture('message-reply-with-ping'));
    const [turn] = rig.turns();
    expect(turn).toMatchObject({ thread: '1456100000000000040', opensThread: false, text: 'and the colour?' });
    expect(readRoute(turn?.route ?? '')).toEqual({ type: 'reply' });
    await rig.end();
  });

  it('begins a conversation when a message of the bot is replied to that belongs to none', async () => {
    expect(await turnOf('message-reply-with-ping')).toMatchObject({ thread: '1456100000000000106', unseen: null });
  });

  it('writes names for everything that Discord writes as ids', async () => {
    expect(await turnOf('message-mention-in-thread')).toMatchObject({ text: 'and @Bob asks what is in the corner?' });
  });

  it('lets people rule over their own direct messages, not over those of others', async () => {
    const turn = await turnOf('message-direct-message');
    expect(turn?.person).toEqual({
      id: ids.ada,
      name: 'Ada',
      moderator: true,
      managesChannel: true,
      managesServer: false,
    });
  });
});

describe('whatever Discord sends', () => {
  const names = ['MESSAGE_CREATE', 'MESSAGE_UPDATE', 'MESSAGE_DELETE', 'MESSAGE_DELETE_BULK', 'READY', 'RESUMED'];
  const others = ['GUILD_CREATE', 'GUILD_DELETE', 'GUILD_ROLE_UPDATE', 'GUILD_ROLE_DELETE', 'CHANNEL_UPDATE'];
  const more = ['CHANNEL_DELETE', 'THREAD_CREATE', 'THREAD_DELETE', 'THREAD_LIST_SYNC', 'TYPING_START'];
  const fixture = readFixture('message-mention-in-text', { edited_timestamp: '2026-01-01T00:00:00Z' });

  it('throws nothing', async () => {
    const event = fc.tuple(
      fc.constantFrom(...names, ...others, ...more),
      fc.jsonValue(),
      fc.constantFrom(...Object.keys(fixture)),
    );
    await fc.assert(
      fc.asyncProperty(event, async ([name, value, field]) => {
        const rig = createMessageRig({ messageContent: true });
        rig.announce();
        rig.dispatch(name, value);
        rig.dispatch(name, { ...fixture, [field]: value });
        await rig.idle();
        await rig.end();
        expect(rig.logger.lines.filter(({ level }) => level === 'error')).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  it('logs once for each kind what cannot be read', async () => {
    const rig = createMessageRig();
    for (const id of [1, 2, 3]) await rig.take('MESSAGE_DELETE', { id });
    expect(rig.logger.lines.filter(({ level }) => level === 'warn')).toHaveLength(1);
    await rig.end();
  });

  it('takes fields that it does not know, and nulls', async () => {
    const rig = createMessageRig();
    rig.announce();
    const nulls = { nonce: null, embeds: null, message_reference: null, message_snapshots: null, flags: null };
    await rig.take('MESSAGE_CREATE', readFixture('message-mention-in-text', { ...nulls, brand_new: { field: 1 } }));
    expect(rig.turns()).toHaveLength(1);
    await rig.end();
  });
});
