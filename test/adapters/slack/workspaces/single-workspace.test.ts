import { expect, it } from 'vitest';
import type { SlackIdentity } from '../../../../adapters/slack/start/check-start.ts';
import { createSingleWorkspace } from '../../../../adapters/slack/workspaces/single-workspace.ts';
import { live, reasonOf } from '../api/api-rig.ts';
import { createWorkspacesRig } from './workspaces-rig.ts';

const workspace: SlackIdentity = {
  teamId: 'T1',
  teamName: 'Painters',
  enterpriseId: null,
  userId: 'U1',
  botId: 'B1',
  botName: 'sightline',
  isOrganisation: false,
};
const organisation: SlackIdentity = { ...workspace, teamId: 'E1', enterpriseId: 'E1', isOrganisation: true };

function start(identity: SlackIdentity | null) {
  const { restart } = createWorkspacesRig();
  const build = () =>
    createSingleWorkspace({ token: 'xoxb-1', identity: () => identity, organisations: restart().organisations });
  return { workspaces: build(), build };
}

it('speaks for the workspace of its token alone', async () => {
  const { workspaces } = start(workspace);

  expect(await workspaces.find('T1', null, live)).toEqual({
    teamId: 'T1',
    enterpriseId: null,
    botUserId: 'U1',
    botId: 'B1',
    token: 'xoxb-1',
  });
  expect(await workspaces.find('T2', null, live)).toBeNull();
  expect(await workspaces.find('T2', 'E1', live)).toBeNull();
});

it('speaks for all workspaces of an organisation once they were named with it, also after a restart', async () => {
  const { workspaces, build } = start(organisation);

  expect(await workspaces.find('T1', null, live)).toBeNull();
  expect(await workspaces.find('T1', 'E1', live)).toMatchObject({ teamId: 'T1', enterpriseId: 'E1', token: 'xoxb-1' });
  expect(await build().find('T1', null, live)).toMatchObject({ teamId: 'T1', botUserId: 'U1' });
  expect(await workspaces.find('T1', 'E2', live)).toBeNull();
});

it('can be tried again as long as nobody knows whose token it is', async () => {
  const { workspaces } = start(null);

  expect(await reasonOf(workspaces.find('T1', null, live))).toMatchObject({
    code: 'platform-unreachable',
    retryable: true,
  });
});
