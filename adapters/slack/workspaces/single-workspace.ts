import type { PlatformFailureCode } from '../../../src/delivery/platform-failure.ts';
import { Failure } from '../../../src/lib/errors.ts';
import type { SlackIdentity } from '../start/check-start.ts';
import type { KnownOrganisations } from './known-organisations.ts';
import type { Workspaces } from './workspace.ts';

/** What one token stands on. */
export type SingleWorkspaceParts = {
  /** Secret. */
  readonly token: string;
  /** Whom the token belongs to; null as long as Slack has not said it. */
  identity(): SlackIdentity | null;
  /** For a token of an organisation, which speaks for all its workspaces. */
  readonly organisations: KnownOrganisations;
};

/**
 * The workspaces that one bot token speaks for: the one it was made in, or all of an organisation. Every other is not the app's.
 * Rejects, to be tried again, as long as Slack has not said whom the token belongs to.
 */
export function createSingleWorkspace({ token, identity, organisations }: SingleWorkspaceParts): Workspaces {
  return {
    async find(team, enterprise) {
      const me = identity();
      if (me === null) throw notKnownYet();
      const { userId: botUserId, botId, enterpriseId } = me;
      const found = { teamId: team, enterpriseId, botUserId, botId, token };
      if (team === me.teamId) return found;
      if (!me.isOrganisation) return null;
      if (enterprise === me.teamId) {
        await organisations.remember(team, enterprise);
        return found;
      }
      return enterprise === null && (await organisations.find(team)) === me.teamId ? found : null;
    },
  };
}

function notKnownYet(): Failure<PlatformFailureCode> {
  return new Failure('platform-unreachable', 'Slack has not said yet which workspace SLACK_BOT_TOKEN is from.', {
    retryable: true,
  });
}
