import { describe, expect, it } from 'vitest';
import { createMethodWindows } from '../../../../adapters/slack/api/method-windows.ts';
import { createWebApi } from '../../../../adapters/slack/api/web-api.ts';
import { checkStart } from '../../../../adapters/slack/start/check-start.ts';
import { neededScopes } from '../../../../adapters/slack/start/needed-scopes.ts';
import { createSlackRig } from '../../../fakes/slack/slack-rig.ts';
import { failureOf, live } from '../api/api-rig.ts';

/** The check against a fake Slack, with tokens that can be others. */
function createStartRig(tokens: { readonly bot?: string; readonly app?: string } = {}) {
  const rig = createSlackRig();
  const apiWith = (token: string) =>
    createWebApi({
      tokenFor: async () => token,
      apiUrl: rig.slack.world.origins.api,
      clock: rig.clock,
      windows: createMethodWindows(rig.clock),
      fetch: rig.slack.fetch,
    });
  const parts = {
    api: apiWith(tokens.bot ?? rig.installation.token),
    appApi: apiWith(tokens.app ?? rig.slack.app.appToken),
  };
  return { ...rig, parts, check: () => checkStart(parts, live) };
}

describe('the start', () => {
  it('says where the bot is and finds nothing wrong', async () => {
    const { check, team, bot } = createStartRig();

    expect(await check()).toEqual({
      identity: {
        teamId: team.id,
        teamName: 'Painters',
        enterpriseId: null,
        userId: bot.id,
        botId: expect.stringMatching(/^B/),
        botName: 'sightline',
        isOrganisation: false,
      },
      problems: [],
      hints: [],
    });
  });

  it.each([...neededScopes])(
    'names the scope %s when it is missing, and what it is for',
    async (scope, consequence) => {
      const { check, installation } = createStartRig();
      installation.scopes.delete(scope);

      const { identity, problems } = await check();

      expect(identity).not.toBeNull();
      expect(problems).toEqual([
        `The scope ${scope} is missing in Painters, so ${consequence}: add it under “OAuth & Permissions” at https://api.slack.com/apps and install the app again.`,
      ]);
    },
  );

  it.each([
    ['invalid_auth', /^Slack refuses SLACK_BOT_TOKEN \(invalid_auth\): copy/],
    [
      'token_revoked',
      /^The app is no longer installed where SLACK_BOT_TOKEN is from \(token_revoked\): install it again/,
    ],
    ['not_allowed_token_type', /^SLACK_BOT_TOKEN is a token of another kind/],
    ['org_login_required', /^Slack does not let the bot in \(org_login_required\)/],
  ])('says what to do when Slack answers %s for the bot’s token', async (error, sentence) => {
    const { check, slack } = createStartRig();
    slack.faults.next({ method: 'auth.test' }, { type: 'error', error });

    expect(await check()).toEqual({ identity: null, problems: [expect.stringMatching(sentence)], hints: [] });
  });

  it.each([
    ['missing_scope', /lacks the scope connections:write/],
    ['invalid_auth', /^Slack refuses SLACK_APP_TOKEN/],
    ['not_allowed_token_type', /^SLACK_APP_TOKEN is a token of another kind/],
    ['socket_mode_is_off', /^Slack opens no connection \(socket_mode_is_off\): switch on “Enable Socket Mode”/],
  ])('says what to do when Slack answers %s for the app’s token', async (error, sentence) => {
    const { check, slack } = createStartRig();
    slack.faults.next({ method: 'apps.connections.open' }, { type: 'error', error });

    const { identity, problems } = await check();

    expect(identity).not.toBeNull();
    expect(problems).toEqual([expect.stringMatching(sentence)]);
  });

  it('tells tokens that were mixed up', async () => {
    const { installation, slack } = createSlackRig();
    const { check } = createStartRig({ bot: slack.app.appToken, app: installation.token });

    const { identity, problems } = await check();

    expect(identity).toBeNull();
    expect(problems).toEqual([
      expect.stringMatching(/^SLACK_BOT_TOKEN is a token of another kind/),
      expect.stringMatching(/^SLACK_APP_TOKEN is a token of another kind/),
    ]);
  });

  it('asks nothing of Socket Mode where it is not used', async () => {
    const { parts, slack } = createStartRig();

    expect((await checkStart({ ...parts, appApi: null }, live)).problems).toEqual([]);
    expect(slack.requests({ method: 'apps.connections.open' })).toEqual([]);
  });

  it('knows a person’s token from the bot’s', async () => {
    const api = async () => ({ ok: true, team_id: 'T1', user_id: 'U1' });

    expect(await checkStart({ api, appApi: null }, live)).toEqual({
      identity: null,
      problems: [expect.stringMatching(/^SLACK_BOT_TOKEN belongs to a person/)],
      hints: [],
    });
  });

  it('fails so that it can be asked again when Slack does not answer', async () => {
    const { check, slack } = createStartRig();
    slack.faults.next({ method: 'auth.test' }, { type: 'refused' });

    expect(await failureOf(check())).toMatchObject({ code: 'platform-unreachable', retryable: true });
  });

  it('says how to get the bot into a channel when it is in none, which is no problem', async () => {
    const { check, slack, channel, bot, call } = createStartRig();
    slack.places.leave(channel, bot);
    await call('conversations.open', { users: slack.world.installations[0]?.installerId ?? '' });

    expect(await check()).toMatchObject({
      problems: [],
      hints: ['Sightline is in no channel of Painters yet: write /invite @sightline in one.'],
    });
    slack.places.createChannel(slack.places.createTeam(), { members: [bot] });
    expect((await check()).hints).toHaveLength(1);
  });

  it.each([
    ['does not say', { type: 'error', error: 'missing_scope' } as const],
    ['does not answer', { type: 'refused' } as const],
  ])('does without that hint when Slack %s where the bot is', async (_what, fault) => {
    const { check, slack, channel, bot } = createStartRig();
    slack.places.leave(channel, bot);
    slack.faults.next({ method: 'users.conversations' }, fault);

    expect(await check()).toMatchObject({ problems: [], hints: [] });
  });

  it('knows an organisation’s token, and does not ask it for channels', async () => {
    const rig = createSlackRig();
    const team = rig.slack.places.createTeam({ name: 'Sculptors', enterpriseId: 'E0ORG' });
    const { token } = rig.slack.installing.install(team, { organisation: true });
    const { parts, slack } = createStartRig({ bot: token });
    slack.world.teams.set(team.id, team);
    slack.world.installations.push(...rig.slack.world.installations);

    expect((await checkStart(parts, live)).identity).toMatchObject({
      teamId: 'E0ORG',
      enterpriseId: 'E0ORG',
      isOrganisation: true,
    });
    expect(slack.requests({ method: 'users.conversations' })).toEqual([]);
  });
});
