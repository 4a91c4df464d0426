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

/** By `conversations.replies`, which gives the message of a timestamp first, whether it is a root, a reply or neither. */
export function createFetchMessage(parts: {
  readonly api: SlackApi;
  readonly read: ReadPayload;
  readonly logger: Logger;
}): FetchMessage {
  const { api, read, logger } = parts;

  return async function fetchMessage({ via, channel, ts }, limit, outer) {
    try {
      const reply = await api(
        {
          team: via,
          method: 'conversations.replies',
          arguments: { channel, ts, latest: ts, inclusive: true, limit: 1 },
        },
        limit,
      );
      const messages = read('replies', repliesSchema, reply)?.messages ?? [];
      return messages.find((message) => message.ts === ts) ?? null;
    } catch (error) {
      outer.throwIfAborted();
      logger.debug({ channel, message: ts, reason: errorMessage(error) }, 'A message could not be fetched.');
      return null;
    }
  };
}
