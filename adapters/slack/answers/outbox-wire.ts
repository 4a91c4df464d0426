import { z } from 'zod';
import type { PlatformFailureCode } from '../../../src/delivery/platform-failure.ts';
import { Failure } from '../../../src/lib/errors.ts';
import { parseValue } from '../../../src/lib/parse-json.ts';

// What is read of messages that the bot posted. Only what is used is named.

const postedSchema = z.object({ ts: z.string().min(1) });

const text = z.string().nullish().catch(null);

const messageSchema = z.object({
  ts: z.string().min(1),
  user: text,
  bot_id: text,
  metadata: z
    .object({ event_type: text, event_payload: z.object({ marker: text }).nullish().catch(null) })
    .nullish()
    .catch(null),
  blocks: z
    .array(z.object({ block_id: text }))
    .nullish()
    .catch(null),
});

/** Messages of a thread or a channel. */
export const messagesSchema = z.object({
  messages: z.array(messageSchema).max(1_000),
  response_metadata: z.object({ next_cursor: text }).nullish().catch(null),
});

/** One of them. */
export type ChannelMessage = z.infer<typeof messageSchema>;

/** Who the bot is in a workspace. */
export const identitySchema = z.object({ user_id: z.string(), bot_id: text });

/** The timestamp of the message that a reply is about. */
export function toPostedTs(reply: unknown): string {
  const parsed = parseValue(reply, postedSchema);
  if (parsed.ok) return parsed.value.ts;
  throw new Failure<PlatformFailureCode>('platform-unreachable', 'Slack’s reply names no message.', {
    retryable: true,
  });
}
