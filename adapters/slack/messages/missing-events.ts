import type { Clock } from '../../../src/lib/clock.ts';
import { keepNewest } from '../../../src/lib/keep-newest.ts';
import type { Logger } from '../../../src/lib/logger.ts';
import { tupleKey } from '../../../src/lib/tuple-key.ts';

/** Notices when Slack tells of mentions in a channel and never of its messages: then the app is not subscribed to them. */
export type MissingEvents = {
  onMention(via: string, channel: string, ts: string): void;
  /** Any message of the channel, whoever wrote it. */
  onMessage(via: string, channel: string): void;
  /** Whether no message is to be expected for a mention there. */
  areMissing(via: string, channel: string): boolean;
};

/** So many mentions without any message: one may be late, or lost. */
const enoughMentions = 3;
/** Both come within a second or two. */
const patienceMs = 10_000;
const mostChannels = 1_000;

type Unmatched = { readonly sinceMs: number; readonly lastTs: string; readonly count: number };

const sentence =
  'Slack tells the app of mentions but not of messages, so replies in its threads are not heard: at https://api.slack.com/apps choose the app, then “Event Subscriptions” → “Subscribe to bot events”, add message.channels, message.groups, message.im and message.mpim, save, and reinstall the app.';

/** Says so once for each workspace. */
export function createMissingEvents(parts: { readonly clock: Clock; readonly logger: Logger }): MissingEvents {
  const { clock, logger } = parts;
  const unmatched = new Map<string, Unmatched>();
  const told = new Map<string, true>();

  const areMissing = (key: string) => {
    const found = unmatched.get(key);
    return found !== undefined && found.count >= enoughMentions && clock.now() - found.sinceMs >= patienceMs;
  };

  return {
    onMention(via, channel, ts) {
      const key = tupleKey(via, channel);
      const before = unmatched.get(key);
      if (before?.lastTs === ts) return;
      if (areMissing(key) && !told.has(via)) {
        keepNewest(told, via, true, mostChannels);
        logger.warn({ workspace: via, channel }, sentence);
      }
      const count = (before?.count ?? 0) + 1;
      keepNewest(unmatched, key, { sinceMs: before?.sinceMs ?? clock.now(), lastTs: ts, count }, mostChannels);
    },
    onMessage: (via, channel) => {
      unmatched.delete(tupleKey(via, channel));
    },
    areMissing: (via, channel) => areMissing(tupleKey(via, channel)),
  };
}
