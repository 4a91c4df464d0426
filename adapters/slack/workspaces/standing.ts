import type { Hono } from 'hono';
import type { Clock } from '../../../src/lib/clock.ts';
import { Failure } from '../../../src/lib/errors.ts';
import type { Ids } from '../../../src/lib/ids.ts';
import type { Logger } from '../../../src/lib/logger.ts';
import type { Store } from '../../../src/memory/store.ts';
import type { SlackApi } from '../api/slack-call.ts';
import type { SlackFetch } from '../api/web-api.ts';
import { createCompleteInstall } from '../install/complete-install.ts';
import { createInstallRoutes } from '../install/install-routes.ts';
import { createInstallState } from '../install/install-state.ts';
import { checkClient } from '../start/check-client.ts';
import { checkSocketMode, checkStart, type SlackIdentity } from '../start/check-start.ts';
import type { SlackStanding } from '../start/introduce.ts';
import { createInstallations } from './installations.ts';
import { createSingleToken, type InstalledTokens } from './installed-tokens.ts';
import { createKnownOrganisations, type KnownOrganisations } from './known-organisations.ts';
import { createOauthAccess } from './oauth-access.ts';
import { createSingleWorkspace } from './single-workspace.ts';
import type { Workspaces } from './workspace.ts';

/** Where the app is installed, and how that is looked after. */
export type Standing = {
  readonly workspaces: Workspaces;
  readonly tokens: InstalledTokens;
  readonly organisations: KnownOrganisations;
  /** The pages by which people install it; null where there are none. */
  readonly routes: Hono | null;
  /** Asks Slack once. Rejects with `slack-refused` when Slack does not let the app in, with another failure when it does not answer. */
  check(signal: AbortSignal): Promise<SlackStanding>;
  /** Resolves when nothing runs in the background any more. */
  idle(): Promise<void>;
};

/** What it stands on. */
export type StandingParts = {
  readonly apiUrl: string;
  /** Calls with exactly that token. */
  readonly apiWith: (token: string) => SlackApi;
  /** Calls with the app-level token; null without Socket Mode. */
  readonly appApi: SlackApi | null;
  readonly store: Store;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly logger: Logger;
  readonly fetch?: SlackFetch;
};

/** The failure that ends the app's work with Slack; its message is for the operator. */
export function slackRefused(problems: readonly string[]): Failure {
  return new Failure('slack-refused', problems.join(' '));
}

/** One workspace, by its token. */
export function createTokenStanding(token: string, parts: StandingParts): Standing {
  const { store, logger } = parts;
  let known: SlackIdentity | null = null;
  const identity = () => known;
  const organisations = createKnownOrganisations(store, logger);
  return {
    workspaces: createSingleWorkspace({ token, identity, organisations }),
    tokens: createSingleToken({ token, identity, logger }),
    organisations,
    routes: null,
    async check(signal) {
      const check = await checkStart({ api: parts.apiWith(token), appApi: parts.appApi }, signal);
      if (check.identity === null) throw slackRefused(check.problems);
      known = check.identity;
      return { type: 'token', check };
    },
    idle: async () => {},
  };
}

/** As many workspaces as install it. `installUrl`: where, as people reach it. */
export function createOauthStanding(
  client: { readonly clientId: string; readonly clientSecret: string },
  parts: StandingParts & { readonly installUrl: () => string; readonly closing: AbortSignal },
): Standing {
  const { store, logger, appApi } = parts;
  const organisations = createKnownOrganisations(store, logger);
  const access = createOauthAccess({ ...client, ...parts });
  const secret = client.clientSecret;
  const installations = createInstallations({ ...parts, secret, access, organisations });
  return {
    workspaces: installations,
    tokens: installations,
    organisations,
    routes: createInstallRoutes({
      ...parts,
      clientId: client.clientId,
      state: createInstallState({ ...parts, secret }),
      complete: createCompleteInstall({ ...parts, access, installations }),
    }),
    async check(signal) {
      const refusal = await checkClient(access, signal);
      if (refusal !== null) throw slackRefused([refusal]);
      const socketProblem = appApi === null ? null : await checkSocketMode(appApi, signal);
      return {
        type: 'oauth',
        installations: await installations.count(),
        installUrl: parts.installUrl(),
        problems: socketProblem === null ? [] : [socketProblem],
      };
    },
    idle: installations.idle,
  };
}
