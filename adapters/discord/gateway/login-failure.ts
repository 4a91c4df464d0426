import { GatewayCloseCodes } from 'discord-api-types/v10';
import { Failure } from '../../../src/lib/errors.ts';

/** Why Discord does not let the bot in. Nothing helps but a change by the operator. */
export type LoginFailureCode = 'login-token' | 'login-intents' | 'login-shards' | 'login-version';

/** The application that a bot's token belongs to: the token's first part is its id in base64. Null when it reads as no id. */
export function toApplicationId(token: string): string | null {
  const [first = ''] = token.split('.');
  const id = Buffer.from(first, 'base64').toString('latin1');
  return /^\d{17,20}$/.test(id) ? id : null;
}

function toSettingsPage(token: string): string {
  const applicationId = toApplicationId(token);
  const applications = 'https://discord.com/developers/applications';
  return applicationId === null ? applications : `${applications}/${applicationId}/bot`;
}

/** Discord answered calls with 401, or said “authentication failed” at the gateway. */
export function tokenRefused(token: string): Failure<LoginFailureCode> {
  return new Failure(
    'login-token',
    `Discord refuses DISCORD_TOKEN: it is incomplete or was reset. Make a new one with “Reset Token” at ${toSettingsPage(token)} and start again.`,
    { facts: { status: 401 } },
  );
}

/** The failure that a close code of the gateway stands for, null when connecting again may help. */
export function toLoginFailure(closeCode: number, token: string): Failure<LoginFailureCode> | null {
  const fail = (code: LoginFailureCode, sentence: string) => new Failure(code, sentence, { facts: { closeCode } });
  switch (closeCode) {
    case GatewayCloseCodes.AuthenticationFailed:
      return tokenRefused(token);
    case GatewayCloseCodes.DisallowedIntents:
      return fail(
        'login-intents',
        `Discord does not let this bot read the content of messages: switch on “Message Content Intent” at ${toSettingsPage(token)}, or set DISCORD_MESSAGE_CONTENT=false and let people mention the bot.`,
      );
    case GatewayCloseCodes.InvalidIntents:
      return fail(
        'login-intents',
        'Discord does not know the intents that this version asks for: update the program, or check that DISCORD_API_URL is Discord’s.',
      );
    case GatewayCloseCodes.InvalidShard:
      return fail('login-shards', 'Discord does not accept this shard: correct DISCORD_SHARDS, or set it to “auto”.');
    case GatewayCloseCodes.ShardingRequired:
      return fail(
        'login-shards',
        'The bot is in too many servers for so few shards: set DISCORD_SHARDS=auto, or name a higher number.',
      );
    case GatewayCloseCodes.InvalidAPIVersion:
      return fail(
        'login-version',
        'Discord no longer speaks the version of its API that this program does: update the program.',
      );
    default:
      return null;
  }
}
