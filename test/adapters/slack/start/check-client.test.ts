import { expect, it } from 'vitest';
import { checkClient } from '../../../../adapters/slack/start/check-client.ts';
import { createOauthAccess } from '../../../../adapters/slack/workspaces/oauth-access.ts';
import { createSlackRig } from '../../../fakes/slack/slack-rig.ts';
import { failureOf, live } from '../api/api-rig.ts';

function start(client: { readonly id?: string; readonly secret?: string } = {}) {
  const { slack, clock } = createSlackRig();
  const access = createOauthAccess({
    clientId: client.id ?? slack.app.clientId,
    clientSecret: client.secret ?? slack.app.clientSecret,
    apiUrl: slack.world.origins.api,
    clock,
    fetch: (url, init) => slack.fetch(url, init),
  });
  return { slack, access, clock };
}

it('finds nothing wrong with the client that Slack knows', async () => {
  const { access, clock } = start();

  expect(await checkClient(access, live)).toBeNull();
  expect(clock.pending()).toBe(0);
});

it.each([
  [{ id: '1.2' }, /^Slack knows no app of SLACK_CLIENT_ID: copy the “Client ID”/],
  [{ secret: 'another-secret' }, /^SLACK_CLIENT_SECRET is not that of SLACK_CLIENT_ID: copy the “Client Secret”/],
])('says what to copy when Slack does not know %o', async (client, sentence) => {
  const problem = await checkClient(start(client).access, live);

  expect(problem).toMatch(sentence);
  expect(problem).not.toContain('another-secret');
});

it('fails so that it can be asked again when Slack does not answer', async () => {
  const { slack, access } = start();
  slack.faults.next({ method: 'oauth.v2.access' }, { type: 'refused' });

  expect(await failureOf(checkClient(access, live))).toMatchObject({ retryable: true });
});

it('gives up after five seconds without an answer', async () => {
  const { slack, access, clock } = start();
  slack.faults.next({ method: 'oauth.v2.access' }, { type: 'silent' });
  const failing = failureOf(checkClient(access, live));
  await clock.advance(5_000);

  expect(await failing).toMatchObject({ code: 'platform-unreachable', retryable: true });
  expect(clock.pending()).toBe(0);
});
