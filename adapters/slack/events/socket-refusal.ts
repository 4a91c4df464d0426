import { WebAPIHTTPError, WebAPIPlatformError, WebAPIRateLimitedError, WebAPIRequestError } from '@slack/web-api';
import { errorMessage, Failure } from '../../../src/lib/errors.ts';

/** Why Slack does not let the app listen. Nothing helps but a change by the operator. */
export type SocketRefusalCode = 'login-token' | 'login-scope' | 'login-account' | 'login-socket-mode';

const page = 'https://api.slack.com/apps';
const tokens = `“Basic Information”, “App-Level Tokens” at ${page}`;

const tokenRefused = `Slack refuses SLACK_APP_TOKEN: it is incomplete or was revoked. Make a new one with the scope connections:write under ${tokens} and start again.`;
const wrongKind = `SLACK_APP_TOKEN is no app-level token; those begin with “xapp-”. Make one with the scope connections:write under ${tokens}.`;
const scopeMissing = `SLACK_APP_TOKEN lacks the scope connections:write. Make a new token with it under ${tokens}.`;
const accountGone = `The account or workspace that the app belongs to is switched off. Look at the app at ${page}, or create it in another workspace.`;
const socketModeOff = `Socket Mode is switched off for this app. Switch on “Enable Socket Mode” under “Socket Mode” at ${page}, or set SLACK_SIGNING_SECRET and receive events over HTTP.`;

const refusals: ReadonlyMap<string, readonly [SocketRefusalCode, string]> = new Map([
  ['invalid_auth', ['login-token', tokenRefused]],
  ['not_authed', ['login-token', tokenRefused]],
  ['token_revoked', ['login-token', tokenRefused]],
  ['token_expired', ['login-token', tokenRefused]],
  ['not_allowed_token_type', ['login-token', wrongKind]],
  ['missing_scope', ['login-scope', scopeMissing]],
  ['no_permission', ['login-scope', scopeMissing]],
  ['account_inactive', ['login-account', accountGone]],
  ['user_removed_from_team', ['login-account', accountGone]],
  ['team_disabled', ['login-account', accountGone]],
  ['link_disabled', ['login-socket-mode', socketModeOff]],
  ['socket_mode_disabled', ['login-socket-mode', socketModeOff]],
  ['socket_mode_not_enabled', ['login-socket-mode', socketModeOff]],
]);

/** The failure that Slack's word stands for, null when connecting again may help. */
export function toSocketRefusal(slackError: string): Failure<SocketRefusalCode> | null {
  const [code, sentence] = refusals.get(slackError) ?? [];
  return code === undefined || sentence === undefined ? null : new Failure(code, sentence, { facts: { slackError } });
}

/** Why no connection came about: a word for the log, the failure when Slack refuses for good, and how long Slack wants us to wait. */
export type OpeningFault = {
  readonly reason: string;
  readonly refusal: Failure<SocketRefusalCode> | null;
  readonly retryAfterMs: number;
};

/** Reads what asking for a connection threw. The reason holds no address. */
export function toOpeningFault(error: unknown): OpeningFault {
  const fault = (reason: string, retryAfterMs = 0): OpeningFault => ({ reason, refusal: null, retryAfterMs });
  if (error instanceof WebAPIPlatformError) {
    const { error: word } = error.data;
    return { ...fault(word), refusal: toSocketRefusal(word) };
  }
  if (error instanceof WebAPIRateLimitedError) return fault('ratelimited', error.retryAfter * 1_000);
  if (error instanceof WebAPIHTTPError) return fault(`status ${error.statusCode}`);
  if (error instanceof WebAPIRequestError) return fault(networkReason(error.original));
  // A connection that ended before Slack's greeting has no error of its own.
  return fault(error === undefined ? 'closed before the greeting' : networkReason(error));
}

/** The code of a system's error, such as `ECONNREFUSED`, else its text. */
function networkReason(error: unknown): string {
  if (!(error instanceof Error)) return errorMessage(error);
  if ('code' in error && typeof error.code === 'string') return error.code;
  return error.cause instanceof Error ? networkReason(error.cause) : error.message;
}
