import type { Clock } from '../../../src/lib/clock.ts';
import { errorMessage, Failure } from '../../../src/lib/errors.ts';
import { growingPauseMs } from '../../../src/lib/growing-pause.ts';
import type { Logger } from '../../../src/lib/logger.ts';
import { parseValue } from '../../../src/lib/parse-json.ts';
import type { SlackApi } from '../api/slack-call.ts';
import { slackWordOf } from '../api/slack-word.ts';
import { authTestSchema } from '../start/start-wire.ts';
import type { Installations } from '../workspaces/installations.ts';
import type { OauthAccess } from '../workspaces/oauth-access.ts';
import type { AccessReply } from '../workspaces/oauth-wire.ts';
import type { InstallFault } from './install-words.ts';

/** The app is in: where it is opened, or why it is not in. */
export type Completion =
  | { readonly type: 'installed'; readonly name: string; readonly isOrganisation: boolean; readonly address: string }
  | { readonly type: 'failed'; readonly fault: InstallFault };

/** Makes an installation of the code that came with the browser. Never rejects but for the signal. */
export type CompleteInstall = (code: string, signal: AbortSignal) => Promise<Completion>;

/** What completing needs. */
export type CompleteInstallParts = {
  readonly access: Pick<OauthAccess, 'exchange'>;
  /** Calls with exactly that token. */
  readonly apiWith: (token: string) => SlackApi;
  readonly installations: Pick<Installations, 'save'>;
  readonly clock: Clock;
  readonly logger: Logger;
};

const faultByWord: ReadonlyMap<string | null, InstallFault> = new Map<string | null, InstallFault>([
  ['access_denied', 'access-denied'],
  ['invalid_code', 'invalid-code'],
  ['code_already_used', 'code-used'],
  ['bad_redirect_uri', 'bad-redirect'],
]);
/** The code is used by then: an answer that was lost is asked for again. */
const mostAttempts = 3;

/** Asks Slack for the token, then who the bot is, and stores both. */
export function createCompleteInstall(parts: CompleteInstallParts): CompleteInstall {
  const { access, apiWith, installations, clock, logger } = parts;

  const askBotId = async (token: string, signal: AbortSignal): Promise<string | null> => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const said = await apiWith(token)({ team: '', method: 'auth.test', arguments: {} }, signal);
        const parsed = parseValue(said, authTestSchema);
        return parsed.ok ? (parsed.value.bot_id ?? null) : null;
      } catch (error) {
        const isWorthIt = error instanceof Failure && error.retryable && attempt < mostAttempts;
        if (!isWorthIt) throw error;
        await clock.sleep(growingPauseMs(attempt), signal);
      }
    }
  };

  const store = async (reply: AccessReply, signal: AbortSignal): Promise<Completion> => {
    const askedAtMs = clock.now();
    const isOrganisation = reply.is_enterprise_install === true;
    const place = isOrganisation ? reply.enterprise : reply.team;
    const botId = place == null ? null : await askBotId(reply.access_token, signal);
    if (place == null || botId === null) return { type: 'failed', fault: 'no-bot' };
    const { refresh_token: refreshToken, expires_in: seconds } = reply;
    const name = place.name ?? place.id;
    const installation = {
      teamId: isOrganisation ? null : place.id,
      enterpriseId: reply.enterprise?.id ?? null,
      name,
      botUserId: reply.bot_user_id,
      botId,
      token: reply.access_token,
      rotation:
        refreshToken == null || seconds == null ? null : { refreshToken, expiresAtMs: askedAtMs + seconds * 1_000 },
    };
    try {
      await installations.save(installation);
    } catch (error) {
      logger.error({ reason: errorMessage(error) }, 'An installation in Slack could not be stored.');
      return { type: 'failed', fault: 'not-stored' };
    }
    logger.info({ installation: place.id, isOrganisation }, 'The app was installed in Slack.');
    return { type: 'installed', name, isOrganisation, address: addressOf(reply.app_id, place.id, isOrganisation) };
  };

  return async (code, signal) => {
    try {
      return await store(await access.exchange(code, signal), signal);
    } catch (error) {
      signal.throwIfAborted();
      return { type: 'failed', fault: toFault(error, logger) };
    }
  };
}

/** https://docs.slack.dev/interactivity/deep-linking; for organisations https://docs.slack.dev/enterprise/organization-ready-apps. */
function addressOf(app: string, place: string, isOrganisation: boolean): string {
  if (isOrganisation) {
    return `https://app.slack.com/manage/${encodeURIComponent(place)}/integrations/profile/${encodeURIComponent(app)}/workspaces/add`;
  }
  return `https://slack.com/app_redirect?${new URLSearchParams({ app, team: place })}`;
}

function toFault(error: unknown, logger: Logger): InstallFault {
  const known = faultByWord.get(slackWordOf(error));
  if (known !== undefined) return known;
  const isUnreachable = error instanceof Failure && error.retryable;
  logger.warn(
    { reason: slackWordOf(error) ?? (error instanceof Failure ? error.message : 'unexpected') },
    'An installation in Slack failed; if the reason is about the client, SLACK_CLIENT_ID and SLACK_CLIENT_SECRET have to be those under “Basic Information” at https://api.slack.com/apps.',
  );
  return isUnreachable ? 'unreachable' : 'refused';
}
