import { PermissionFlagsBits as Bits } from 'discord-api-types/v10';
import { describe, expect, it } from 'vitest';
import { createChannelDirectory } from '../../../../adapters/discord/directory/channel-directory.ts';
import { createGuildDirectory } from '../../../../adapters/discord/directory/guild-directory.ts';
import { createOwnStanding } from '../../../../adapters/discord/directory/own-standing.ts';
import { createSilentLogger } from '../../../fakes/silent-logger.ts';
import { createPaperRest } from '../messages/message-rig.ts';

const bot = '1100000000000000001';
const server = '1100000000000000002';
const channel = '1100000000000000003';
const writers = '1100000000000000004';

function createRig() {
  const parts = { rest: createPaperRest({}).rest, logger: createSilentLogger() };
  const directory = createChannelDirectory(parts);
  const guilds = createGuildDirectory(parts);
  const standing = createOwnStanding({ me: () => ({ userId: bot }), directory, guilds });
  const learn = (name: string, data: unknown) => {
    directory.learn({ name, data });
    guilds.learn({ name, data });
    standing.onDispatch({ name, data, shardId: 0 });
  };
  return { learn, mayWrite: () => standing.mayWriteInThreads(server, channel) };
}

function announce(change: { everyone?: bigint; deny?: bigint; roles?: readonly string[]; members?: unknown } = {}) {
  const overwrites = [{ id: server, type: 0, allow: '0', deny: String(change.deny ?? 0n) }];
  return {
    id: server,
    owner_id: '1100000000000000009',
    roles: [
      { id: server, name: '@everyone', permissions: String(Bits.CreatePublicThreads | (change.everyone ?? 0n)) },
      { id: writers, name: 'writers', permissions: String(Bits.SendMessagesInThreads) },
    ],
    channels: [{ id: channel, type: 0, name: 'pictures', permission_overwrites: overwrites }],
    threads: [],
    members: change.members ?? [{ user: { id: bot }, roles: change.roles ?? [] }],
  };
}

describe('whether the bot may write in threads', () => {
  it('follows from the roles that it has', () => {
    const { learn, mayWrite } = createRig();
    learn('GUILD_CREATE', announce());
    expect(mayWrite()).toBe(false);
    learn('GUILD_MEMBER_UPDATE', { guild_id: server, user: { id: bot }, roles: [writers] });
    expect(mayWrite()).toBe(true);
  });

  it('follows from what the channel takes away', () => {
    const { learn, mayWrite } = createRig();
    learn('GUILD_CREATE', announce({ everyone: Bits.SendMessagesInThreads }));
    expect(mayWrite()).toBe(true);
    learn('GUILD_CREATE', announce({ everyone: Bits.SendMessagesInThreads, deny: Bits.SendMessagesInThreads }));
    expect(mayWrite()).toBe(false);
  });

  it('is taken for granted where nothing is known of it', () => {
    const { learn, mayWrite } = createRig();
    expect(mayWrite()).toBe(true);
    learn('GUILD_CREATE', announce({ members: [{ user: { id: '1100000000000000008' }, roles: [] }] }));
    learn('GUILD_MEMBER_UPDATE', { guild_id: server, user: { id: '1100000000000000008' }, roles: [] });
    learn('GUILD_CREATE', announce({ members: 'nobody' }));
    expect(mayWrite()).toBe(true);
  });

  it('is no question where it may not open any: Discord refuses that by itself', () => {
    const { learn, mayWrite } = createRig();
    learn('GUILD_CREATE', announce({ deny: Bits.CreatePublicThreads | Bits.SendMessagesInThreads }));
    expect(mayWrite()).toBe(true);
  });
});
