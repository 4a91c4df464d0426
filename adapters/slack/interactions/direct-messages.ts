import type { Clock } from '../../../src/lib/clock.ts';
import { createDeadline } from '../../../src/lib/deadline.ts';
import { errorMessage } from '../../../src/lib/errors.ts';
import { keepNewest } from '../../../src/lib/keep-newest.ts';
import type { Logger } from '../../../src/lib/logger.ts';
import { parseValue } from '../../../src/lib/parse-json.ts';
import { tupleKey } from '../../../src/lib/tuple-key.ts';
import type { SlackApi } from '../api/slack-call.ts';
import { openedSchema } from './interaction-wire.ts';

/** The direct messages of people and the bot. */
export type DirectMessages = {
  /** The id of the conversation, which is opened where there is none yet; null when it is not known now. Rejects only for the signal. */
  find(via: string, user: string, signal: AbortSignal): Promise<string | null>;
};

const limitMs = 1_200;
/** Slack gives the same one every time. */
const mostKnown = 5_000;

/** Asks `conversations.open` once for each person. */
export function createDirectMessages(parts: {
  readonly api: SlackApi;
  readonly clock: Clock;
  readonly logger: Logger;
}): DirectMessages {
  const { api, clock, logger } = parts;
  const known = new Map<string, string>();

  async function open(via: string, user: string, signal: AbortSignal): Promise<string | null> {
    const late = () => new Error(`not opened within ${limitMs} ms`);
    const deadline = createDeadline(clock, limitMs, signal, late);
    try {
      const reply = await api({ team: via, method: 'conversations.open', arguments: { users: user } }, deadline.signal);
      const opened = parseValue(reply, openedSchema);
      if (!opened.ok) throw new Error(opened.reason);
      return opened.value.channel.id;
    } catch (error) {
      signal.throwIfAborted();
      logger.warn({ reason: errorMessage(error) }, 'The direct messages of somebody and the bot could not be opened.');
      return null;
    } finally {
      deadline.cancel();
    }
  }

  return {
    async find(via, user, signal) {
      const key = tupleKey(via, user);
      const channel = known.get(key) ?? (await open(via, user, signal));
      if (channel !== null) keepNewest(known, key, channel, mostKnown);
      return channel;
    },
  };
}
