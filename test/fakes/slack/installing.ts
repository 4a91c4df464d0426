import type { JsonObject } from '../discord/json.ts';
import type { ApiMethod, OpenCall } from './api-method.ts';
import type { InstallationRecord, TeamRecord, UserRecord } from './records.ts';
import { type Settings, usualScopes } from './settings.ts';
import { SlackError } from './slack-error.ts';
import { coversTeam, keyIn, teamOf, type World } from './world.ts';

/** Who installs the app, where. */
export type InstallOptions = {
  readonly scopes?: readonly string[];
  readonly installer?: UserRecord;
  /** The token that it gets; a fresh one unless told otherwise. */
  readonly token?: string;
  /** For the whole organisation of the workspace. */
  readonly organisation?: boolean;
};

/** Puts the app into workspaces, by hand or by OAuth. */
export type Installing = {
  install(team: TeamRecord, options?: InstallOptions): InstallationRecord;
  /** Somebody opens the page that asks whether the app may be installed, and agrees: where Slack sends them. */
  approve(
    pageUrl: string,
    team: TeamRecord,
    who: { readonly installer: UserRecord; readonly organisation?: boolean; readonly withoutState?: boolean },
  ): string;
  /** Somebody says no there. */
  decline(pageUrl: string): string;
  /** Whose browser opens the page: what it shows is for them. Nobody's unless told otherwise. */
  signIn(team: TeamRecord, installer: UserRecord): void;
  /** The page as HTML, with one link to allow and one to cancel; null for an address that is another's. */
  page(pageUrl: string): string | null;
  readonly methods: readonly ApiMethod[];
};

const codeLifeMs = 600_000;
const tokenLifeMs = 43_200_000;
/** “After a short grace period” (https://docs.slack.dev/authentication/using-token-rotation); how short is not said. */
const graceMs = 60_000;

