import type { PlatformFailureCode } from '../../src/delivery/platform-failure.ts';
import { Failure } from '../../src/lib/errors.ts';
import { parseValue } from '../../src/lib/parse-json.ts';
import type { ApiReply } from './api/api-reply.ts';
import { refusalSchema } from './api/reply-wire.ts';

/** What Slack's words for refusals mean here. A word that is not among them means that the call was not as Slack wants it. */
const codes: ReadonlyMap<string, PlatformFailureCode> = new Map<string, PlatformFailureCode>([
  ['message_not_found', 'platform-message-gone'],

  ['channel_not_found', 'platform-place-gone'],
  ['channel_is_archived', 'platform-place-gone'],
  ['is_archived', 'platform-place-gone'],
  ['thread_not_found', 'platform-place-gone'],
  ['cannot_reply_to_message', 'platform-place-gone'],
  ['team_not_found', 'platform-place-gone'],
  ['user_not_found', 'platform-place-gone'],
  ['session_not_found', 'platform-place-gone'],
  // A click or a command is over a few seconds or half an hour after it came.
  ['expired_trigger_id', 'platform-place-gone'],
  ['exchanged_trigger_id', 'platform-place-gone'],
  ['invalid_trigger_id', 'platform-place-gone'],
  ['expired_url', 'platform-place-gone'],
  ['used_url', 'platform-place-gone'],

  ['not_authed', 'platform-forbidden'],
  ['invalid_auth', 'platform-forbidden'],
  ['account_inactive', 'platform-forbidden'],
  ['token_revoked', 'platform-forbidden'],
  ['token_expired', 'platform-forbidden'],
  ['not_allowed_token_type', 'platform-forbidden'],
  ['missing_scope', 'platform-forbidden'],
  ['no_permission', 'platform-forbidden'],
  ['access_denied', 'platform-forbidden'],
  ['ekm_access_denied', 'platform-forbidden'],
  ['accesslimited', 'platform-forbidden'],
  ['team_access_not_granted', 'platform-forbidden'],
  ['enterprise_is_restricted', 'platform-forbidden'],
  ['org_login_required', 'platform-forbidden'],
  ['two_factor_setup_required', 'platform-forbidden'],
  ['not_in_channel', 'platform-forbidden'],
  ['user_not_in_channel', 'platform-forbidden'],
  ['restricted_action', 'platform-forbidden'],
  ['restricted_action_read_only_channel', 'platform-forbidden'],
  ['restricted_action_thread_only_channel', 'platform-forbidden'],
  ['restricted_action_non_threadable_channel', 'platform-forbidden'],
  ['restricted_action_thread_locked', 'platform-forbidden'],
  ['messages_tab_disabled', 'platform-forbidden'],
  ['cannot_dm_bot', 'platform-forbidden'],
  ['cant_update_message', 'platform-forbidden'],
  ['cant_delete_message', 'platform-forbidden'],
  ['edit_window_closed', 'platform-forbidden'],
  ['message_not_owned_by_app', 'platform-forbidden'],

  ['ratelimited', 'platform-rate-limited'],
  ['rate_limited', 'platform-rate-limited'],
  ['message_limit_exceeded', 'platform-rate-limited'],

  ['msg_too_long', 'platform-text-too-long'],
  ['msg_blocks_too_long', 'platform-text-too-long'],

  ['internal_error', 'platform-unreachable'],
  ['fatal_error', 'platform-unreachable'],
  ['request_timeout', 'platform-unreachable'],
  ['service_unavailable', 'platform-unreachable'],
  ['team_added_to_org', 'platform-unreachable'],
]);

const retryableCodes: readonly PlatformFailureCode[] = ['platform-rate-limited', 'platform-unreachable'];
/** A word of Slack's, and a list of scopes. What looks otherwise is not shown: it may be a page, or what was sent. */
const word = /^[a-z0-9_.:-]{1,80}$/i;
const scopes = /^[a-z0-9_.:,-]{1,200}$/i;

function toCode(status: number, slackError: string | null): PlatformFailureCode {
  const known = slackError === null ? undefined : codes.get(slackError);
  if (known !== undefined) return known;
  if (status === 429) return 'platform-rate-limited';
  if (status === 401 || status === 403) return 'platform-forbidden';
  if (status === 404) return 'platform-rejected';
  // A success that is no answer of Slack's is a page of something in between.
  if (status === 408 || status >= 500 || (slackError === null && status < 300)) return 'platform-unreachable';
  return 'platform-rejected';
}

/** Which places of the arguments Slack does not like, as `/blocks/0/text`: never what stands there. */
function badPlaces(messages: readonly string[]): readonly string[] {
  return messages.flatMap((message) => /\[json-pointer:([\w/.-]{1,80})\]/.exec(message)?.[1] ?? []).slice(0, 3);
}

/** Makes a `Failure` of a reply that is none to a call that was done. Facts: `status`, `slackError` where Slack gave a word, `needed` where a scope is missing. */
export function toRefusal(method: string, reply: ApiReply): Failure<PlatformFailureCode> {
  const parsed = parseValue(reply.body, refusalSchema);
  const said = parsed.ok ? parsed.value : null;
  const slackError = said?.error != null && word.test(said.error) ? said.error : null;
  const needed = said?.needed != null && scopes.test(said.needed) ? said.needed : null;
  const code = toCode(reply.status, slackError);
  const places = badPlaces(said?.response_metadata?.messages ?? []);
  const reason = [
    slackError ?? `status ${reply.status}, no reason given`,
    ...(needed === null ? [] : [`the token lacks the scope ${needed}`]),
    ...places,
  ].join('; ');
  return new Failure(code, `Slack refused ${method}: ${reason}`, {
    retryable: retryableCodes.includes(code),
    ...(reply.retryAfterMs === null ? {} : { retryAfterMs: reply.retryAfterMs }),
    facts: {
      status: reply.status,
      ...(slackError === null ? {} : { slackError }),
      ...(needed === null ? {} : { needed }),
    },
  });
}

/** The code of a system's or a client's error, such as `ECONNREFUSED`, whatever the SDK wrapped around it. */
function errorCode(error: unknown): string | null {
  if (!(error instanceof Error)) return null;
  if ('code' in error && typeof error.code === 'string' && !error.code.startsWith('slack_webapi_')) return error.code;
  return errorCode(error.cause);
}

/** The failure inside what the SDK threw, if there is one. */
function failureIn(error: unknown): Failure | null {
  if (error instanceof Failure) return error;
  return error instanceof Error ? failureIn(error.cause) : null;
}

/** Errors of whoever made the call, not of the way to Slack. */
const ownMistakes: readonly string[] = ['UND_ERR_INVALID_ARG', 'ERR_INVALID_URL', 'ERR_INVALID_ARG_TYPE'];

/**
 * Makes a `Failure` of whatever sending threw; failures and the signal's own reason stay what they are. The error itself goes no
 * further than its code or name: its text and members may hold what was sent.
 */
export function toPlatformError(error: unknown, signal: AbortSignal): unknown {
  if (signal.aborted && error === signal.reason) return error;
  const failure = failureIn(error);
  if (failure !== null) return failure;
  const code = errorCode(error);
  const isMistake = code === null ? error instanceof TypeError : ownMistakes.includes(code);
  const name = code ?? (error instanceof Error ? error.name : typeof error);
  return isMistake
    ? new Failure<PlatformFailureCode>('platform-rejected', `A call to Slack could not be made: ${name}`)
    : new Failure<PlatformFailureCode>('platform-unreachable', `Slack could not be reached: ${name}`, {
        retryable: true,
      });
}
