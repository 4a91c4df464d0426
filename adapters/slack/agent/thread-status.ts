import { retry } from '../../../src/answer/retry.ts';
import type { Clock } from '../../../src/lib/clock.ts';
import { errorMessage, Failure } from '../../../src/lib/errors.ts';
import { keepNewest } from '../../../src/lib/keep-newest.ts';
import type { Logger } from '../../../src/lib/logger.ts';
import { tupleKey } from '../../../src/lib/tuple-key.ts';
import type { SlackApi, SlackCall } from '../api/slack-call.ts';
import { createRefusedMethods } from './refused-methods.ts';
import { toThreadTitle } from './thread-title.ts';

/** The thread that an answer is for. */
export type StatusPlace = {
  /** The workspace through which the app acts there. */
  readonly via: string;
  readonly channel: string;
  /** The thread's root. */
  readonly threadTs: string;
  /** What a thread with the agent is called once; null where it has its name, or is none. */
  readonly title: string | null;
};

/** The line "… is looking" below a thread. Best effort: nothing here ever rejects. */
export type ThreadStatus = {
  /** Shows it, or keeps it standing: call it as often as you like while an answer is on its way. */
  show(where: StatusPlace, signal: AbortSignal): Promise<void>;
  /** A message of the bot's came there: Slack took the line away by itself. */
  ended(where: Pick<StatusPlace, 'via' | 'channel' | 'threadTs'>): void;
  /** Takes it away where it still stands. */
  clear(where: Pick<StatusPlace, 'via' | 'channel' | 'threadTs'>, signal: AbortSignal): Promise<void>;
};

/** What the status takes. */
export type ThreadStatusParts = { readonly api: SlackApi; readonly clock: Clock; readonly logger: Logger };

type ThreadId = Pick<StatusPlace, 'via' | 'channel' | 'threadTs'>;

type Standing = {
  /** When it was set, or tried to be. */
  readonly atMs: number;
  /** Whether people may see it. */
  stands: boolean;
  /** The next wish to show it is sent at once. */
  isOver: boolean;
  /** Settled once Slack has answered. */
  sending: Promise<void>;
};

/** Shown behind the bot's name. */
const status = 'is looking…';
/** Shown in turns. Ten at the most (https://docs.slack.dev/reference/methods/assistant.threads.setStatus). */
const loadingMessages = [
  'Looking at the picture…',
  'Taking a closer look…',
  'Reading what is written there…',
  'Putting it into words…',
] as const;
/** Slack takes it away after two minutes without a message (the same page). */
const lifeMs = 120_000;
const againAfterMs = 60_000;
const mostThreads = 5_000;
/** A line that stays for two minutes below an answer is worth a second attempt. */
const clearing = { furtherAttempts: 2, waits: { baseMs: 500, maxMs: 2_000 } } as const;

/** Nothing is shown yet. Threads are named in direct messages alone, where they are the agent's. */
export function createThreadStatus({ api, clock, logger }: ThreadStatusParts): ThreadStatus {
  const standings = new Map<string, Standing>();
  const named = new Map<string, true>();
  const refused = createRefusedMethods(clock);
  const keyOf = ({ via, channel, threadTs }: ThreadId) => tupleKey(via, channel, threadTs);

  const report = (call: SlackCall, error: unknown) =>
    logger.debug(
      { method: call.method, reason: errorMessage(error) },
      'What shows that an answer comes was not shown.',
    );

  const send = async (call: SlackCall, standing: Standing, signal: AbortSignal): Promise<void> => {
    try {
      await api(call, signal);
      // Also where a message came meanwhile: then it may stand below that one.
      standing.stands = true;
    } catch (error) {
      report(call, error);
      refused.note(call, error);
      standing.stands = mayHaveBeenDone(error);
      // Where Slack says no it is not asked again every few seconds.
      standing.isOver ||= !isRefusal(error);
    }
  };

  const showStatus = async (where: StatusPlace, signal: AbortSignal): Promise<void> => {
    const key = keyOf(where);
    const before = standings.get(key);
    if (before !== undefined && !before.isOver && clock.now() - before.atMs < againAfterMs) return before.sending;
    const call = statusCall(where, { status, loading_messages: loadingMessages });
    if (refused.isRefused(call)) return;
    const standing: Standing = { atMs: clock.now(), stands: false, isOver: false, sending: Promise.resolve() };
    keepNewest(standings, key, standing, mostThreads);
    standing.sending = send(call, standing, signal);
    await standing.sending;
  };

  const nameThread = async (where: StatusPlace, signal: AbortSignal): Promise<void> => {
    const title = where.title === null || !where.channel.startsWith('D') ? null : toThreadTitle(where.title);
    const key = keyOf(where);
    const { via: team, channel: channel_id, threadTs: thread_ts } = where;
    const call = { team, method: 'assistant.threads.setTitle', arguments: { channel_id, thread_ts, title } };
    if (title === null || named.has(key) || refused.isRefused(call)) return;
    keepNewest(named, key, true, mostThreads);
    try {
      await api(call, signal);
    } catch (error) {
      report(call, error);
      refused.note(call, error);
      if (!isRefusal(error)) named.delete(key);
    }
  };

  return {
    async show(where, signal) {
      if (signal.aborted) return;
      await Promise.all([showStatus(where, signal), nameThread(where, signal)]);
    },
    ended(where) {
      const standing = standings.get(keyOf(where));
      if (standing === undefined) return;
      standing.stands = false;
      standing.isOver = true;
    },
    async clear(where, signal) {
      const standing = standings.get(keyOf(where));
      standings.delete(keyOf(where));
      await standing?.sending;
      if (standing === undefined || !standing.stands || clock.now() - standing.atMs >= lifeMs) return;
      const call = statusCall(where, { status: '' });
      const retriesFor = (failure: Failure) => (failure.retryable ? clearing.furtherAttempts : 0);
      const rules = { retriesFor, waits: clearing.waits, clock, random: () => 1 };
      await retry(() => api(call, signal), rules, signal).catch((error: unknown) => report(call, error));
    },
  };
}

function statusCall({ via, channel, threadTs }: ThreadId, more: SlackCall['arguments']): SlackCall {
  const place = { channel_id: channel, thread_ts: threadTs };
  return { team: via, method: 'assistant.threads.setStatus', arguments: { ...place, ...more } };
}

/** Slack answered, and the answer was no. */
function isRefusal(error: unknown): boolean {
  return error instanceof Failure && !error.retryable;
}

/** A call without an answer may have been done all the same. */
function mayHaveBeenDone(error: unknown): boolean {
  return !(error instanceof Failure) || error.code === 'platform-unreachable';
}
