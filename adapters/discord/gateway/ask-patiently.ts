import type { ZodType } from 'zod';
import type { Clock } from '../../../src/lib/clock.ts';
import { errorMessage, Failure } from '../../../src/lib/errors.ts';
import { growingPauseMs, isWorthALine } from '../../../src/lib/growing-pause.ts';
import type { Logger } from '../../../src/lib/logger.ts';
import { parseValue } from '../../../src/lib/parse-json.ts';
import type { DiscordCall, DiscordRest } from '../rest/discord-call.ts';
import { tokenRefused } from './login-failure.ts';

/** What asking patiently needs. `token`: for the link in the failure. */
export type PatienceParts = {
  readonly rest: DiscordRest;
  readonly token: string;
  readonly clock: Clock;
  readonly logger: Logger;
};

/** One refusal can be a mistake of Discord's, as happens when it is in trouble. */
const mostRefusals = 3;

/**
 * A question to Discord without whose answer nothing can begin. It is asked again with growing pauses for as long as Discord
 * cannot be reached; three refusals of the token in a row are final: then it rejects with a `LoginFailureCode`.
 */
export async function askPatiently<Value>(
  call: DiscordCall,
  schema: ZodType<Value>,
  { rest, token, clock, logger }: PatienceParts,
  signal: AbortSignal,
): Promise<Value> {
  const askOnce = async (): Promise<Value> => {
    const parsed = parseValue((await rest(call, signal)).body, schema);
    if (parsed.ok) return parsed.value;
    throw new Error(`the reply is not what Discord documents (${parsed.reason})`);
  };
  let refusals = 0;
  for (let failures = 1; ; failures += 1) {
    try {
      return await askOnce();
    } catch (error) {
      signal.throwIfAborted();
      refusals = isTokenRefusal(error) ? refusals + 1 : 0;
      if (refusals >= mostRefusals) throw tokenRefused(token);
      const wishMs = error instanceof Failure ? (error.retryAfterMs ?? 0) : 0;
      const pauseMs = Math.max(growingPauseMs(failures), wishMs);
      if (isWorthALine(failures)) {
        logger.warn(
          { route: call.route, failures, reason: errorMessage(error), pauseMs },
          'Discord does not answer what has to be known at the start; it is asked again.',
        );
      }
      await clock.sleep(pauseMs, signal);
    }
  }
}

function isTokenRefusal(error: unknown): boolean {
  return error instanceof Failure && error.facts['status'] === 401;
}
