import { expect, it } from 'vitest';
import { createDirectoryRig, live } from './directory-rig.ts';

it('knows a channel of the workspace, and who made it', async () => {
  const { channels, channel, team, person, calls } = createDirectoryRig();
  channel.creatorId = person.id;
  const known = {
    id: channel.id,
    owner: team.id,
    isDirect: false,
    isShared: false,
    creator: person.id,
    name: 'pictures',
  };
  expect(await channels.find(team.id, channel.id, live)).toEqual(known);
  expect(await channels.find(team.id, channel.id, live)).toEqual(known);
  expect(calls('conversations.info')).toBe(1);
});

it('names the same owner of a shared channel to everybody who shares it', async () => {
  const { channels, slack, channel, team } = createDirectoryRig();
  const other = slack.places.createTeam({ id: 'T000000000', name: 'Other' });
  const theirs = slack.installing.install(other);
  slack.places.connect(channel, other);
  channel.memberIds.add(theirs.bot.id);
  const [ours, their] = [
    await channels.find(team.id, channel.id, live),
    await channels.find(other.id, channel.id, live),
  ];
  expect([ours?.owner, ours?.isShared]).toEqual([team.id, true]);
  expect([their?.owner, their?.isShared]).toEqual([team.id, true]);
});

it('knows direct messages as such', async () => {
  const { channels, slack, person, installation, team } = createDirectoryRig();
  const direct = slack.places.direct(person, installation);
  expect(await channels.find(team.id, direct.id, live)).toMatchObject({ isDirect: true, name: null, creator: null });
});

it('does not ask again for a channel that is out of its reach', async () => {
  const { channels, installation, slack, bot, team, calls, logger } = createDirectoryRig();
  installation.scopes.delete('mpim:read');
  const group = slack.places.createChannel(team, { kind: 'mpim', members: [bot] });
  for (const id of [group.id, group.id, 'C0GONE', 'C0GONE']) expect(await channels.find(team.id, id, live)).toBeNull();
  expect(calls('conversations.info')).toBe(2);
  expect(logger.lines).toEqual([]);
});

it('believes what it is told', async () => {
  const { channels, team, calls } = createDirectoryRig();
  const told = { id: 'D1', owner: team.id, isDirect: true, isShared: false, creator: null, name: null };
  channels.learn(team.id, told);
  expect(await channels.find(team.id, 'D1', live)).toEqual(told);
  expect(calls('conversations.info')).toBe(0);
});
