import type { FetchFunction } from '@slack/web-api';
import type { Clock } from '../../../src/lib/clock.ts';
import type { Logger } from '../../../src/lib/logger.ts';
import { answerEnvelope } from './answer-envelope.ts';
import type { TakeDelivery } from './delivery.ts';
import { keepSocketOpen } from './socket-upkeep.ts';
import { createTaking } from './taking.ts';

/** `connected` while any connection is; `refused` when Slack does not let the app in and nobody tries any more. */
export type SocketModeState = 'connecting' | 'connected' | 'refused' | 'ended';

/** The app's connections to Slack's events. */
export type SocketMode = {
  /**
   * Connects and stays connected until the signal aborts; then ends within two seconds. Slack is told of a delivery only when `take`
   * resolved. Rejects with a `SocketRefusalCode` only when Slack refuses for good. To be called once.
   */
  run(take: TakeDelivery, signal: AbortSignal): Promise<void>;
  /** Resolves when the app is connected for the first time. Rejects when `run` ends before. */
  readonly ready: Promise<void>;
  state(): SocketModeState;
};

/** What listening needs. */
export type SocketModeParts = {
  /** Begins with `xapp-`. */
  readonly appToken: string;
  /** Ends with a slash; Slack's own is `https://slack.com/api/`. */
  readonly apiUrl: string;
  /** How calls of the Web API are made. */
  readonly send: FetchFunction;
  /** How old the last sign of life of a connection may be before it is given up. */
  readonly silenceLimitMs: number;
  readonly clock: Clock;
  readonly logger: Logger;
};

/** While one is renewed the other listens. */
const lines = [1, 2];
/** Slack has no limit of its own here that is known; what somebody waits for is late by then. */
const takeLimitMs = 10_000;
/** What is being taken when the program ends may still be told of. */
const lastTakesMs = 1_000;

/** Keeps two connections; a refusal of one ends both. */
export function createSocketMode(parts: SocketModeParts): SocketMode {
  const { clock, logger } = parts;
  const firstReady = Promise.withResolvers<void>();
  // Whoever does not wait for it learns the same from `run`.
  firstReady.promise.catch(() => {});
  let open = 0;
  let ending: 'refused' | 'ended' | null = null;

  const runLines = async (take: TakeDelivery, signal: AbortSignal) => {
    const underWay = new Set<Promise<void>>();
    const closing = new AbortController();
    const refused = new AbortController();
    const taking = createTaking({ take, limitMs: takeLimitMs, clock, logger });
    const stopTaking = AbortSignal.any([signal, refused.signal]);
    // Connections stay until what is being taken can be told of.
    const onStop = () => {
      const last = new AbortController();
      const late = clock.sleep(lastTakesMs, last.signal).catch(() => {});
      Promise.race([Promise.all(underWay), late]).then(() => {
        last.abort(new Error('no longer waited for'));
        closing.abort(stopTaking.reason);
      });
    };
    if (stopTaking.aborted) onStop();
    stopTaking.addEventListener('abort', onStop, { once: true });
    const runLine = async (line: number) => {
      try {
        await keepSocketOpen(
          {
            ...parts,
            line,
            onOpen() {
              open += 1;
              firstReady.resolve();
            },
            onClosed() {
              open -= 1;
            },
            onEnvelope(envelope, reply) {
              if (stopTaking.aborted) return;
              const job = answerEnvelope(envelope, reply, taking, logger, closing.signal).finally(() =>
                underWay.delete(job),
              );
              underWay.add(job);
            },
          },
          stopTaking,
          closing.signal,
        );
      } catch (error) {
        refused.abort(error);
        throw error;
      }
    };
    const all = await Promise.allSettled(lines.map(runLine));
    await Promise.all(underWay);
    stopTaking.removeEventListener('abort', onStop);
    const failed = all.find((each) => each.status === 'rejected');
    if (failed !== undefined && !signal.aborted) throw failed.reason;
  };

  return {
    ready: firstReady.promise,
    state: () => ending ?? (open > 0 ? 'connected' : 'connecting'),
    async run(take, signal) {
      try {
        await runLines(take, signal);
        ending = 'ended';
        firstReady.reject(signal.reason);
      } catch (error) {
        ending = 'refused';
        firstReady.reject(error);
        throw error;
      }
    },
  };
}
