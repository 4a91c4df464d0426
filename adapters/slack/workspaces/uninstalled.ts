import { z } from 'zod';
import { Failure } from '../../../src/lib/errors.ts';
import type { Logger } from '../../../src/lib/logger.ts';
import { parseValue } from '../../../src/lib/parse-json.ts';
import type { SlackApi } from '../api/slack-call.ts';
import { slackWordOf } from '../api/slack-word.ts';
import { type EventCallback, readEventCallback } from '../events/event-callback.ts';
import type { DeliveryTaker, OnEvent } from '../inbox.ts';
import type { InstalledTokens } from './installed-tokens.ts';
import type { KnownOrganisations } from './known-organisations.ts';

/** Forgets what a part of the adapter keeps of a workspace. Idempotent; durable when it resolves. */
export type ForgetTenant = (tenant: string) => Promise<unknown>;

/** What is needed for letting go of workspaces. */
export type UninstalledParts = {
  readonly installed: InstalledTokens;
  readonly organisations: KnownOrganisations;
  /** Calls with exactly that token. */
  readonly apiWith: (token: string) => SlackApi;
  readonly forget: readonly ForgetTenant[];
  readonly logger: Logger;
};

const types: readonly string[] = ['app_uninstalled', 'tokens_revoked', 'team_access_revoked'];
/** Slack's words for a token that is over. */
const overWords: readonly (string | null)[] = [
  'token_revoked',
  'account_inactive',
  'invalid_auth',
  'not_authed',
  'token_expired',
];

/** https://docs.slack.dev/reference/events/tokens_revoked: ids of users, not the tokens. */
const revokedSchema = z.object({ tokens: z.object({ bot: z.array(z.string()).nullish() }) });
/** https://docs.slack.dev/reference/events/team_access_revoked */
const teamsSchema = z.object({ team_ids: z.array(z.string()).max(10_000) });

/**
 * Lets go of workspaces that took the app out: the installation, what the adapter keeps of them, and what the bot does. Whether
 * it is true is asked of Slack, since events may come late: after the app was installed again, nothing of it is touched.
 */
export function createUninstalled(parts: UninstalledParts): DeliveryTaker {
  const { organisations, forget, logger } = parts;
  const running = new Set<Promise<unknown>>();

  const letGo = async (tenant: string, onEvent: OnEvent) => {
    await Promise.all(forget.map((forgetTenant) => forgetTenant(tenant)));
    const receipt = await onEvent({ type: 'left', tenant });
    if (receipt === 'busy') throw new Failure('slack-busy', 'The bot is too busy to forget a workspace.');
    // Last: it is by this that a repetition finds the workspaces of an organisation.
    await organisations.forget(tenant);
    logger.info({ team: tenant }, 'The app was taken out of a Slack workspace; what was kept of it is deleted.');
  };

  const takeEvent = async (callback: EventCallback, onEvent: OnEvent, signal: AbortSignal) => {
    const tenants = await whoLeft(callback, parts, signal);
    for (const tenant of tenants) await letGo(tenant, onEvent);
  };

  return {
    take(delivery, onEvent, signal) {
      const callback = readEventCallback(delivery);
      if (callback === null || !types.includes(callback.type)) return null;
      const taken = takeEvent(callback, onEvent, signal);
      running.add(taken);
      const over = () => running.delete(taken);
      taken.then(over, over);
      return taken;
    },
    async idle() {
      await Promise.allSettled(running);
    },
  };
}

type Standing = 'none' | 'over' | 'alive';

/** The workspaces that the app is no longer in. Installations that are over are removed by then. */
async function whoLeft(
  { via, enterprise: named, type, event }: EventCallback,
  { installed, organisations, apiWith }: UninstalledParts,
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  const hasOwn = async (team: string) => (await installed.tokenOf(team, signal)) !== null;

  const judge = async (id: string | null): Promise<Standing> => {
    const token = id === null ? null : await installed.tokenOf(id, signal);
    if (id === null || token === null) return 'none';
    if (!(await isOver(apiWith(token), signal))) return 'alive';
    // Its token was renewed meanwhile, or the app was installed again: that is judged by the token that there is now.
    return (await installed.remove(id, token)) ? 'over' : judge(id);
  };

  const without = async (teams: readonly string[]) => {
    const own = await Promise.all(teams.map(hasOwn));
    return new Set(teams.filter((_team, index) => own[index] !== true));
  };

  if (type === 'team_access_revoked') {
    const read = parseValue(event, teamsSchema);
    return read.ok ? without(read.value.team_ids) : new Set();
  }
  if (type === 'tokens_revoked') {
    const read = parseValue(event, revokedSchema);
    if (!read.ok || (read.value.tokens.bot ?? []).length === 0) return new Set();
  }
  const enterprise = named ?? (await organisations.find(via));
  const own = await judge(via);
  const around = enterprise === via ? own : await judge(enterprise);
  const isUninstalled = type === 'app_uninstalled';
  const isGone = own === 'over' || (own === 'none' && (around !== 'alive' || isUninstalled));
  // What is stored but cannot be read any more goes too.
  if (own === 'none' && isUninstalled) await installed.remove(via, null);
  // Of an organisation that is over, or that an earlier delivery of this event has removed.
  const gone = [...(own === 'alive' ? [] : [via]), ...(around === 'alive' || enterprise === null ? [] : [enterprise])];
  const teams = await Promise.all(gone.map((id) => organisations.teamsOf(id)));
  const others = await without(teams.flat());
  const organisation = around === 'over' && enterprise !== null ? [enterprise] : [];
  return new Set([...(isGone ? [via] : []), ...organisation, ...others]);
}

/** Rejects when Slack does not say. */
async function isOver(api: SlackApi, signal: AbortSignal): Promise<boolean> {
  try {
    await api({ team: '', method: 'auth.test', arguments: {} }, signal);
    return false;
  } catch (error) {
    if (overWords.includes(slackWordOf(error))) return true;
    throw error;
  }
}
