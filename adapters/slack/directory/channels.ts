import type { Clock } from '../../../src/lib/clock.ts';
import { errorMessage } from '../../../src/lib/errors.ts';
import { isWorthALine } from '../../../src/lib/growing-pause.ts';
import type { Logger } from '../../../src/lib/logger.ts';
import { createPayloadReader } from '../../../src/lib/read-payload.ts';
import { tupleKey } from '../../../src/lib/tuple-key.ts';
import type { SlackApi } from '../api/slack-call.ts';
import { slackWordOf } from '../api/slack-word.ts';
import { channelReplySchema, type WireConversation } from './directory-wire.ts';
import { createLookup } from './lookup.ts';

/** A conversation, as a workspace knows it. */
export type SlackChannel = {
  readonly id: string;
  /** The workspace, or the organisation, whose it is: the same for everybody that shares it. */
  readonly owner: string;
  readonly isDirect: boolean;
  /** With other organisations. */
  readonly isShared: boolean;
  /** Null where nobody made it, or where it is not said. */
  readonly creator: string | null;
  /** Null in direct messages. */
  readonly name: string | null;
};

/** The conversations of all workspaces, each as one workspace knows it. */
export type Channels = {
  /** Within a second; null: not known now. Never rejects but for the signal. */
  find(via: string, channel: string, signal: AbortSignal): Promise<SlackChannel | null>;
  /** What somebody else heard of it. */
  learn(via: string, channel: SlackChannel): void;
};

const limitMs = 1_000;
/** Channels become shared, and stop being so, rarely. */
const keepMs = 600_000;
const mostChannels = 5_000;

/** Slack’s words for what will not be known the next time either: group direct messages need a scope of their own. */
const unknownWords: readonly (string | null)[] = ['channel_not_found', 'missing_scope'];

/**
 * Whose it is. Slack names the host of a shared channel; where it does not, all that share it have to choose alike:
 * `context_team_id` would not do, it follows whoever asks.
 */
function ownerOf(channel: WireConversation, via: string): string {
  if (channel.is_ext_shared !== true) return via;
  return channel.conversation_host_id || (channel.shared_team_ids ?? []).toSorted()[0] || via;
}

function toSlackChannel(channel: WireConversation, via: string): SlackChannel {
  const isDirect = channel.is_im === true;
  return {
    id: channel.id,
    owner: ownerOf(channel, via),
    isDirect,
    isShared: channel.is_ext_shared === true,
    creator: channel.creator || null,
    name: isDirect ? null : channel.name || null,
  };
}

/** Knows none at first; asks `conversations.info`. */
export function createChannels(parts: {
  readonly api: SlackApi;
  readonly clock: Clock;
  readonly logger: Logger;
}): Channels {
  const { api, clock, logger } = parts;
  const read = createPayloadReader('Slack', logger);
  let failures = 0;
  const lookup = createLookup<SlackChannel>({
    clock,
    limitMs,
    keepMs,
    most: mostChannels,
    onFailure(error) {
      failures += 1;
      if (!isWorthALine(failures)) return;
      logger.warn(
        { failures, reason: errorMessage(error) },
        'Slack did not tell what a channel is; until it does it counts as the workspace’s own.',
      );
    },
  });

  async function ask(via: string, channel: string, signal: AbortSignal): Promise<SlackChannel | null> {
    try {
      const reply = await api({ team: via, method: 'conversations.info', arguments: { channel } }, signal);
      const found = read('a channel', channelReplySchema, reply);
      return found === null ? null : toSlackChannel(found.channel, via);
    } catch (error) {
      if (unknownWords.includes(slackWordOf(error))) return null;
      throw error;
    }
  }

  return {
    find: (via, channel, signal) => lookup.find(tupleKey(via, channel), (within) => ask(via, channel, within), signal),
    learn: (via, channel) => lookup.learn(tupleKey(via, channel.id), channel),
  };
}
