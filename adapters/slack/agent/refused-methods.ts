import type { Clock } from '../../../src/lib/clock.ts';
import { keepNewest } from '../../../src/lib/keep-newest.ts';
import { tupleKey } from '../../../src/lib/tuple-key.ts';
import type { SlackCall } from '../api/slack-call.ts';
import { slackWordOf } from '../api/slack-word.ts';

/** Methods that Slack does not give to the app somewhere, so that they are not called there in vain. */
export type RefusedMethods = {
  /** Whether the call would be refused again. */
  isRefused(call: SlackCall): boolean;
  /** The call failed: remembers it where it will fail as long as nobody changes the app. Says whether it does. */
  note(call: SlackCall, error: unknown): boolean;
};

/** Words for what stays as it is until somebody changes the app, its plan or its rights. */
const lasting: readonly string[] = [
  'access_denied',
  'accesslimited',
  'channel_type_not_supported',
  'deprecated_endpoint',
  'feature_not_enabled',
  'method_deprecated',
  'method_not_supported_for_channel_type',
  'missing_scope',
  'no_permission',
  'not_agent_app',
  'not_allowed',
  'not_allowed_token_type',
  'unknown_method',
];
const believedMs = 3_600_000;
const mostKept = 5_000;

/** Direct messages and channels differ in what is allowed; the first letter of a channel's id tells them apart. */
function keyOf({ team, method, arguments: args }: SlackCall): string {
  return tupleKey(team, method, String(args['channel_id'] ?? '').slice(0, 1));
}

/** Nothing was refused yet. A refusal is believed for an hour. */
export function createRefusedMethods(clock: Clock): RefusedMethods {
  const refusedUntilMs = new Map<string, number>();
  return {
    isRefused: (call) => (refusedUntilMs.get(keyOf(call)) ?? 0) > clock.now(),
    note(call, error) {
      const word = slackWordOf(error);
      if (word === null || !lasting.includes(word)) return false;
      keepNewest(refusedUntilMs, keyOf(call), clock.now() + believedMs, mostKept);
      return true;
    },
  };
}
