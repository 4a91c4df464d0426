import type { PlatformFailureCode } from '../../../src/delivery/platform-failure.ts';
import type { Clock } from '../../../src/lib/clock.ts';
import { Failure } from '../../../src/lib/errors.ts';
import { keepNewest } from '../../../src/lib/keep-newest.ts';
import { tupleKey } from '../../../src/lib/tuple-key.ts';
import { slackWordOf } from '../api/slack-word.ts';

/** Where Slack takes no streams, so that they are not tried there in vain. */
export type NativeRefusals = {
  /** Whether a stream would be refused there again. */
  isRefused(via: string, channel: string): boolean;
  /** Whether a stream there has to do without blocks. */
  refusesBlocks(via: string): boolean;
  /** Blocks at the start of a stream were refused. */
  noteBlocks(via: string): void;
  /** A stream could not be started. Says whether an ordinary message may be posted instead. */
  note(via: string, channel: string, error: unknown): boolean;
};

/** Words for what stays as it is in a workspace until somebody changes its plan, its settings or the app. */
const forWorkspace: readonly (string | null)[] = [
  'unknown_method',
  'method_deprecated',
  'deprecated_endpoint',
  'feature_not_enabled',
  'not_agent_app',
  'not_allowed_token_type',
];
const forChannel: readonly (string | null)[] = ['channel_type_not_supported', 'method_not_supported_for_channel_type'];
/** Words about whoever is to see the stream, which is nothing against a message. */
const forRecipient: readonly (string | null)[] = [
  'missing_recipient_team_id',
  'missing_recipient_user_id',
  'team_not_found',
  'user_not_found',
];
/** What is wrong with a stream need not be wrong with a message. */
const forStream: readonly PlatformFailureCode[] = [
  'platform-rejected',
  'platform-rate-limited',
  'platform-text-too-long',
];
const believedMs = 6 * 3_600_000;
const mostKept = 5_000;

/** Nothing was refused yet. */
export function createNativeRefusals(clock: Clock): NativeRefusals {
  const untilMs = new Map<string, number>();
  const isKept = (key: string) => (untilMs.get(key) ?? 0) > clock.now();
  const keep = (key: string) => keepNewest(untilMs, key, clock.now() + believedMs, mostKept);
  const blocksOf = (via: string) => tupleKey('blocks', via);
  const channelOf = (via: string, channel: string) => tupleKey('channel', via, channel);

  return {
    isRefused: (via, channel) => isKept(tupleKey(via)) || isKept(channelOf(via, channel)),
    refusesBlocks: (via) => isKept(blocksOf(via)),
    noteBlocks: (via) => keep(blocksOf(via)),
    note(via, channel, error) {
      const word = slackWordOf(error);
      if (forWorkspace.includes(word)) keep(tupleKey(via));
      if (forChannel.includes(word)) keep(channelOf(via, channel));
      if ([...forWorkspace, ...forChannel, ...forRecipient].includes(word)) return true;
      return error instanceof Failure && forStream.some((code) => code === error.code);
    },
  };
}
