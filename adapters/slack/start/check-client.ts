import { Failure } from '../../../src/lib/errors.ts';
import { slackWordOf } from '../api/slack-word.ts';
import type { OauthAccess } from '../workspaces/oauth-access.ts';

/** A code that nobody was given: Slack looks at the client first. */
const noCode = 'sightline-checks-its-client';

const page = '“Basic Information” at https://api.slack.com/apps';

/** One sentence when Slack knows no app of this id or another secret of it, else null. Rejects when Slack does not answer. */
export async function checkClient(access: Pick<OauthAccess, 'exchange'>, signal: AbortSignal): Promise<string | null> {
  try {
    await access.exchange(noCode, signal);
    return null;
  } catch (error) {
    const word = slackWordOf(error);
    if (word === 'invalid_client_id')
      return `Slack knows no app of SLACK_CLIENT_ID: copy the “Client ID” from ${page}.`;
    if (word === 'bad_client_secret')
      return `SLACK_CLIENT_SECRET is not that of SLACK_CLIENT_ID: copy the “Client Secret” from ${page}.`;
    if (error instanceof Failure && !error.retryable) return null;
    throw error;
  }
}
