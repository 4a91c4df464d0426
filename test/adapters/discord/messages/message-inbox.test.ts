import { describe, expect, it } from 'vitest';
import { Failure } from '../../../../src/lib/errors.ts';
import type { InboxEvent, Receipt } from '../../../../src/turn/inbox.ts';
import { createMessageRig, ids, type Payload, readFixture } from './message-rig.ts';

const question = readFixture('message-mention-in-text');
const messageId = '1456100000000000101';
const at = (seconds: number) => new Date(1_767_225_600_000 + seconds * 1_000).toISOString();
const edited = (seconds: number, changes: Payload = {}): Payload => ({
  ...question,
  content: `<@${ids.bot}> and now?`,
  edited_timestamp: at(seconds),
  ...changes,
});

function createRig(options: Parameters<typeof createMessageRig>[0] = {}) {
  const rig = createMessageRig(options);
  rig.announce();
  /** What was handed over, in short. */
  const said = () =>
    rig.events.map((event) => {
      if (event.type === 'deleted') return `deleted ${event.subject}`;
      return event.type === 'turn' || event.type === 'changed' ? `${event.type}: ${event.turn.text}` : event.type;
    });
  return { ...rig, said };
}

describe('an edited question', () => {
  it('is handed over with an id of its own and the subject it had', async () => {
    const rig = createRig();
    await rig.take('MESSAGE_CREATE', question);
    await rig.take('MESSAGE_UPDATE', edited(60));
    expect(rig.said()).toEqual(['turn: what is this?', 'changed: and now?']);
    expect(rig.events[1]).toMatchObject({
      turn: {
        id: `discord:${messageId}~${at(60)}`,
        subject: `discord:${messageId}`,
        thread: messageId,
        opensThread: true,
      },
    });
    await rig.end();
  });

  it.each<[string, Payload]>([
    ['a preview that came', { ...question, embeds: [{ type: 'link' }] }],
    ['a pin', { ...question, pinned: true }],
    ['a preview after an edit that changed nothing', edited(60, { content: question['content'] })],
    ['an edit that takes the mention away', edited(60, { content: 'never mind', mentions: [] })],
  ])('is not: %s', async (_, update) => {
    const rig = createRig();
    await rig.take('MESSAGE_CREATE', question);
    await rig.take('MESSAGE_UPDATE', update);
    expect(rig.said()).toEqual(['turn: what is this?']);
    await rig.end();
  });

  it('is handed over once for each edit, and again when its pictures change', async () => {
    const rig = createRig();
    await rig.take('MESSAGE_CREATE', question);
    await rig.take('MESSAGE_UPDATE', edited(60));
    await rig.take('MESSAGE_UPDATE', edited(60, { embeds: [{ type: 'link' }] }));
    await rig.take('MESSAGE_UPDATE', edited(70, { pinned: true }));
    await rig.take('MESSAGE_UPDATE', edited(80, { attachments: [] }));
    expect(rig.said()).toEqual(['turn: what is this?', 'changed: and now?', 'changed: and now?']);
    await rig.end();
  });

  it('is a message that only now calls the bot', async () => {
    const rig = createRig();
    await rig.take('MESSAGE_CREATE', readFixture('message-talk', { id: messageId }));
    await rig.take('MESSAGE_UPDATE', edited(10));
    expect(rig.said()).toEqual(['changed: and now?']);
    await rig.end();
  });

  it('counts long after it was posted, but not when a pin shows an old edit', async () => {
    const rig = createRig();
    await rig.clock.advance(3 * 3_600_000);
    await rig.take('MESSAGE_UPDATE', edited(60));
    expect(rig.said()).toEqual([]);
    await rig.take('MESSAGE_UPDATE', edited(3 * 3_600));
    expect(rig.said()).toEqual(['changed: and now?']);
    await rig.end();
  });

  it('is asked for where Discord sends only a part of it', async () => {
    const { guild_id: _guild, member: _member, ...fetched } = edited(60);
    const rig = createRig({
      replies: {
        [`/channels/${ids.text}/messages/${messageId}`]: fetched,
        [`/guilds/${ids.guild}/members/${ids.ada}`]: { nick: 'Countess', roles: [] },
      },
    });
    const part = { id: messageId, channel_id: ids.text, guild_id: ids.guild, edited_timestamp: at(60) };
    await rig.take('MESSAGE_UPDATE', part);
    expect(rig.said()).toEqual(['changed: and now?']);
    expect(rig.events[0]).toMatchObject({ turn: { person: { name: 'Countess', managesChannel: false } } });
    await rig.take('MESSAGE_UPDATE', { ...part, id: '404' });
    expect(rig.events).toHaveLength(1);
    await rig.end();
  });

  it('of somebody refused is not handed over', async () => {
    const rig = createRig({ denied: { people: [ids.ada] } });
    await rig.take('MESSAGE_UPDATE', edited(60));
    expect(rig.said()).toEqual([]);
    await rig.end();
  });
});

