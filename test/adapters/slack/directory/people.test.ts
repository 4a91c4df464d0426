import { expect, it } from 'vitest';
import { createDirectoryRig, live } from './directory-rig.ts';

it.each([
  ['owner', true, true],
  ['admin', true, false],
  ['member', false, false],
  ['guest', false, false],
] as const)('knows an %s of the workspace', async (role, isAdmin, isOwner) => {
  const { people, person, team } = createDirectoryRig();
  person.role = role;
  expect(await people.find(team.id, person.id, live)).toEqual({
    id: person.id,
    name: 'ada',
    isAdmin,
    isOwner,
    isBot: false,
    teamId: team.id,
  });
});

it('takes an owner of another workspace for nobody in particular', async () => {
  const { people, slack, team } = createDirectoryRig();
  const other = slack.places.createTeam({ name: 'Other' });
  const eve = slack.places.createPerson(other, { name: 'eve' });
  eve.role = 'owner';
  expect(await people.find(team.id, eve.id, live)).toMatchObject({ isAdmin: false, isOwner: false, teamId: other.id });
});

it('knows a bot as one', async () => {
  const { people, bot, team } = createDirectoryRig();
  expect(await people.find(team.id, bot.id, live)).toMatchObject({ isBot: true });
});

it('keeps equal ids of two workspaces apart', async () => {
  const { people, slack, team, person } = createDirectoryRig();
  const other = slack.places.createTeam({ name: 'Other' });
  const twin = slack.places.createPerson(other, { id: person.id, name: 'eve' });
  slack.installing.install(other, { installer: twin });
  expect((await people.find(team.id, person.id, live))?.name).toBe('ada');
  expect((await people.find(other.id, person.id, live))?.name).toBe('eve');
});

it('does not know whom Slack does not know, without a word, and asks no more', async () => {
  const { people, team, logger, calls } = createDirectoryRig();
  expect(await people.find(team.id, 'U0GONE', live)).toBeNull();
  expect(await people.find(team.id, 'U0GONE', live)).toBeNull();
  expect(calls('users.info')).toBe(1);
  expect(logger.lines).toEqual([]);
});

it('does not know anybody where Slack does not answer within a second, and says so less and less often', async () => {
  const { people, slack, clock, team, logger } = createDirectoryRig();
  slack.faults.always({ method: 'users.info' }, { type: 'silent' });
  for (let count = 0; count < 4; count += 1) {
    const finding = people.find(team.id, `U0${count}`, live);
    await clock.advance(1_000);
    expect(await finding).toBeNull();
  }
  expect(logger.lines.filter(({ level }) => level === 'warn')).toHaveLength(3);
  expect(clock.pending()).toBe(0);
});
