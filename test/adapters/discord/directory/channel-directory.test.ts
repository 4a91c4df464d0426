import { describe, expect, it } from 'vitest';
import { createChannelDirectory } from '../../../../adapters/discord/directory/channel-directory.ts';
import { Failure } from '../../../../src/lib/errors.ts';
import { createSilentLogger } from '../../../fakes/silent-logger.ts';
import { createPaperRest, ids, readFixture } from '../messages/message-rig.ts';

const { signal } = new AbortController();

function createRig(replies: Record<string, unknown> = {}) {
  const paper = createPaperRest(replies);
  const directory = createChannelDirectory({ rest: paper.rest, logger: createSilentLogger() });
  const learn = (name: string, data: unknown) => directory.learn({ name, data });
  return { paper, directory, learn, announce: () => learn('GUILD_CREATE', readFixture('guild-create')) };
}

describe('the directory of channels', () => {
  it('knows channels and threads of an announced server, with the overwrites that are asked about', async () => {
    const { paper, directory, announce } = createRig();
    announce();
    expect(await directory.find(ids.text, signal)).toEqual({
      id: ids.text,
      type: 0,
      name: 'pictures',
      parentId: '1100000000000000200',
      guildId: ids.guild,
      lastMessageId: '1456100000000000123',
      overwrites: [
        { id: ids.guild, of: 'role', allow: 0n, deny: 8_192n },
        { id: '1100000000000000301', of: 'role', allow: 16n, deny: 0n },
        { id: '805000000000000033', of: 'member', allow: 8_208n, deny: 0n },
      ],
    });
    expect(await directory.find(ids.thread, signal)).toMatchObject({ parentId: ids.text, guildId: ids.guild });
    expect(paper.calls).toEqual([]);
  });

  it('asks once for a channel that it does not know', async () => {
    const { paper, directory } = createRig({ '/channels/5': { id: '5', type: 0, guild_id: '1', parent_id: null } });
    expect(await directory.find('5', signal)).toMatchObject({ id: '5', guildId: '1' });
    expect(await directory.find('5', signal)).toMatchObject({ id: '5', guildId: '1' });
    expect(paper.routes()).toEqual(['/channels/5']);
  });

  it('knows none where Discord says that there is none, and fails where Discord does not answer', async () => {
    const down = new Failure('platform-unreachable', 'Discord did not answer.', { retryable: true });
    const { directory } = createRig({ '/channels/6': down, '/channels/7': { type: 'odd' } });
    expect(await directory.find('5', signal)).toBeNull();
    expect(await directory.find('7', signal)).toBeNull();
    await expect(directory.find('6', signal)).rejects.toBe(down);
  });

  it('follows what changes', () => {
    const { directory, learn, announce } = createRig();
    announce();
    const before = [...directory.all()].length;
    learn('CHANNEL_UPDATE', { id: ids.text, guild_id: ids.guild, type: 5, name: 'news', last_message_id: '9' });
    learn('THREAD_CREATE', { id: '77', guild_id: ids.guild, type: 11, parent_id: ids.text });
    learn('THREAD_LIST_SYNC', { guild_id: ids.guild, threads: [{ id: '78', type: 11, parent_id: ids.text }] });
    learn('CHANNEL_DELETE', { id: ids.voice, guild_id: ids.guild, type: 2 });
    learn('THREAD_DELETE', { id: ids.thread, guild_id: ids.guild, type: 11 });
    expect([...directory.all()]).toHaveLength(before);
    expect(directory.peek(ids.text)).toMatchObject({ type: 5, name: 'news' });
    expect(directory.peek('78')).toMatchObject({ guildId: ids.guild, parentId: ids.text });
    expect([directory.peek(ids.voice), directory.peek(ids.thread)]).toEqual([null, null]);
  });

  it('learns from messages what the last one is, and which channels are direct', () => {
    const { directory, learn, announce } = createRig();
    announce();
    learn('MESSAGE_CREATE', { id: '1456200000000000000', channel_id: ids.text });
    learn('MESSAGE_CREATE', { id: '1456000000000000001', channel_id: ids.text });
    learn('MESSAGE_CREATE', { id: '8', channel_id: ids.direct, channel_type: 1 });
    learn('MESSAGE_CREATE', { id: '8', channel_id: '99', channel_type: 0 });
    expect(directory.peek(ids.text)?.lastMessageId).toBe('1456200000000000000');
    expect(directory.peek(ids.direct)).toMatchObject({ type: 1, guildId: null });
    expect(directory.peek('99')).toBeNull();
  });

  it('forgets a server that the bot has left, not one that is out of order', () => {
    const { directory, learn, announce } = createRig();
    announce();
    learn('GUILD_DELETE', { id: ids.guild, unavailable: true });
    expect(directory.peek(ids.text)).not.toBeNull();
    learn('GUILD_DELETE', { id: ids.guild });
    expect([...directory.all()]).toEqual([]);
  });

  it('keeps no more than fifty thousand, those in use among them', async () => {
    const { directory, learn } = createRig();
    const channels = Array.from({ length: 50_000 }, (_, index) => ({ id: `${index + 1}`, type: 0 }));
    learn('GUILD_CREATE', { id: '1', owner_id: '2', channels });
    await directory.find('1', signal);
    learn('CHANNEL_CREATE', { id: '50001', guild_id: '1', type: 0 });
    expect([...directory.all()]).toHaveLength(50_000);
    expect([directory.peek('1')?.id, directory.peek('2')]).toEqual(['1', null]);
  });
});
