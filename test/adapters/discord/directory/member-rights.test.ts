import { PermissionFlagsBits as Bits } from 'discord-api-types/v10';
import { describe, expect, it } from 'vitest';
import type { Overwrite } from '../../../../adapters/discord/directory/channel-directory.ts';
import { memberRights } from '../../../../adapters/discord/directory/member-rights.ts';

const role = (permissions: bigint) => ({ name: '', permissions });
const guild = {
  id: 'everyone',
  ownerId: 'owner',
  roles: new Map([
    ['everyone', role(0n)],
    ['moderators', role(Bits.ManageMessages)],
    ['builders', role(Bits.ManageChannels)],
    ['managers', role(Bits.ManageGuild)],
    ['admins', role(Bits.Administrator)],
  ]),
};

const rightsOf = (id: string, roles: readonly string[], overwrites: readonly Overwrite[] = []) => {
  const { managesMessages, managesChannel, managesServer } = memberRights(guild, { id, roles }, overwrites);
  return [managesMessages, managesChannel, managesServer];
};
const overwrite = (id: string, of: Overwrite['of'], allow: bigint, deny: bigint): Overwrite => ({
  id,
  of,
  allow,
  deny,
});

describe('what somebody may do in a channel', () => {
  it.each<[string, string, readonly string[], readonly boolean[]]>([
    ['the owner', 'owner', [], [true, true, true]],
    ['an administrator', 'ada', ['admins'], [true, true, true]],
    ['a moderator', 'ada', ['moderators'], [true, false, false]],
    ['somebody with several roles', 'ada', ['builders', 'managers'], [false, true, true]],
    ['somebody with a role that is not known', 'ada', ['unknown'], [false, false, false]],
    ['anybody else', 'ada', [], [false, false, false]],
  ])('is what the roles of %s grant', (_, id, roles, expected) => {
    expect(rightsOf(id, roles)).toEqual(expected);
  });

  it.each<[string, readonly Overwrite[], boolean]>([
    ['denied to everyone', [overwrite('everyone', 'role', 0n, Bits.ManageMessages)], false],
    [
      'given back to a role',
      [
        overwrite('moderators', 'role', Bits.ManageMessages, 0n),
        overwrite('everyone', 'role', 0n, Bits.ManageMessages),
      ],
      true,
    ],
    [
      'denied to one role and allowed to another',
      [
        overwrite('moderators', 'role', 0n, Bits.ManageMessages),
        overwrite('builders', 'role', Bits.ManageMessages, 0n),
      ],
      true,
    ],
    [
      'denied to the member whatever the roles say',
      [overwrite('ada', 'member', 0n, Bits.ManageMessages), overwrite('moderators', 'role', Bits.ManageMessages, 0n)],
      false,
    ],
    ['denied to others', [overwrite('bob', 'member', 0n, Bits.ManageMessages)], true],
  ])('is changed by the channel: %s', (_, overwrites, expected) => {
    expect(rightsOf('ada', ['moderators', 'builders'], overwrites)[0]).toBe(expected);
  });

  it('leaves owners and administrators what they may, and nobody manages a server by a channel', () => {
    const everything = Bits.ManageMessages | Bits.ManageChannels | Bits.ManageGuild;
    const denied = [overwrite('everyone', 'role', 0n, everything)];
    const allowed = [overwrite('everyone', 'role', everything, 0n)];
    expect([rightsOf('owner', [], denied), rightsOf('ada', ['admins'], denied)]).toEqual([
      [true, true, true],
      [true, true, true],
    ]);
    expect(rightsOf('ada', [], allowed)).toEqual([true, true, false]);
  });
});