describe('a deleted question', () => {
  it('is handed over by its subject, also when many are deleted at once', async () => {
    const rig = createRig();
    await rig.take('MESSAGE_DELETE', { id: messageId, channel_id: ids.text, guild_id: ids.guild });
    await rig.take('MESSAGE_DELETE_BULK', { ids: ['11', '12'], channel_id: ids.text, guild_id: ids.guild });
    expect(rig.said()).toEqual([`deleted discord:${messageId}`, 'deleted discord:11', 'deleted discord:12']);
    await rig.end();
  });

  it('is not a message of the bot', async () => {
    const rig = createRig();
    await rig.take('MESSAGE_CREATE', readFixture('message-own-message'));
    await rig.take('MESSAGE_DELETE', { id: '1456100000000000116', channel_id: ids.text });
    expect(rig.said()).toEqual([]);
    await rig.end();
  });

  it('comes after the question, however long that takes', async () => {
    const rig = createRig();
    rig.dispatch('MESSAGE_CREATE', readFixture('message-link-without-preview'));
    rig.dispatch('MESSAGE_DELETE', { id: '1456100000000000113', channel_id: ids.text });
    await rig.idle();
    expect(rig.events.map(({ type }) => type)).toEqual(['turn', 'deleted']);
    await rig.end();
  });
});

describe('the inbox of messages', () => {
  it('keeps the order of a channel and lets channels pass each other', async () => {
    const rig = createRig();
    rig.dispatch('MESSAGE_CREATE', readFixture('message-link-without-preview'));
    rig.dispatch('MESSAGE_CREATE', question);
    rig.dispatch('MESSAGE_CREATE', readFixture('message-mention-in-announcement'));
    await rig.idle();
    expect(rig.turns().map(({ message }) => message.slice(-3))).toEqual(['102', '113', '101']);
    await rig.end();
  });

  it('asks Discord for the channel after a session that went on, and again until Discord answers', async () => {
    const down = new Failure('platform-unreachable', 'No answer.', { retryable: true });
    const rig = createMessageRig({ replies: { [`/channels/${ids.text}`]: down } });
    rig.dispatch('MESSAGE_CREATE', question);
    await rig.clock.advance(600);
    expect(rig.turns()).toEqual([]);
    rig.paper.replies[`/channels/${ids.text}`] = { id: ids.text, type: 0, guild_id: ids.guild };
    rig.paper.replies[`/guilds/${ids.guild}`] = readFixture('guild-create');
    await rig.idle();
    expect(rig.turns()).toHaveLength(1);
    await rig.end();
  });

  it('hands over again until the database takes it', async () => {
    const taken: string[] = [];
    let failures = 2;
    const onEvent = async (event: InboxEvent): Promise<Receipt> => {
      failures -= 1;
      if (failures >= 0) throw new Failure('store-failed', 'The database is locked.', { retryable: true });
      taken.push(event.type);
      return 'accepted';
    };
    const rig = createRig({ onEvent });
    await rig.take('MESSAGE_CREATE', question);
    expect(taken).toEqual(['turn']);
    await rig.end();
  });

  it('leaves messages in threads alone of which Discord does not tell where they belong', async () => {
    const rig = createMessageRig();
    await rig.take('MESSAGE_CREATE', { ...question, channel_type: 11 });
    expect([rig.events, rig.logger.lines.map(({ level }) => level)]).toEqual([[], ['debug']]);
    await rig.end();
  });

  it('hands nothing over after it was told to stop, and leaves nothing running', async () => {
    const rig = createRig();
    await rig.end();
    rig.dispatch('MESSAGE_CREATE', question);
    await rig.inbox.idle();
    expect([rig.events, rig.clock.pending()]).toEqual([[], 0]);
  });
});
