import { knownIdentity, type ReadIdentity } from './installed-tokens.ts';
import type { KnownOrganisations } from './known-organisations.ts';
import type { Workspaces } from './workspace.ts';

/** What one token stands on. */
export type SingleWorkspaceParts = {
  /** Secret. */
  readonly token: string;
  readonly identity: ReadIdentity;
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
      const { teamId, enterpriseId, userId: botUserId, botId, isOrganisation } = knownIdentity(identity);
      const found = { teamId: team, enterpriseId, botUserId, botId, token };
      if (team === teamId) return found;
      if (!isOrganisation) return null;
      if (enterprise === teamId) {
        await organisations.remember(team, enterprise);
        return found;
      }
      return enterprise === null && (await organisations.find(team)) === teamId ? found : null;
    },
  };
}
