import { z } from 'zod';
import { httpUrl, idList, optional, origins, secret } from './config-fields.ts';
import type { AccessRules } from './turn/access.ts';

const workspaces = idList(/^[TE][A-Z0-9]{2,20}$/, 'must be ids of workspaces (T…) with commas between them, not names');
const channels = idList(/^[CGD][A-Z0-9]{2,20}$/, 'must be ids of channels (C…) with commas between them, not names');
const people = idList(/^[UW][A-Z0-9]{2,20}$/, 'must be ids of people (U…) with commas between them, not names');

/** Slack's variables. */
export const slackVariables = {
  SLACK_BOT_TOKEN: optional(secret),
  SLACK_APP_TOKEN: optional(secret),
  SLACK_SIGNING_SECRET: optional(secret),
  SLACK_CLIENT_ID: optional(z.string().trim()),
  SLACK_CLIENT_SECRET: optional(secret),
  SLACK_API_URL: optional(httpUrl),
  SLACK_FILES_URL: optional(origins),
  SLACK_ALLOWED_WORKSPACES: optional(workspaces),
  SLACK_ALLOWED_CHANNELS: optional(channels),
  SLACK_ALLOWED_PEOPLE: optional(people),
  SLACK_DENIED_WORKSPACES: optional(workspaces),
  SLACK_DENIED_CHANNELS: optional(channels),
  SLACK_DENIED_PEOPLE: optional(people),
} as const;

const schema = z.object(slackVariables);

type SlackVariables = z.infer<typeof schema>;

/** What the Slack adapter needs. */
export type SlackConfig = {
  /** In one workspace by its token, or in every workspace that installs the app. */
  readonly installed:
    | { readonly type: 'token'; readonly botToken: string }
    | { readonly type: 'oauth'; readonly clientId: string; readonly clientSecret: string };
  /** For Socket Mode; null: requests to the program alone. */
  readonly appToken: string | null;
  /** For requests; null: Socket Mode alone. One of the two is there. */
  readonly signingSecret: string | null;
  /** Base of the Web API; null for Slack's own. */
  readonly apiUrl: string | null;
  /** Origins that files may be fetched from, with the token; null for Slack's own. */
  readonly filesOrigins: readonly string[] | null;
} & AccessRules;

/** What does not go together: a sentence for each variable. */
export function slackProblems(variables: SlackVariables): readonly string[] {
  const { SLACK_BOT_TOKEN, SLACK_APP_TOKEN, SLACK_SIGNING_SECRET, SLACK_CLIENT_ID, SLACK_CLIENT_SECRET } = variables;
  const isOauth = SLACK_CLIENT_ID !== undefined || SLACK_CLIENT_SECRET !== undefined;
  const hasWay = SLACK_APP_TOKEN !== undefined || SLACK_SIGNING_SECRET !== undefined;
  if (!isOauth && SLACK_BOT_TOKEN === undefined) {
    return hasWay
      ? [
          'SLACK_BOT_TOKEN is missing: copy the “Bot User OAuth Token” from “OAuth & Permissions” at https://api.slack.com/apps.',
        ]
      : [];
  }
  const problems: string[] = [];
  if (isOauth && SLACK_BOT_TOKEN !== undefined) {
    problems.push('SLACK_BOT_TOKEN is for one workspace, SLACK_CLIENT_ID for many: set only one of them.');
  }
  if (isOauth && SLACK_CLIENT_ID === undefined) {
    problems.push('SLACK_CLIENT_ID is missing; it stands above the secret under “Basic Information”.');
  }
  if (isOauth && SLACK_CLIENT_SECRET === undefined) {
    problems.push('SLACK_CLIENT_SECRET is missing; it stands below the client id under “Basic Information”.');
  }
  if (!hasWay) {
    problems.push(
      'SLACK_APP_TOKEN is missing, by which Slack reaches the bot; or set SLACK_SIGNING_SECRET for requests to /slack/events.',
    );
  }
  return problems;
}

function toInstalled(variables: SlackVariables): SlackConfig['installed'] | null {
  const { SLACK_BOT_TOKEN: botToken, SLACK_CLIENT_ID: clientId, SLACK_CLIENT_SECRET: clientSecret } = variables;
  if (botToken !== undefined) return { type: 'token', botToken };
  return clientId === undefined || clientSecret === undefined ? null : { type: 'oauth', clientId, clientSecret };
}

/** Null when nothing says where the app is installed. */
export function toSlackConfig(variables: SlackVariables): SlackConfig | null {
  const installed = toInstalled(variables);
  if (installed === null) return null;
  return {
    installed,
    appToken: variables.SLACK_APP_TOKEN ?? null,
    signingSecret: variables.SLACK_SIGNING_SECRET ?? null,
    apiUrl: variables.SLACK_API_URL ?? null,
    filesOrigins: variables.SLACK_FILES_URL ?? null,
    allowed: {
      servers: variables.SLACK_ALLOWED_WORKSPACES ?? [],
      channels: variables.SLACK_ALLOWED_CHANNELS ?? [],
      roles: [],
      people: variables.SLACK_ALLOWED_PEOPLE ?? [],
    },
    denied: {
      servers: variables.SLACK_DENIED_WORKSPACES ?? [],
      channels: variables.SLACK_DENIED_CHANNELS ?? [],
      roles: [],
      people: variables.SLACK_DENIED_PEOPLE ?? [],
    },
  };
}
