import { PermissionFlagsBits } from 'discord-api-types/v10';
import { describe, expect, it } from 'vitest';
import { toInviteLink, toUserInstallLink } from '../../../../adapters/discord/gateway/invite-link.ts';

const applicationId = '1300000000000000001';

describe('the links that install the bot', () => {
  it('invite it to a server with exactly the rights it uses', () => {
    const { searchParams, origin, pathname } = new URL(toInviteLink(applicationId));
    expect(`${origin}${pathname}`).toBe('https://discord.com/oauth2/authorize');
    expect(Object.fromEntries(searchParams)).toEqual({
      client_id: applicationId,
      integration_type: '0',
      scope: 'bot applications.commands',
      permissions: '309237713920',
    });
    const bits = BigInt(searchParams.get('permissions') ?? '0');
    const names = Object.entries(PermissionFlagsBits).filter(([, bit]) => (bits & bit) !== 0n);
    expect(names.map(([name]) => name).toSorted()).toEqual([
      'CreatePublicThreads',
      'ReadMessageHistory',
      'SendMessages',
      'SendMessagesInThreads',
      'ViewChannel',
    ]);
  });

  it('add its commands to an account without any rights', () => {
    const { searchParams } = new URL(toUserInstallLink(applicationId));
    expect(Object.fromEntries(searchParams)).toEqual({
      client_id: applicationId,
      integration_type: '1',
      scope: 'applications.commands',
    });
  });
});
