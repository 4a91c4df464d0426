import { RESTJSONErrorCodes as Codes } from 'discord-api-types/v10';
import type { PlatformFailureCode } from '../../src/delivery/platform-failure.ts';
import { Failure } from '../../src/lib/errors.ts';
import { parseValue } from '../../src/lib/parse-json.ts';
import type { DiscordCall } from './rest/discord-call.ts';
import type { RestReply } from './rest/rest-reply.ts';
import { toRouteTemplate } from './rest/rest-route.ts';
import { errorNodeSchema, fieldErrorsSchema, refusalSchema } from './rest/rest-wire.ts';

const codes: ReadonlyMap<number, PlatformFailureCode> = new Map<number, PlatformFailureCode>([
  [Codes.UnknownMessage, 'platform-message-gone'],

  [Codes.UnknownChannel, 'platform-place-gone'],
  [Codes.UnknownGuild, 'platform-place-gone'],
  [Codes.UnknownUser, 'platform-place-gone'],
  [Codes.InvalidActionOnArchivedThread, 'platform-place-gone'],
  [Codes.ThreadLocked, 'platform-place-gone'],
  // An interaction ends after a quarter of an hour, and its token with it.
  [Codes.UnknownWebhook, 'platform-place-gone'],
  [Codes.UnknownInteraction, 'platform-place-gone'],
  [Codes.InvalidWebhookToken, 'platform-place-gone'],

  [Codes.Unauthorized, 'platform-forbidden'],
  [Codes.VerifyYourAccount, 'platform-forbidden'],
  [Codes.MissingAccess, 'platform-forbidden'],
  [Codes.MissingPermissions, 'platform-forbidden'],
  [Codes.CannotSendMessagesToThisUser, 'platform-forbidden'],
  [Codes.CannotSendMessagesToThisUserDueToHavingNoMutualGuilds, 'platform-forbidden'],
  [Codes.CannotReplyWithoutPermissionToReadMessageHistory, 'platform-forbidden'],

  [Codes.MaximumNumberOfEditsToMessagesOlderThanOneHourReached, 'platform-rate-limited'],
  [Codes.ActionCannotBePerformedDueToSlowmodeRateLimit, 'platform-rate-limited'],
  [Codes.AnnouncementEditLimitExceeded, 'platform-rate-limited'],
  [Codes.ChannelSendRateLimit, 'platform-rate-limited'],
  [Codes.ServerSendRateLimit, 'platform-rate-limited'],
  [Codes.ServiceResourceIsBeingRateLimited, 'platform-rate-limited'],

  [Codes.APIResourceOverloaded, 'platform-unreachable'],

  // Not about the bot's rights, although the status says so.
  [Codes.MessageWasBlockedByAutomaticModeration, 'platform-rejected'],
  [Codes.TitleWasBlockedByAutomaticModeration, 'platform-rejected'],
  [Codes.MessageBlockedByHarmfulLinksFilter, 'platform-rejected'],
  [Codes.ExplicitContentCannotBeSentToTheDesiredRecipient, 'platform-rejected'],
]);

const lengthErrors: readonly string[] = ['BASE_TYPE_MAX_LENGTH', 'BASE_TYPE_BAD_LENGTH'];
const retryableCodes: readonly PlatformFailureCode[] = ['platform-rate-limited', 'platform-unreachable'];
const longestMessage = 200;

/** What is wrong with which field, as `content: BASE_TYPE_MAX_LENGTH`: names and codes, never what was sent. */
function fieldErrors(tree: unknown, path: readonly string[] = []): readonly string[] {
  const node = parseValue(tree, errorNodeSchema);
  if (!node.ok || path.length > 10) return [];
  return Object.entries(node.value).flatMap(([name, value]) => {
    if (name !== '_errors') return fieldErrors(value, [...path, name]);
    const errors = parseValue(value, fieldErrorsSchema);
    return errors.ok ? errors.value.map((error) => `${path.join('.')}: ${error.code}`) : [];
  });
}

function isTooLong(field: string): boolean {
  const [path = '', code = ''] = field.split(': ');
  return /(^|\.)content$/.test(path) && lengthErrors.includes(code);
}

function toCode(status: number, discordCode: number | undefined, fields: readonly string[]): PlatformFailureCode {
  if (discordCode === Codes.InvalidFormBodyOrContentType && fields.some(isTooLong)) return 'platform-text-too-long';
  const known = discordCode === undefined ? undefined : codes.get(discordCode);
  if (known !== undefined) return known;
  if (status === 429) return 'platform-rate-limited';
  if (status === 401 || status === 403) return 'platform-forbidden';
  if (status === 408 || status >= 500) return 'platform-unreachable';
  return 'platform-rejected';
}

/** A call for the log: its route without ids, since tokens stand among them. */
export function describeCall({ method, route }: DiscordCall): string {
  return `${method} ${toRouteTemplate(route)}`;
}

/** Makes a `Failure` of a reply that is a refusal. Facts: `status`, and `discordCode` where Discord sent one. */
export function toRefusal(call: DiscordCall, reply: RestReply): Failure<PlatformFailureCode> {
  const parsed = parseValue(reply.body, refusalSchema);
  const said = parsed.ok ? parsed.value : undefined;
  const fields = fieldErrors(said?.errors);
  const code = toCode(reply.status, said?.code, fields);
  const reason = [said?.message, ...fields].filter((text) => text !== undefined && text !== '').join('; ');
  const number = said?.code === undefined ? '' : `, code ${said.code}`;
  return new Failure(
    code,
    `Discord refused ${describeCall(call)} with status ${reply.status}${number}: ${reason.slice(0, longestMessage).toWellFormed() || 'no reason given'}`,
    {
      retryable: retryableCodes.includes(code),
      ...(reply.retryAfterMs === null ? {} : { retryAfterMs: reply.retryAfterMs }),
      facts: { status: reply.status, ...(said?.code === undefined ? {} : { discordCode: said.code }) },
    },
  );
}

/** The code of a system's or a client's error, such as `ECONNREFUSED`; the error that it was caused by counts too. */
function errorCode(error: unknown): string | null {
  if (!(error instanceof Error)) return null;
  if ('code' in error && typeof error.code === 'string') return error.code;
  return error.cause instanceof Error ? errorCode(error.cause) : null;
}

/** Errors of whoever made the call, not of the way to Discord. */
const ownMistakes: readonly string[] = ['UND_ERR_INVALID_ARG', 'ERR_INVALID_URL', 'ERR_INVALID_ARG_TYPE'];

/**
 * Makes a `Failure` of whatever sending threw; failures and the signal's own reason stay what they are. The error itself goes no
 * further than its code or name: its text and members may hold the address, and with it an interaction's token.
 */
export function toPlatformError(error: unknown, signal: AbortSignal): unknown {
  if (error instanceof Failure || (signal.aborted && error === signal.reason)) return error;
  const code = errorCode(error);
  const isMistake = code === null ? error instanceof TypeError : ownMistakes.includes(code);
  const name = code ?? (error instanceof Error ? error.name : typeof error);
  return isMistake
    ? new Failure<PlatformFailureCode>('platform-rejected', `A call to Discord could not be made: ${name}`)
    : new Failure<PlatformFailureCode>('platform-unreachable', `Discord could not be reached: ${name}`, {
        retryable: true,
      });
}
