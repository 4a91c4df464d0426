import type { Clock } from '../../../src/lib/clock.ts';
import { errorMessage, Failure } from '../../../src/lib/errors.ts';
import { growingPauseMs } from '../../../src/lib/growing-pause.ts';
import { keepNewest } from '../../../src/lib/keep-newest.ts';
import type { Logger } from '../../../src/lib/logger.ts';
import { slackWordOf } from '../api/slack-word.ts';
import type { OauthAccess } from './oauth-access.ts';
import type { Installation } from './stored-installations.ts';

/** Renews tokens that end. */
export type TokenRotation = {
  /** Whether it is time: the token still works for a good while. */
  isDue(installation: Installation): boolean;
  isOver(installation: Installation): boolean;
  /**
   * The installation with its next token, which the caller has to store before anybody uses it: the one before is good for one
   * renewal only. Rejects when Slack gives none; after a final no it rejects at once from then on.
   */
  renew(id: string, installation: Installation): Promise<Installation>;
};

/** Slack's own clients renew so long before the end (node-slack-sdk, packages/oauth). The token before goes on to its own end. */
const aheadMs = 7_200_000;
/** A refresh token is good again for a short while after it was used: an answer that was lost is asked for at once. */
const mostAttempts = 3;
/** After that, so long until it is tried again. */
const pauseMs = 15_000;
/** Failures that are remembered at the most. */
const mostRefused = 1_000;
/** For everything that ends by its own limit: a renewal must not be lost because whoever waits for it goes away. */
const unending = () => new AbortController().signal;

type Refused = { readonly refreshToken: string; readonly untilMs: number; readonly failure: unknown };

/** Nothing was renewed yet. */
export function createTokenRotation(parts: {
  readonly access: Pick<OauthAccess, 'refresh'>;
  readonly clock: Clock;
  readonly logger: Logger;
}): TokenRotation {
  const { access, clock, logger } = parts;
  const refusals = new Map<string, Refused>();

  const refuse = (id: string, refreshToken: string, failure: unknown): never => {
    const isFinal = failure instanceof Failure && !failure.retryable;
    const untilMs = isFinal ? Number.POSITIVE_INFINITY : clock.now() + pauseMs;
    keepNewest(refusals, id, { refreshToken, untilMs, failure }, mostRefused);
    const facts = { installation: id, reason: slackWordOf(failure) ?? errorMessage(failure) };
    if (isFinal) {
      logger.error(
        facts,
        'Slack gives no further token for an installation; once the present one ends, the app has to be installed there again at /slack/install.',
      );
    } else logger.warn(facts, 'Slack gave no new token for an installation; it is asked again.');
    throw failure;
  };

  const ask = async (refreshToken: string) => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await access.refresh(refreshToken, unending());
      } catch (error) {
        const mayBeLost = error instanceof Failure && error.code === 'platform-unreachable';
        if (!mayBeLost || attempt >= mostAttempts) throw error;
        await clock.sleep(growingPauseMs(attempt), unending());
      }
    }
  };

  return {
    isDue: ({ rotation }) => rotation !== null && rotation.expiresAtMs - clock.now() <= aheadMs,
    isOver: ({ rotation }) => rotation !== null && rotation.expiresAtMs <= clock.now(),
    async renew(id, installation) {
      const { rotation } = installation;
      if (rotation === null) return installation;
      const earlier = refusals.get(id);
      if (earlier?.refreshToken === rotation.refreshToken && clock.now() < earlier.untilMs) throw earlier.failure;
      const askedAtMs = clock.now();
      const given = await ask(rotation.refreshToken).catch((error) => refuse(id, rotation.refreshToken, error));
      refusals.delete(id);
      const { access_token: token, refresh_token: refreshToken, expires_in: seconds } = given;
      const next =
        refreshToken == null || seconds == null ? null : { refreshToken, expiresAtMs: askedAtMs + seconds * 1_000 };
      return { ...installation, token, rotation: next };
    },
  };
}
