/** The secrets by which Slack is reached, as they were configured; null where there is none. */
export type SlackSecrets = {
  readonly botToken: string | null;
  readonly appToken: string | null;
  readonly signingSecret: string | null;
  /** For many workspaces, in place of the bot's token. */
  readonly client?: { readonly id: string; readonly secret: string } | null;
};

const kinds = [
  ['xoxb-', 'a bot token'],
  ['xoxe.xoxb-', 'a bot token that ends within twelve hours'],
  ['xapp-', 'an app-level token'],
  ['xoxp-', 'a user token'],
  ['xoxc-', 'a token of a browser'],
  ['xoxe.xoxp-', 'a user token'],
  ['xoxe-', 'a refresh token'],
] as const;

const otherKind = 'a text of another kind';

function kindOf(secret: string): string {
  return kinds.find(([prefix]) => secret.startsWith(prefix))?.[1] ?? otherKind;
}

/** What is wrong with the secrets before anything was sent: one sentence each, none of which shows a secret. */
export function secretProblems({ botToken, appToken, signingSecret, client }: SlackSecrets): readonly string[] {
  const problems: string[] = [];
  if (botToken?.startsWith('xoxe.xoxb-') === true) {
    problems.push(
      `SLACK_BOT_TOKEN holds ${kindOf(botToken)}, since the app has “Token Rotation”: set SLACK_CLIENT_ID and SLACK_CLIENT_SECRET from “Basic Information” at https://api.slack.com/apps in its place, and install the app at /slack/install.`,
    );
  } else if (botToken !== null && kindOf(botToken) !== 'a bot token') {
    problems.push(
      `SLACK_BOT_TOKEN holds ${kindOf(botToken)}: copy the “Bot User OAuth Token”, which begins with xoxb-, from “OAuth & Permissions” at https://api.slack.com/apps.`,
    );
  }
  if (appToken !== null && kindOf(appToken) !== 'an app-level token') {
    problems.push(
      `SLACK_APP_TOKEN holds ${kindOf(appToken)}: make an app-level token with the scope connections:write, which begins with xapp-, under “Basic Information” at https://api.slack.com/apps.`,
    );
  }
  if (signingSecret !== null && !/^[0-9a-f]{32,}$/i.test(signingSecret)) {
    problems.push(
      `SLACK_SIGNING_SECRET holds ${kindOf(signingSecret)}: copy the “Signing Secret”, digits and letters from a to f, from “Basic Information” at https://api.slack.com/apps.`,
    );
  }
  if (client != null && !/^\d+\.\d+$/.test(client.id)) {
    problems.push(
      'SLACK_CLIENT_ID holds a text of another kind: copy the “Client ID”, two numbers with a dot between them, from “Basic Information” at https://api.slack.com/apps.',
    );
  }
  if (client != null && kindOf(client.secret) !== otherKind) {
    problems.push(
      `SLACK_CLIENT_SECRET holds ${kindOf(client.secret)}: copy the “Client Secret” from “Basic Information” at https://api.slack.com/apps.`,
    );
  }
  if (appToken === null && signingSecret === null) {
    problems.push(
      'Slack has no way to reach the bot: set SLACK_APP_TOKEN for Socket Mode, or SLACK_SIGNING_SECRET for requests to /slack/events.',
    );
  }
  return problems;
}
