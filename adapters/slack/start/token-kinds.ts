/** The secrets by which Slack is reached, as they were configured; null where there is none. */
export type SlackSecrets = {
  readonly botToken: string | null;
  readonly appToken: string | null;
  readonly signingSecret: string | null;
};

const kinds = [
  ['xoxb-', 'a bot token'],
  ['xoxe.xoxb-', 'a bot token'],
  ['xapp-', 'an app-level token'],
  ['xoxp-', 'a user token'],
  ['xoxe.xoxp-', 'a user token'],
  ['xoxe-', 'a refresh token'],
] as const;

function kindOf(secret: string): string {
  return kinds.find(([prefix]) => secret.startsWith(prefix))?.[1] ?? 'a text of another kind';
}

/** What is wrong with the secrets before anything was sent: one sentence each, none of which shows a secret. */
export function secretProblems({ botToken, appToken, signingSecret }: SlackSecrets): readonly string[] {
  const problems: string[] = [];
  if (botToken !== null && kindOf(botToken) !== 'a bot token') {
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
  if (appToken === null && signingSecret === null) {
    problems.push(
      'Slack has no way to reach the bot: set SLACK_APP_TOKEN for Socket Mode, or SLACK_SIGNING_SECRET for requests to /slack/events.',
    );
  }
  return problems;
}
