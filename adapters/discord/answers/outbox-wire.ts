import { z } from 'zod';
import type { PlatformFailureCode } from '../../../src/delivery/platform-failure.ts';
import { Failure } from '../../../src/lib/errors.ts';
import { parseValue } from '../../../src/lib/parse-json.ts';
import type { DiscordReply } from '../rest/discord-call.ts';

// What is read of messages that the bot posted. Only what is used is named.

const postedMessageSchema = z.object({ id: z.string().min(1) });

const componentSchema = z.object({ custom_id: z.string().optional().catch(undefined) });
const rowSchema = z.object({ components: z.array(componentSchema).optional().catch(undefined) });

/** Messages of a channel, the newest first. */
export const channelMessagesSchema = z
  .array(
    z.object({
      id: z.string().min(1),
      author: z.object({ id: z.string() }),
      content: z.string().catch(''),
      components: z.array(rowSchema).optional().catch(undefined),
    }),
  )
  .max(100);

/** One of them. */
export type ChannelMessage = z.infer<typeof channelMessagesSchema>[number];

/** The id of the message that a reply is about. */
export function toMessageId({ body }: DiscordReply): string {
  const parsed = parseValue(body, postedMessageSchema);
  if (parsed.ok) return parsed.value.id;
  throw new Failure<PlatformFailureCode>('platform-unreachable', 'Discord’s reply names no message.', {
    retryable: true,
  });
}