/** Installing in the given world. */
export function createInstalling(world: World, settings: Settings): Installing {
  const codes = new Map<
    string,
    {
      readonly team: TeamRecord;
      readonly options: InstallOptions;
      readonly atMs: number;
      readonly redirect: string;
      used: boolean;
    }
  >();

  let visitor: { readonly team: TeamRecord; readonly installer: UserRecord } | null = null;

  const install = (team: TeamRecord, options: InstallOptions = {}): InstallationRecord => {
    const known = world.installations.find(({ teamId, enterpriseId, state }) => {
      const isSame =
        options.organisation === true ? teamId === null && enterpriseId === team.enterpriseId : teamId === team.id;
      return isSame && state !== 'uninstalled';
    });
    const botId = known?.botId ?? world.nextId('B');
    const bot: UserRecord = known?.bot ?? {
      id: world.nextId('U'),
      teamId: team.id,
      name: world.app.name,
      realName: world.app.name,
      locale: 'en-US',
      botId,
      appId: world.app.id,
    };
    world.users.set(keyIn(team.id, bot.id), bot);
    const installation: InstallationRecord = {
      teamId: options.organisation === true ? null : team.id,
      enterpriseId: team.enterpriseId,
      bot,
      botId,
      installerId: options.installer?.id ?? 'U00000000',
      token: options.token ?? `xoxb-${world.nextId('1')}-fake-bot-token`,
      scopes: new Set(options.scopes ?? usualScopes),
      state: 'active',
      refreshToken: settings.tokenRotation ? `xoxe-1-${world.nextId('r')}` : null,
      expiresAtMs: settings.tokenRotation ? world.clock.now() + tokenLifeMs : Number.POSITIVE_INFINITY,
    };
    // Installing again replaces the token and adds scopes.
    if (known !== undefined) world.installations.splice(world.installations.indexOf(known), 1);
    world.installations.push(installation);
    return installation;
  };

  const toAnswer = (installation: InstallationRecord): JsonObject => {
    const team =
      installation.teamId === null ? null : { id: installation.teamId, name: teamOf(world, installation.teamId).name };
    return {
      access_token: installation.token,
      token_type: 'bot',
      scope: [...installation.scopes].join(','),
      bot_user_id: installation.bot.id,
      app_id: world.app.id,
      team,
      enterprise: installation.enterpriseId === null ? null : { id: installation.enterpriseId, name: 'Organisation' },
      authed_user: { id: installation.installerId },
      is_enterprise_install: installation.teamId === null,
      ...(installation.refreshToken === null
        ? {}
        : { refresh_token: installation.refreshToken, expires_in: tokenLifeMs / 1_000 }),
    };
  };

  const checkClient = ({ args, basicAuthorization }: OpenCall) => {
    const decoded = Buffer.from(basicAuthorization ?? '', 'base64').toString();
    const [id, secret] =
      basicAuthorization === null ? [args.text('client_id'), args.text('client_secret')] : decoded.split(':');
    if (id !== world.app.clientId) throw new SlackError('invalid_client_id');
    if (secret !== world.app.clientSecret) throw new SlackError('bad_client_secret');
  };

  /** The token before goes on to its end; of more than two the oldest is over. */
  const refresh = (refreshToken: string | null): JsonObject => {
    const nowMs = world.clock.now();
    const installation = world.installations.find(
      ({ refreshToken: present, usedRefresh, state }) =>
        refreshToken !== null &&
        state === 'active' &&
        (present === refreshToken || (usedRefresh?.token === refreshToken && nowMs < usedRefresh.untilMs)),
    );
    if (refreshToken === null || installation === undefined) throw new SlackError('invalid_refresh_token');
    installation.older = { token: installation.token, expiresAtMs: installation.expiresAtMs };
    if (installation.refreshToken === refreshToken) {
      installation.usedRefresh = { token: refreshToken, untilMs: nowMs + graceMs };
    }
    installation.token = `xoxe.xoxb-1-${world.nextId('t')}`;
    installation.refreshToken = `xoxe-1-${world.nextId('r')}`;
    installation.expiresAtMs = nowMs + tokenLifeMs;
    return toAnswer(installation);
  };

  const access = (call: OpenCall): JsonObject => {
    checkClient(call);
    if (call.args.text('grant_type') === 'refresh_token') return refresh(call.args.text('refresh_token'));
    const code = codes.get(call.args.text('code') ?? '');
    if (code === undefined || world.clock.now() - code.atMs >= codeLifeMs) throw new SlackError('invalid_code');
    if (code.used) throw new SlackError('code_already_used');
    if ((call.args.text('redirect_uri') ?? '') !== code.redirect) throw new SlackError('bad_redirect_uri');
    code.used = true;
    return toAnswer(install(code.team, code.options));
  };

  const backTo = (pageUrl: string): URL => {
    const page = new URL(pageUrl);
    if (page.searchParams.get('client_id') !== world.app.clientId) throw new Error('the page names another app');
    return new URL(page.searchParams.get('redirect_uri') ?? 'https://app.invalid/slack/oauth_redirect');
  };

  const approve: Installing['approve'] = (pageUrl, team, who) => {
    const page = new URL(pageUrl);
    const back = backTo(pageUrl);
    const code = world.nextId('code');
    codes.set(code, {
      team,
      options: {
        scopes: (page.searchParams.get('scope') ?? '').split(',').filter((scope) => scope !== ''),
        installer: who.installer,
        organisation: who.organisation === true,
      },
      atMs: world.clock.now(),
      redirect: page.searchParams.get('redirect_uri') ?? '',
      used: false,
    });
    back.searchParams.set('code', code);
    const state = page.searchParams.get('state');
    if (state !== null && who.withoutState !== true) back.searchParams.set('state', state);
    return back.href;
  };

  const decline = (pageUrl: string): string => {
    const back = backTo(pageUrl);
    back.searchParams.set('error', 'access_denied');
    const state = new URL(pageUrl).searchParams.get('state');
    if (state !== null) back.searchParams.set('state', state);
    return back.href;
  };

  return {
    install,
    approve,
    decline,
    signIn(team, installer) {
      visitor = { team, installer };
    },
    page(pageUrl) {
      if (new URL(pageUrl).pathname !== '/oauth/v2/authorize') return null;
      if (visitor === null) return '<html><body>Sign in to your workspace</body></html>';
      const link = (address: string) => address.replaceAll('&', '&amp;').replaceAll('"', '&quot;');
      const allow = link(approve(pageUrl, visitor.team, { installer: visitor.installer }));
      const cancel = link(decline(pageUrl));
      return `<html><body><a id="allow" href="${allow}">Allow</a> <a id="cancel" href="${cancel}">Cancel</a></body></html>`;
    },
    methods: [{ name: 'oauth.v2.access', access: 'none', tier: 4, handle: access }],
  };
}

/** The installation of a token, and when that token ends. */
export function installationOfToken(
  world: World,
  token: string | null,
): { readonly installation: InstallationRecord; readonly expiresAtMs: number } | null {
  for (const installation of world.installations) {
    if (installation.token === token) return { installation, expiresAtMs: installation.expiresAtMs };
    const { older } = installation;
    if (older != null && older.token === token) return { installation, expiresAtMs: older.expiresAtMs };
  }
  return null;
}

/** The installations that speak for a workspace now. */
export function activeIn(world: World, teamId: string): readonly InstallationRecord[] {
  return world.installations.filter((each) => each.state === 'active' && coversTeam(world, each, teamId));
}
