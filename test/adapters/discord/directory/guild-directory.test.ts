import { describe, expect, it } from 'vitest';
import { createGuildDirectory } from '../../../../adapters/discord/directory/guild-directory.ts';
import { Failure } from '../../../../src/lib/errors.ts';
import { createSilentLogger } from '../../../fakes/silent-logger.ts';
import { createPaperRest, ids, readFixture } from '../messages/message-rig.ts';

const { signal } = new AbortController();
const moderators = '1100000000000000301';

function createRig(replies: Record<string, unknown> = {}) {
  const paper = createPaperRest(replies);
  const guilds = createGuildDirectory({ rest: paper.rest, logger: createSilentLogger() });
  return { paper, guilds, learn: (name: string, data: unknown) => guilds.learn({ name, data }) };
}

describe('the directory of servers', () => {
  it('knows the owner and what roles grant of an announced server', async () => {
    const { paper, guilds, learn } = createRig();
    learn('GUILD_CREATE', readFixture('guild-create'));
    const guild = await guilds.find(ids.guild, signal);
    expect(guild?.ownerId).toBe(ids.bob);
    expect([...(guild?.roles ?? [])]).toEqual([
      [ids.guild, { name: '@everyone', permissions: 0n }],
      [moderators, { name: 'Curators', permissions: 8_192n }],
      ['1100000000000000302', { name: 'Sightline', permissions: 309_237_645_312n }],
      ['1100000000000000303', { name: 'Keepers', permissions: 8n }],
    ]);
    expect(paper.calls).toEqual([]);
  });

  it('asks once for a server that it does not know, as after a session that goes on', async () => {
    const { paper, guilds } = createRig({ [`/guilds/${ids.guild}`]: readFixture('guild-create') });
    expect(await guilds.find(ids.guild, signal)).toMatchObject({ ownerId: ids.bob });
    expect(guilds.peek(ids.guild)).toMatchObject({ ownerId: ids.bob });
    await guilds.find(ids.guild, signal);
    expect(paper.routes()).toEqual([`/guilds/${ids.guild}`]);
  });

  it('knows none where the bot is none of the members, and fails where Discord does not answer', async () => {
    const down = new Failure('platform-unreachable', 'Discord did not answer.', { retryable: true });
    const { guilds } = createRig({ '/guilds/6': down });
    expect(await guilds.find('5', signal)).toBeNull();
    await expect(guilds.find('6', signal)).rejects.toBe(down);
  });

  it('follows what changes', () => {
    const { guilds, learn } = createRig();
    learn('GUILD_CREATE', readFixture('guild-create'));
    learn('GUILD_ROLE_UPDATE', { guild_id: ids.guild, role: { id: moderators, name: 'Mods', permissions: '16' } });
    learn('GUILD_ROLE_CREATE', { guild_id: ids.guild, role: { id: '7', name: 'New', permissions: '8' } });
    learn('GUILD_ROLE_DELETE', { guild_id: ids.guild, role_id: '1100000000000000303' });
    const roles = guilds.peek(ids.guild)?.roles;
    expect(roles?.get(moderators)).toEqual({ name: 'Mods', permissions: 16n });
    expect([roles?.get('7')?.name, roles?.get('1100000000000000303')]).toEqual(['New', undefined]);

    learn('GUILD_UPDATE', { id: ids.guild, owner_id: ids.ada, roles: [] });
    expect(guilds.peek(ids.guild)).toMatchObject({ ownerId: ids.ada });
    learn('GUILD_DELETE', { id: ids.guild, unavailable: true });
    expect(guilds.peek(ids.guild)).not.toBeNull();
    learn('GUILD_DELETE', { id: ids.guild });
    expect(guilds.peek(ids.guild)).toBeNull();
  });

  it('finds out who somebody is in a server', async () => {
    const { guilds } = createRig({ '/guilds/1/members/2': { nick: null, roles: ['3'], user: { id: '2' } } });
    expect(await guilds.fetchMember('1', '2', signal)).toEqual({ nick: null, roles: ['3'] });
    expect(await guilds.fetchMember('1', '4', signal)).toBeNull();
  });

  it('keeps no more than twenty-five hundred', () => {
    const { guilds, learn } = createRig();
    for (let id = 1; id <= 2_501; id += 1) learn('GUILD_CREATE', { id: `${id}`, owner_id: '2', roles: [] });
    expect([guilds.peek('1'), guilds.peek('2')?.id, guilds.peek('2501')?.id]).toEqual([null, '2', '2501']);
  });
});
