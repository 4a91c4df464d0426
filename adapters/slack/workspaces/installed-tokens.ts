import type { PlatformFailureCode } from '../../../src/delivery/platform-failure.ts';
import { Failure } from '../../../src/lib/errors.ts';
import type { Logger } from '../../../src/lib/logger.ts';
import type { SlackIdentity } from '../start/check-start.ts';

/** The tokens by the workspace (`T…`) or organisation (`E…`) that the app was installed in. */
export type InstalledTokens = {
  /** Null when nothing is installed exactly there, whatever the organisation around it has. */
  tokenOf(id: string, signal: AbortSignal): Promise<string | null>;
  /**
   * The installation of that token is over, and with null one that cannot be read. False when there is another by now, which
   * stays. Idempotent; durable when it resolves.
   */
  remove(id: string, token: string | null): Promise<boolean>;
};

/** Null as long as Slack has not said whom a token belongs to. */
export type ReadIdentity = () => SlackIdentity | null;

/** Rejects with a failure that can be tried again as long as it is not known. */
export function knownIdentity(identity: ReadIdentity): SlackIdentity {
  const me = identity();
  if (me !== null) return me;
  throw new Failure<PlatformFailureCode>(
    'platform-unreachable',
    'Slack has not said yet which workspace SLACK_BOT_TOKEN is from.',
    { retryable: true },
  );
}

/** The one token of the configuration. It cannot be taken away, only be said to be over: once. */
export function createSingleToken(parts: {
  readonly token: string;
  readonly identity: ReadIdentity;
  readonly logger: Logger;
}): InstalledTokens {
  let isOver = false;
  return {
    tokenOf: async (id) => (knownIdentity(parts.identity).teamId === id ? parts.token : null),
    async remove(id) {
      if (isOver || knownIdentity(parts.identity).teamId !== id) return true;
      isOver = true;
      parts.logger.error(
        { team: id },
        `The app was taken out of ${knownIdentity(parts.identity).teamName}: install it again under “Install App” at https://api.slack.com/apps, put the new token into SLACK_BOT_TOKEN and start again.`,
      );
      return true;
    },
  };
}
