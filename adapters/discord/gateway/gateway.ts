import type { Clock } from '../../../src/lib/clock.ts';
import { errorMessage } from '../../../src/lib/errors.ts';
import type { Logger } from '../../../src/lib/logger.ts';
import type { Store } from '../../../src/memory/store.ts';
import type { ShardPlan } from '../../../src/shard-plan.ts';
import type { DiscordRest } from '../rest/discord-call.ts';
import { createGatewayInformation } from './gateway-information.ts';
import { createIdentifyBudget } from './identify-budget.ts';
import { toIntents } from './intents.ts';
import { createSessionStore } from './session-store.ts';
import type { Dispatch } from './shard-connection.ts';
import { keepShardConnected } from './shard-upkeep.ts';
import { toShards } from './shards.ts';

/** `connected` while every shard is; `refused` when Discord does not let the bot in and nobody tries any more. */
export type GatewayState = 'connecting' | 'connected' | 'refused' | 'ended';

/** The bot's connection to Discord's events. */
export type DiscordGateway = {
  /**
   * Connects and stays connected until the signal aborts; then closes, so that the next start can resume. `onDispatch` gets every
   * event, READY and RESUMED as well. Rejects with a `LoginFailureCode` only when Discord refuses for good. To be called once.
   */
  run(onDispatch: (dispatch: Dispatch) => void, signal: AbortSignal): Promise<void>;
  /** Resolves when every shard has been connected for the first time. Rejects when `run` ends before. */
  readonly ready: Promise<void>;
  state(): GatewayState;
};

/** What the gateway needs. */
export type DiscordGatewayParts = {
  readonly token: string;
  /** Whether to ask for the content of messages that are not for the bot. */
  readonly messageContent: boolean;
  readonly shards: ShardPlan;
  readonly rest: DiscordRest;
  readonly store: Store;
  readonly clock: Clock;
  readonly logger: Logger;
};

/** Keeps each shard connected by itself; a refusal of one ends them all. */
export function createDiscordGateway(parts: DiscordGatewayParts): DiscordGateway {
  const { token, clock, logger } = parts;
  const intents = toIntents(parts.messageContent);
  const information = createGatewayInformation(parts);
  const budget = createIdentifyBudget({ ...parts, information: information.fresh });
  const sessions = createSessionStore({ ...parts, intents });
  const connected = new Set<number>();
  const allReady = Promise.withResolvers<void>();
  // Whoever does not wait for it learns the same from `run`.
  allReady.promise.catch(() => {});
  let state: GatewayState = 'connecting';

  const runShards = async (onDispatch: (dispatch: Dispatch) => void, stopping: AbortController) => {
    const { signal } = stopping;
    const { shardIds, shardCount } = toShards(parts.shards, (await information.fresh(signal)).shards);
    const runShard = async (shardId: number) => {
      try {
        const session = await sessions.open(shardId, shardCount);
        await keepShardConnected(
          {
            ...{ token, intents, shardId, shardCount, session, information, budget, clock, logger, onDispatch },
            onReady() {
              connected.add(shardId);
              if (connected.size < shardIds.length) return;
              state = 'connected';
              allReady.resolve();
            },
            onLost() {
              connected.delete(shardId);
              state = 'connecting';
            },
          },
          signal,
        );
      } catch (error) {
        stopping.abort(error);
        throw error;
      }
    };
    await settleAll(shardIds.map(runShard));
  };

  return {
    ready: allReady.promise,
    state: () => state,
    async run(onDispatch, signal) {
      const stopping = new AbortController();
      const onAbort = () => stopping.abort(signal.reason);
      if (signal.aborted) onAbort();
      signal.addEventListener('abort', onAbort, { once: true });
      const keeping = sessions.keep(stopping.signal);
      try {
        await runShards(guard(onDispatch, logger), stopping);
        state = 'ended';
      } catch (error) {
        state = signal.aborted ? 'ended' : 'refused';
        allReady.reject(error);
        if (!signal.aborted) throw error;
      } finally {
        signal.removeEventListener('abort', onAbort);
        stopping.abort(new Error('the gateway has ended'));
        allReady.reject(stopping.signal.reason);
        await keeping;
      }
    },
  };
}

/** An event that cannot be handled must not end the connection. */
function guard(onDispatch: (dispatch: Dispatch) => void, logger: Logger): (dispatch: Dispatch) => void {
  return (dispatch) => {
    try {
      onDispatch(dispatch);
    } catch (error) {
      logger.error({ event: dispatch.name, reason: errorMessage(error) }, 'An event of Discord could not be handled.');
    }
  };
}

/** Waits for all of them, then rejects as the first one did. */
async function settleAll(running: readonly Promise<void>[]): Promise<void> {
  const all = await Promise.allSettled(running);
  const failed = all.find((each) => each.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}
