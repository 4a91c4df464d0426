import { expect, it } from 'vitest';
import type { AskerPlace } from '../../../../adapters/slack/directory/asker.ts';
import { createDirectoryRig, live } from './directory-rig.ts';

type Rig = ReturnType<typeof createDirectoryRig>;

const placeOf = (rig: Rig, more: Partial<AskerPlace> = {}): AskerPlace => ({
  via: rig.team.id,
  channel: rig.channel.id,
  isDirect: false,
  isShared: false,
  user: rig.person.id,
  userTeam: null,
  ...more,
});

const all = { moderator: true, managesChannel: true, managesServer: true } as const;
const ofChannel = { moderator: true, managesChannel: true, managesServer: false } as const;
const none = { moderator: false, managesChannel: false, managesServer: false } as const;

it('says who asks, whose the channel is and where they are from', async () => {
  const rig = createDirectoryRig();
  expect(await rig.findAsker(placeOf(rig), live)).toEqual({
    person: { id: rig.person.id, name: 'ada', ...none },
    tenant: rig.team.id,
    userTeam: rig.team.id,
  });
});

it('believes the payload about where somebody is from', async () => {
  const rig = createDirectoryRig();
  expect((await rig.findAsker(placeOf(rig, { userTeam: 'T0X' }), live)).userTeam).toBe('T0X');
});

it.each([
  ['an admin', 'admin', false, all],
  ['an owner', 'owner', false, all],
  ['a member', 'member', false, none],
  ['a guest', 'guest', false, none],
  ['whoever made the channel', 'member', true, ofChannel],
] as const)('gives %s their rights', async (_, role, isCreator, rights) => {
  const rig = createDirectoryRig();
  rig.person.role = role;
  if (isCreator) rig.channel.creatorId = rig.person.id;
  expect((await rig.findAsker(placeOf(rig), live)).person).toMatchObject(rights);
});

it('puts everybody in charge of their direct messages, admins of the workspace, too', async () => {
  const rig = createDirectoryRig();
  const direct = rig.slack.places.direct(rig.person, rig.installation);
  const place = placeOf(rig, { channel: direct.id, isDirect: true });
  expect((await rig.findAsker(place, live)).person).toMatchObject(ofChannel);
  expect(rig.calls('conversations.info')).toBe(0);
});

it('gives an admin no rights over the workspace that owns a shared channel', async () => {
  const rig = createDirectoryRig();
  const other = rig.slack.places.createTeam({ name: 'Other' });
  const eve = rig.slack.places.createPerson(other, { name: 'eve' });
  eve.role = 'admin';
  const theirs = rig.slack.installing.install(other, { installer: eve });
  rig.slack.places.connect(rig.channel, other);
  rig.channel.memberIds.add(theirs.bot.id);
  const asker = await rig.findAsker(placeOf(rig, { via: other.id, user: eve.id, isShared: true }), live);
  expect(asker).toMatchObject({ tenant: rig.team.id, userTeam: other.id, person: { name: 'eve', ...none } });
});

it('takes no longer than the limit, and then knows nothing', async () => {
  const rig = createDirectoryRig();
  rig.slack.faults.always({}, { type: 'silent' });
  const finding = rig.findAsker(placeOf(rig, { isShared: true, userTeam: 'T0X' }), live);
  await rig.clock.advance(1_200);
  expect(await finding).toEqual({
    person: { id: rig.person.id, name: 'somebody', ...none },
    tenant: rig.team.id,
    userTeam: 'T0X',
  });
  expect(rig.clock.pending()).toBe(0);
});

it('rejects when whoever asks gives up', async () => {
  const rig = createDirectoryRig();
  rig.slack.faults.always({}, { type: 'silent' });
  const stopping = new AbortController();
  const finding = rig.findAsker(placeOf(rig), stopping.signal);
  await rig.clock.advance(100);
  stopping.abort(new Error('stop'));
  await expect(finding).rejects.toThrow('stop');
  await rig.clock.advance(0);
  expect(rig.clock.pending()).toBe(0);
});
