import { type RetryRules, retry } from '../../../src/answer/retry.ts';
import type { Clock } from '../../../src/lib/clock.ts';
import { errorMessage } from '../../../src/lib/errors.ts';
import type { Logger } from '../../../src/lib/logger.ts';
import type { ReadPayload } from '../../../src/lib/read-payload.ts';
import type { SlackApi } from '../api/slack-call.ts';
import { repliesSchema, type WireMessage } from '../wire.ts';

/** Asks Slack for one message; null when it is gone, or not to be had within the time. Rejects only for the signal `outer`. */
export type FetchMessage = (
  where: { readonly via: string; readonly channel: string; readonly ts: string },
  limit: AbortSignal,
  outer: AbortSignal,
) => Promise<WireMessage | null>;

/** There is little time: Slack waits for the event to be taken. */
const waits = { baseMs: 200, maxMs: 400 } as const;
const mostRetries = 2;

/** By `conversations.replies`, which gives the message of a timestamp first, whether it is a root, a reply or neither. */
export function createFetchMessage(parts: {
  readonly api: SlackApi;
  readonly read: ReadPayload;
  readonly clock: Clock;
  readonly logger: Logger;
}): FetchMessage {
  const { api, read, clock, logger } = parts;
  const rules: RetryRules = {
    retriesFor: ({ code }) => (code === 'platform-unreachable' ? mostRetries : 0),
    waits,
    clock,
    random: () => 1,
  };

  return async function fetchMessage({ via, channel, ts }, limit, outer) {
    const call = {
      team: via,
      method: 'conversations.replies',
      arguments: { channel, ts, latest: ts, inclusive: true, limit: 1 },
    };
    try {
      const reply = await retry(() => api(call, limit), rules, limit);
      const messages = read('replies', repliesSchema, reply)?.messages ?? [];
      return messages.find((message) => message.ts === ts) ?? null;
    } catch (error) {
      outer.throwIfAborted();
      logger.debug({ channel, message: ts, reason: errorMessage(error) }, 'A message could not be fetched.');
      return null;
    }
  };
}
