import { Failure } from '../../../src/lib/errors.ts';

/** The word that Slack gave its refusal, as `channel_not_found`; null for every other failure. */
export function slackWordOf(error: unknown): string | null {
  const word = error instanceof Failure ? error.facts['slackError'] : undefined;
  return typeof word === 'string' ? word : null;
}
