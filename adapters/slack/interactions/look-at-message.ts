import type { Clock } from '../../../src/lib/clock.ts';
import { createDeadline } from '../../../src/lib/deadline.ts';
import { parseValue } from '../../../src/lib/parse-json.ts';
import type { SlackApi } from '../api/slack-call.ts';
import { slackWordOf } from '../api/slack-word.ts';
import { repliesSchema } from './interaction-wire.ts';

/** How things stand for an answer under a message; `unknown` where Slack does not say it in time. */
export type MessageStanding = 'there' | 'gone' | 'out of reach' | 'unknown';

/** Looks whether the bot could answer under a message. Rejects only for the signal. */
export type LookAtMessage = (
  where: { readonly via: string; readonly channel: string; readonly message: string },
  signal: AbortSignal,
) => Promise<MessageStanding>;

const limitMs = 1_200;
const outsideWords: readonly (string | null)[] = ['not_in_channel', 'channel_not_found'];
const goneWords: readonly (string | null)[] = ['thread_not_found', 'message_not_found'];

/** Asks `conversations.replies`, which only members of a channel may. */
export function createLookAtMessage(parts: { readonly api: SlackApi; readonly clock: Clock }): LookAtMessage {
  const { api, clock } = parts;

  return async function lookAtMessage({ via, channel, message }, signal) {
    const deadline = createDeadline(clock, limitMs, signal, () => new Error(`not known within ${limitMs} ms`));
    const args = { channel, ts: message, limit: 1 };
    try {
      const reply = await api({ team: via, method: 'conversations.replies', arguments: args }, deadline.signal);
      const read = parseValue(reply, repliesSchema);
      const isGone = read.ok && read.value.messages.every(({ subtype }) => subtype === 'tombstone');
      return isGone ? 'gone' : 'there';
    } catch (error) {
      signal.throwIfAborted();
      if (outsideWords.includes(slackWordOf(error))) return 'out of reach';
      return goneWords.includes(slackWordOf(error)) ? 'gone' : 'unknown';
    } finally {
      deadline.cancel();
    }
  };
}
