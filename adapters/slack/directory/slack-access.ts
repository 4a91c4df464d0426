import { type AccessRules, createAccess } from '../../../src/turn/access.ts';

/** Whoever wants something, and where. */
export type SlackAccessQuestion = {
  /** The workspace through which the app hears it. */
  readonly via: string;
  /** The workspace that owns the channel. */
  readonly tenant: string;
  /** The asker's own workspace; null where it is not known. */
  readonly userTeam: string | null;
  readonly channel: string;
  readonly direct: boolean;
  readonly person: string;
};

/** Whether they may use the bot there. */
export type SlackMayUse = (question: SlackAccessQuestion) => boolean;

/**
 * The rules with workspaces for servers. The allowed are those through which the app hears; the denied are also those that own the
 * channel or that the asker is of. Direct messages are in a workspace, too; for the rest the core's rules hold. Slack has no roles.
 */
export function createSlackAccess(rules: AccessRules): SlackMayUse {
  const { allowed, denied } = rules;
  const mayUse = createAccess(rules);
  const inDirect = createAccess({ allowed: { ...allowed, servers: [] }, denied });

  return ({ via, tenant, userTeam, channel, direct, person }) => {
    if ([via, tenant, userTeam].some((team) => team !== null && denied.servers.includes(team))) return false;
    if (!direct) return mayUse({ server: via, channel, parent: null, roles: [], person });
    if (allowed.servers.length > 0 && !allowed.servers.includes(via)) return false;
    return inDirect({ server: null, channel, parent: null, roles: [], person });
  };
}
