/** The secrets by which Slack is reached, as they were configured; null where there is none. */
export type SlackSecrets = {
  readonly botToken: string | null;
  readonly appToken: string | null;
  readonly signingSecret: string | null;
  /** For many workspaces, in place of the bot's token. */
  readonly client?: { readonly id: string; readonly secret: string } | null;
};

const rotatingPrefix = 'xoxe.xoxb-';
const kinds = [
  ['xoxb-', 'a bot token'],
  [rotatingPrefix, 'a bot token that ends within twelve hours'],
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

/** Slack may change how its secrets look: only what is evidently another one is held against somebody. */
function isAnotherKind(secret: string, kind: string | null): boolean {
  const found = kindOf(secret);
  return found !== otherKind && found !== kind;
}

/** What is wrong with the secrets before anything was sent: one sentence each, none of which shows a secret. */
export function secretProblems({ botToken, appToken, signingSecret, client }: SlackSecrets): readonly string[] {
  const page = 'https://api.slack.com/apps';
  const problems: string[] = [];
  if (botToken?.startsWith(rotatingPrefix) === true) {
    problems.push(
      `SLACK_BOT_TOKEN holds ${kindOf(botToken)}, since the app has “Token Rotation”: set SLACK_CLIENT_ID and SLACK_CLIENT_SECRET from “Basic Information” at ${page} in its place, and install the app at /slack/install.`,
    );
  } else if (botToken !== null && isAnotherKind(botToken, 'a bot token')) {
    problems.push(
      `SLACK_BOT_TOKEN holds ${kindOf(botToken)}: copy the “Bot User OAuth Token”, which begins with xoxb-, from “OAuth & Permissions” at ${page}.`,
    );
  }
  if (appToken !== null && isAnotherKind(appToken, 'an app-level token')) {
    problems.push(
      `SLACK_APP_TOKEN holds ${kindOf(appToken)}: make an app-level token with the scope connections:write, which begins with xapp-, under “Basic Information” at ${page}.`,
    );
  }
  if (signingSecret !== null && isAnotherKind(signingSecret, null)) {
    problems.push(
      `SLACK_SIGNING_SECRET holds ${kindOf(signingSecret)}: copy the “Signing Secret” from “Basic Information” at ${page}.`,
    );
  }
  if (client != null && isAnotherKind(client.secret, null)) {
    problems.push(
      `SLACK_CLIENT_SECRET holds ${kindOf(client.secret)}: copy the “Client Secret” from “Basic Information” at ${page}.`,
    );
  }
  if (appToken === null && signingSecret === null) {
    problems.push(
      'Slack has no way to reach the bot: set SLACK_APP_TOKEN for Socket Mode, or SLACK_SIGNING_SECRET for requests to /slack/events.',
    );
  }
  return problems;
}
