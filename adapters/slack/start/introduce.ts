import type { StartCheck } from './check-start.ts';

/** How Slack reaches the bot. */
export type SlackWays = {
  readonly socketMode: boolean;
  /** Where requests come in, as people reach it; null: they do not. */
  readonly requestUrl: string | null;
};

/** Where the app is, as far as the start found out. */
export type SlackStanding =
  | { readonly type: 'token'; readonly check: StartCheck }
  | {
      readonly type: 'oauth';
      readonly installations: number;
      /** As people reach it. */
      readonly installUrl: string;
      readonly problems: readonly string[];
    };

/** Which events Slack sends cannot be asked with the tokens of an app. */
const events =
  'If it stays silent: “Event Subscriptions” at https://api.slack.com/apps has to list app_mention and message.channels, .groups, .im, .mpim.';

/** The lines that the start prints for Slack, the first without an indent. */
export function introduceSlack(standing: SlackStanding, ways: SlackWays): readonly string[] {
  const way = describeWays(ways);
  if (standing.type === 'oauth') {
    const { installations, installUrl, problems } = standing;
    return [
      `Slack: ${describeInstallations(installations)}, ${way}.`,
      ...indent([
        `Add it to a workspace: ${installUrl}`,
        ...problems,
        ...fromOutside(installUrl),
        ...(installations === 0 ? [] : [events]),
      ]),
    ];
  }
  const { identity, problems, hints } = standing.check;
  if (identity === null) return ['Slack: the bot cannot work there yet.', ...indent(problems)];
  const { botName, teamName, isOrganisation } = identity;
  const place = isOrganisation ? `the organisation ${teamName}` : `the workspace ${teamName}`;
  return [
    `Slack: @${botName} in ${place}, ${way}.`,
    ...indent([...problems, ...hints, ...fromOutside(ways.requestUrl), events]),
  ];
}

/** What has to be said of an address of this machine alone: Slack and people's browsers come from elsewhere. */
function fromOutside(address: string | null): readonly string[] {
  const url = address === null ? null : URL.parse(address);
  if (url === null || !/^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(url.hostname)) return [];
  return [`From outside it is https://YOUR-HOST${url.pathname}: let that lead to ${url.origin}, and give it to Slack.`];
}

function indent(lines: readonly string[]): readonly string[] {
  return lines.map((line) => `  ${line}`);
}

function describeWays({ socketMode, requestUrl }: SlackWays): string {
  const ways = [...(socketMode ? ['Socket Mode'] : []), ...(requestUrl === null ? [] : [`requests to ${requestUrl}`])];
  return `by ${ways.join(' and ')}`;
}

function describeInstallations(count: number): string {
  if (count === 0) return 'installed nowhere yet';
  return count === 1 ? 'installed once' : `installed ${count} times`;
}
