import { growingPauseMs, isWorthALine } from '../../../src/lib/growing-pause.ts';
import type { Logger } from '../../../src/lib/logger.ts';
import { runSocketConnection, type SocketConnectionParts, type SocketEnd } from './socket-connection.ts';

/** What keeping a connection open needs. */
export type SocketUpkeepParts = Omit<SocketConnectionParts, 'onReady' | 'onRetiring'> & {
  /** Which of the connections it is, for the log. */
  readonly line: number;
  /** A connection was greeted. */
  readonly onOpen: () => void;
  /** A connection that was greeted has ended. */
  readonly onClosed: () => void;
  readonly logger: Logger;
};

/** A connection that was good for so long: the pauses begin anew. */
const goodAfterMs = 60_000;
/** One refusal can be a mistake of Slack's, as happens when it is in trouble. */
const mostRefusals = 3;
/** A connection that Slack wants to renew ends about ten seconds after the warning. */
const retirementMs = 30_000;

type Next = { readonly type: 'retiring'; readonly readyForMs: number } | ({ readonly type: 'ended' } & SocketEnd);

/**
 * Keeps one connection open: opens the next one when Slack warns of the end and keeps the old one until then, and connects again
 * with growing pauses after every other end. `stopping` ends connecting, `closing` ends the connections. Rejects with a
 * `SocketRefusalCode` when Slack refuses for good, several times in a row.
 */
export async function keepSocketOpen(
  parts: SocketUpkeepParts,
  stopping: AbortSignal,
  closing: AbortSignal,
): Promise<void> {
  const { clock, logger, line } = parts;
  const connections = new Set<Promise<void>>();
  let failures = 0;
  let refusals = 0;
  try {
    while (!stopping.aborted) {
      const next = await connect(parts, connections, closing);
      if (stopping.aborted) break;
      const wasGood = next.readyForMs !== null && next.readyForMs >= goodAfterMs;
      failures = wasGood ? 0 : failures + 1;
      if (next.type === 'ended') {
        refusals = next.refusal === null ? (wasGood ? 0 : refusals) : refusals + 1;
        if (next.refusal !== null && refusals >= mostRefusals) throw next.refusal;
      }
      const pauseMs = toPauseMs(next, failures);
      tellOfEnd(logger, line, next, failures, pauseMs);
      if (pauseMs > 0) await clock.sleep(pauseMs, stopping).catch(() => {});
    }
  } finally {
    await Promise.all(connections);
  }
}

/** Resolves when the connection has ended, or its end is near and the next one has to be opened. */
function connect(parts: SocketUpkeepParts, connections: Set<Promise<void>>, closing: AbortSignal): Promise<Next> {
  const { clock, logger, line } = parts;
  const { promise, resolve } = Promise.withResolvers<Next>();
  const retired = new AbortController();
  const ending = AbortSignal.any([closing, retired.signal]);
  const over = new AbortController();
  let readyAtMs: number | null = null;

  const retire = () => {
    if (readyAtMs === null) return;
    resolve({ type: 'retiring', readyForMs: clock.now() - readyAtMs });
    clock.sleep(retirementMs, over.signal).then(
      () => retired.abort(new Error('retired')),
      () => {},
    );
  };

  const run = async () => {
    const end = await runSocketConnection(
      {
        ...parts,
        onReady() {
          readyAtMs = clock.now();
          logger.info({ line }, 'Connected to Slack.');
          parts.onOpen();
        },
        onRetiring: retire,
      },
      ending,
    );
    over.abort(new Error('the connection is over'));
    if (end.readyForMs !== null) parts.onClosed();
    resolve({ type: 'ended', ...end });
  };

  const running = run().finally(() => connections.delete(running));
  connections.add(running);
  return promise;
}

/** Slack renews connections of its own accord: after a good one the next is opened at once. */
function toPauseMs(next: Next, failures: number): number {
  if (failures === 0) return 0;
  return Math.max(growingPauseMs(failures), next.type === 'ended' ? next.retryAfterMs : 0);
}

function tellOfEnd(logger: Logger, line: number, next: Next, failures: number, pauseMs: number): void {
  if (next.type === 'retiring') {
    logger.debug({ line }, 'Slack renews a connection; the next one is opened.');
    return;
  }
  if (failures > 0 && !isWorthALine(failures)) return;
  const level = next.readyForMs === null ? 'warn' : 'info';
  const sentence =
    next.readyForMs === null
      ? 'Slack could not be connected to; it is tried again.'
      : 'A connection to Slack has ended; the next one is opened.';
  logger[level]({ line, reason: next.reason, failures, pauseMs }, sentence);
}
