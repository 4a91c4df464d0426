import type { Clock } from '../../../src/lib/clock.ts';
import { growingPauseMs, isWorthALine } from '../../../src/lib/growing-pause.ts';
import type { Logger } from '../../../src/lib/logger.ts';
import type { GatewayInformation } from './gateway-information.ts';
import { type GatewayBot, gatewayUrlSchema } from './gateway-wire.ts';
import type { IdentifyBudget } from './identify-budget.ts';
import { toLoginFailure } from './login-failure.ts';
import type { ShardSession } from './session-store.ts';
import { type ConnectionEnd, type Dispatch, runShardConnection } from './shard-connection.ts';

/** What keeping a shard connected needs. */
export type ShardUpkeepParts = {
  readonly token: string;
  readonly intents: number;
  readonly shardId: number;
  readonly shardCount: number;
  readonly session: ShardSession;
  readonly information: GatewayInformation;
  readonly budget: IdentifyBudget;
  readonly onReady: () => void;
  readonly onLost: () => void;
  readonly onDispatch: (dispatch: Dispatch) => void;
  readonly clock: Clock;
  readonly logger: Logger;
};

/** A connection that was ready for so long was a good one: the pauses begin anew. */
const goodAfterMs = 60_000;
/** Discord wants a moment between a session that it refused and the next one. */
const newSessionPauseMs = 1_000;
/** A session's own address may be gone while the gateway is there: from then on every second attempt goes to the gateway's. */
const attemptsAtOwnAddress = 3;

/**
 * Connects the shard and connects it again, resuming its session as long as Discord has not refused it. Pauses grow with failures.
 * Resolves when the signal aborts; rejects with a `LoginFailureCode` when Discord refuses for good.
 */
export async function keepShardConnected(parts: ShardUpkeepParts, signal: AbortSignal): Promise<void> {
  const { clock, logger, shardId } = parts;
  for (let failures = 0; !signal.aborted; ) {
    const end = await connectOnce(parts, failures, signal);
    parts.onLost();
    if (signal.aborted) return;
    const refusal = end.code === null ? null : toLoginFailure(end.code, parts.token);
    if (refusal !== null) throw refusal;
    failures = end.readyForMs !== null && end.readyForMs >= goodAfterMs ? 1 : failures + 1;
    const pauseMs = Math.max(growingPauseMs(failures), parts.session.current() === null ? newSessionPauseMs : 0);
    const facts = { shard: shardId, code: end.code, reason: end.reason, failures, pauseMs };
    // Discord asks the bot to connect again several times a day.
    const level = failures === 1 && end.readyForMs !== null ? 'info' : 'warn';
    if (isWorthALine(failures)) logger[level](facts, describeEnd(end, parts.session));
    await clock.sleep(pauseMs, signal);
  }
}

async function connectOnce(parts: ShardUpkeepParts, failures: number, signal: AbortSignal): Promise<ConnectionEnd> {
  const { logger, shardId, shardCount } = parts;
  const current = parts.session.current();
  const information =
    current === null ? await parts.budget.admit(shardId, signal) : await parts.information.latest(signal);
  return runShardConnection(
    {
      ...parts,
      information,
      resumeUrl: current === null ? null : toResumeUrl(current.resumeURL, information, failures),
      waitForIdentify: (identifySignal) => parts.budget.begin(shardId, identifySignal),
      onReady(isResumed) {
        logger.info(
          { shard: shardId, shards: shardCount },
          isResumed ? 'Connected to Discord; what was missed has come.' : 'Connected to Discord with a new session.',
        );
        parts.onReady();
      },
    },
    signal,
  );
}

function toResumeUrl(own: string, information: GatewayBot, failures: number): string {
  const isOwnTurn = failures < attemptsAtOwnAddress || failures % 2 === 0;
  return isOwnTurn && gatewayUrlSchema.safeParse(own).success ? own : information.url;
}

function describeEnd(end: ConnectionEnd, session: ShardSession): string {
  const what =
    end.readyForMs === null ? 'Discord’s gateway could not be entered' : 'The connection to Discord was lost';
  return session.current() === null ? `${what}; a new session is started.` : `${what}; the session is resumed.`;
}
