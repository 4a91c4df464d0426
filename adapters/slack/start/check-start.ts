import { Failure } from '../../../src/lib/errors.ts';
import { parseValue } from '../../../src/lib/parse-json.ts';
import type { SlackApi } from '../api/slack-call.ts';
import { slackWordOf } from '../api/slack-word.ts';
import { askOrRefusal } from './ask-or-refusal.ts';
import { checkChannels } from './check-channels.ts';
import { neededScopes } from './needed-scopes.ts';
import { authTestSchema } from './start-wire.ts';

/** Where the bot is and who it is there. */
export type SlackIdentity = {
  /** The workspace, or the organisation when the app is installed in all of its workspaces. */
  readonly teamId: string;
  readonly teamName: string;
  /** The organisation that the workspace belongs to, or that it is; null where there is none. */
  readonly enterpriseId: string | null;
  readonly userId: string;
  readonly botId: string;
  /** As people write it after an @. */
  readonly botName: string;
  readonly isOrganisation: boolean;
};

/**
 * What the start found. `identity` is null when the bot cannot work at all; each problem is a sentence that says how to mend it,
 * each hint one that says what is still to be done.
 */
export type StartCheck = {
  readonly identity: SlackIdentity | null;
  readonly problems: readonly string[];
  readonly hints: readonly string[];
};

/** What the check needs: calls with the bot's token, and with the app-level token where Socket Mode is used. */
export type StartCheckParts = { readonly api: SlackApi; readonly appApi: SlackApi | null };

const page = 'https://api.slack.com/apps';
const tokenWords: readonly (string | null)[] = ['not_authed', 'invalid_auth', 'token_expired'];
const goneWords: readonly (string | null)[] = ['token_revoked', 'account_inactive'];

/**
 * Asks Slack whom the bot's token belongs to, what it may do, and whether Socket Mode lets the app in. Which events the app is
 * subscribed to cannot be asked. Rejects when Slack does not answer: then nothing is known, and it can be asked again.
 */
export async function checkStart({ api, appApi }: StartCheckParts, signal: AbortSignal): Promise<StartCheck> {
  const bot = await checkBot(api, signal);
  const socketProblem = appApi === null ? null : await checkSocketMode(appApi, signal);
  const hint = bot.identity === null ? null : await checkChannels(api, bot.identity, signal);
  return {
    identity: bot.identity,
    problems: socketProblem === null ? bot.problems : [...bot.problems, socketProblem],
    hints: hint === null ? [] : [hint],
  };
}

async function checkBot(api: SlackApi, signal: AbortSignal): Promise<Omit<StartCheck, 'hints'>> {
  const asked = await askOrRefusal(api, 'auth.test', signal);
  if (asked instanceof Failure) return { identity: null, problems: [botTokenRefused(asked)] };
  const parsed = parseValue(asked, authTestSchema);
  if (!parsed.ok) {
    throw new Failure(
      'platform-unreachable',
      `Slack’s answer to auth.test is not what it documents (${parsed.reason}).`,
      {
        retryable: true,
      },
    );
  }
  const said = parsed.value;
  if (said.bot_id == null) {
    const problem = `SLACK_BOT_TOKEN belongs to a person and not to the bot: copy the “Bot User OAuth Token” from “OAuth & Permissions” at ${page}.`;
    return { identity: null, problems: [problem] };
  }
  const identity: SlackIdentity = {
    teamId: said.team_id,
    teamName: said.team ?? said.url ?? said.team_id,
    enterpriseId: said.enterprise_id ?? (said.is_enterprise_install === true ? said.team_id : null),
    userId: said.user_id,
    botId: said.bot_id,
    botName: said.user ?? 'sightline',
    isOrganisation: said.is_enterprise_install === true,
  };
  return { identity, problems: missingScopes(said.response_metadata?.scopes ?? null, identity.teamName) };
}

/** Null for the scopes: Slack did not say which there are. */
function missingScopes(scopes: readonly string[] | null, teamName: string): readonly string[] {
  if (scopes === null) return [];
  return [...neededScopes].flatMap(([scope, consequence]) =>
    scopes.includes(scope)
      ? []
      : [
          `The scope ${scope} is missing in ${teamName}, so ${consequence}: add it under “OAuth & Permissions” at ${page} and install the app again.`,
        ],
  );
}

/**
 * Null when Socket Mode lets the app in, else a sentence. Rejects when Slack does not answer. The address that Slack gives is not
 * used; it ends by itself.
 */
export async function checkSocketMode(appApi: SlackApi, signal: AbortSignal): Promise<string | null> {
  const asked = await askOrRefusal(appApi, 'apps.connections.open', signal);
  if (!(asked instanceof Failure)) return null;
  const word = slackWordOf(asked);
  if (word === 'missing_scope') {
    return `SLACK_APP_TOKEN lacks the scope connections:write: make another app-level token with it under “Basic Information” at ${page}.`;
  }
  if (tokenWords.includes(word) || goneWords.includes(word)) {
    return `Slack refuses SLACK_APP_TOKEN (${word}): make another app-level token under “Basic Information” at ${page}.`;
  }
  if (word === 'not_allowed_token_type') {
    return `SLACK_APP_TOKEN is a token of another kind: it has to be an app-level token, which begins with xapp-, from “Basic Information” at ${page}.`;
  }
  return `Slack opens no connection (${word ?? 'no reason given'}): switch on “Enable Socket Mode” under “Socket Mode” at ${page}, or use SLACK_SIGNING_SECRET instead of SLACK_APP_TOKEN.`;
}

function botTokenRefused(failure: Failure): string {
  const word = slackWordOf(failure);
  if (goneWords.includes(word)) {
    return `The app is no longer installed where SLACK_BOT_TOKEN is from (${word}): install it again under “Install App” at ${page} and copy the new token.`;
  }
  if (tokenWords.includes(word)) {
    return `Slack refuses SLACK_BOT_TOKEN (${word}): copy the “Bot User OAuth Token” again from “OAuth & Permissions” at ${page}.`;
  }
  if (word === 'not_allowed_token_type') {
    return `SLACK_BOT_TOKEN is a token of another kind: it has to be the “Bot User OAuth Token”, which begins with xoxb-, from “OAuth & Permissions” at ${page}.`;
  }
  return `Slack does not let the bot in (${word ?? failure.message}): look at the app’s settings at ${page}.`;
}
