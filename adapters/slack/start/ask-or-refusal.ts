import { Failure } from '../../../src/lib/errors.ts';
import type { SlackApi, SlackCall } from '../api/slack-call.ts';

/** What Slack answers, or the failure when that is a refusal that asking again does not change. Every other failure rejects. */
export async function askOrRefusal(
  api: SlackApi,
  method: string,
  signal: AbortSignal,
  args: SlackCall['arguments'] = {},
): Promise<unknown> {
  try {
    return await api({ team: '', method, arguments: args }, signal);
  } catch (error) {
    if (error instanceof Failure && !error.retryable) return error;
    throw error;
  }
}
